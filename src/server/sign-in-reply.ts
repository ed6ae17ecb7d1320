/** Pages and answers of a sign-in on the wire, and the cookie that remembers who has signed in. */
import type { FastifyReply, FastifyRequest } from 'fastify';
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

/** The value of the session that the browser holds. */
export function findSessionHandle({ headers }: FastifyRequest, origin: string): string | undefined {
  const wanted = `${cookieName(origin)}=`;
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
}

/** Until the browser ends. `undefined` takes the cookie away. */
export function setSessionHandle(reply: FastifyReply, origin: string, handle: string | undefined): void {
  // Other sites frame the endpoint for silent sign-ins: they need None, and None needs Secure.
  const rules = isSecure(origin) ? 'Path=/; HttpOnly; Secure; SameSite=None' : 'Path=/; HttpOnly; SameSite=Lax';
  const ending = handle === undefined ? '; Max-Age=0' : '';
  reply.header('Set-Cookie', `${cookieName(origin)}=${handle ?? ''}; ${rules}${ending}`);
}

/** The prefix keeps other hosts and plain HTTP from setting it. */
function cookieName(origin: string): string {
  return isSecure(origin) ? '__Host-vivarium-session' : 'vivarium-session';
}

function isSecure(origin: string): boolean {
  return origin.startsWith('https:');
}
