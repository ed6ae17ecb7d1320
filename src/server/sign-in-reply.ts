/** Pages and answers of a sign-in on the wire. */
import type { FastifyReply } from 'fastify';
import { formPostPage } from '../issuer/pages/pages.ts';
import type { Page } from '../issuer/pages/layout.ts';
import type { Answer } from '../issuer/sign-in/answer.ts';

/** Referrer-Policy: apps that are posted to look at Origin, which `no-referrer` would take away; paths stay here. */
const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Referrer-Policy': 'origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/** See Other: the form that led here is not posted on. */
const REDIRECT_STATUS = 303;

export function sendPage(reply: FastifyReply, page: Page, status = 200): FastifyReply {
  return reply
    .code(status)
    .headers(PAGE_HEADERS)
    .header('Content-Security-Policy', page.contentSecurityPolicy)
    .send(page.html);
}

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.kind === 'form') return sendPage(reply, formPostPage(answer.action, answer.fields));
  return reply.header('Referrer-Policy', 'origin').redirect(answer.url, REDIRECT_STATUS);
}
