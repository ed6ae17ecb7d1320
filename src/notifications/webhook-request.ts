/** Requests to webhooks in the form of Standard Webhooks: body and signatures. */
import { createHmac, randomUUID } from 'node:crypto';

import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import type { Tenant } from '../model/directory.ts';
import {
  ANSWER_TIMEOUT_MS,
  SECRET_PREFIX,
  SIGNATURE_VERSION,
  WEBHOOK_HEADERS,
  WEBHOOK_NOTICES,
} from '../model/webhook.ts';
import type { Webhook, WebhookMessage, WebhookSecret } from '../store/notifications/webhook.ts';
import type { DeliveryRecord } from '../store/notifications/message-queue.ts';
import type { EndpointAnswer, EndpointCall, Endpoints } from './endpoint.ts';

/** Characters of an answer in the log of deliveries. */
const KEPT_ANSWER_LENGTH = 500;

interface Signed {
  readonly id: string;
  readonly body: string;
  /** Epoch milliseconds of the real time: receivers reject timestamps older than a few minutes. */
  readonly now: number;
}

/** @param data JSON */
export function bodyOf({ event, at }: Pick<WebhookMessage, 'event' | 'at'>, data: string): string {
  return `{"type":"${event}","timestamp":"${formatUtcMilliseconds(at)}","data":${data}}`;
}

export function requestTo({ definition, secrets }: Webhook, { id, body, now }: Signed): EndpointCall {
  const timestamp = String(Math.floor(now / 1000));
  const current = secrets.filter(({ endsAt }) => endsAt === null || endsAt > now);
  // Receivers accept the message if one signature matches.
  const signatures = current.map((secret) => signatureOf(secret, `${id}.${timestamp}.${body}`));
  return {
    url: definition.url,
    contentType: 'application/json',
    headers: {
      [WEBHOOK_HEADERS.id]: id,
      [WEBHOOK_HEADERS.timestamp]: timestamp,
      [WEBHOOK_HEADERS.signature]: signatures.join(' '),
    },
    body,
    timeoutMs: ANSWER_TIMEOUT_MS,
  };
}

function signatureOf({ secret }: WebhookSecret, signed: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  return `${SIGNATURE_VERSION},${createHmac('sha256', key).update(signed).digest('base64')}`;
}

export function isTaken({ status }: EndpointAnswer): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

export function problemOfAnswer(answer: EndpointAnswer): string | undefined {
  return isTaken(answer) ? undefined : (answer.problem ?? `status ${answer.status}`);
}

interface Sent {
  readonly targetId: string;
  readonly id: string;
  readonly event: string;
  readonly attempt: number;
  readonly sentAt: number;
}

export function deliveryRecordOf(
  { targetId, id, event, attempt, sentAt }: Sent,
  answer: EndpointAnswer,
): DeliveryRecord {
  const { status, tookMs, text } = answer;
  // PostgreSQL takes no NUL in a text.
  const kept = text.slice(0, KEPT_ANSWER_LENGTH).replaceAll('\0', '');
  const message = { id, event, attempt, answer: kept };
  return { targetId, sentAt, notifications: 1, status, problem: problemOfAnswer(answer), tookMs, message };
}

interface TestParts {
  readonly endpoints: Endpoints;
  readonly tenant: Tenant;
  readonly now: number;
}

export async function sendTest({ endpoints, tenant, now }: TestParts, webhook: Webhook): Promise<DeliveryRecord> {
  const [id, event] = [randomUUID(), WEBHOOK_NOTICES.test];
  const body = bodyOf({ event, at: now }, noticeOf(tenant, webhook));
  const answer = await endpoints.post(requestTo(webhook, { id, body, now }));
  return deliveryRecordOf({ targetId: webhook.id, id, event, attempt: 1, sentAt: now }, answer);
}

/** The data of a notice. */
export function noticeOf({ id: tenantId }: Tenant, { id: webhookId }: Webhook): string {
  return JSON.stringify({ webhookId, tenantId });
}
