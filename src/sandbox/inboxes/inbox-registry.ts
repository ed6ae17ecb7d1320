/**
 * Inboxes stand in for webhook endpoints: they accept any request, record it, and answer as configured. Any name works without
 * being created first. The newest requests are kept, in memory.
 */
import { EventEmitter } from 'node:events';

import { systemClock } from '../../lib/clock.ts';
import type { Clock } from '../../lib/clock.ts';
import { formatUtcMilliseconds } from '../../lib/utc-text.ts';
import { WEBHOOK_HEADERS } from '../../model/webhook.ts';
import type { InboxAnswer, ReceivedRequest } from '../../server/inbox-route.ts';
import { BODY_CAP_BYTES, copyOf, recordBody } from '../journal/record-body.ts';
import { redactHeader, redactUrl } from '../journal/redact.ts';
import { verifySignature } from './verify-signature.ts';
import { INBOX_NAME } from './inbox.ts';
import type { InboxChange, InboxReply, InboxRequest, InboxSettings, InboxWebhook } from './inbox.ts';

/** Of all inboxes together. */
const MAX_REQUESTS = 200;

interface KeptRequest {
  readonly inbox: string;
  readonly request: InboxRequest;
}

export interface InboxesState {
  readonly settings: readonly (readonly [name: string, settings: InboxSettings])[];
  readonly requests: readonly KeptRequest[];
}

export class InboxRegistry {
  readonly settings = new Map<string, InboxSettings>();
  readonly changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);
  /** Oldest first. */
  #requests: readonly KeptRequest[] = [];
  #lastId = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  receive({ name, method, url, headers, body }: ReceivedRequest): InboxAnswer {
    const header = (wanted: string): string => headers.find(([key]) => key === wanted)?.[1] ?? '';
    if (!INBOX_NAME.test(name)) return NO_INBOX;
    const answer = this.#answerTo(name, url);
    const recorded = recordBody(copyOf(body, BODY_CAP_BYTES), {
      kind: 'graph',
      contentType: header('content-type'),
    });
    const webhook = this.#readWebhook(name, body, header);
    this.#lastId += 1;
    const request: InboxRequest = {
      id: this.#lastId,
      receivedAt: formatUtcMilliseconds(this.#clock.now()),
      method,
      url: redactUrl(url),
      headers: headers.map(([key, value]) => [key, redactHeader(key, value)]),
      ...(recorded && { body: recorded }),
      status: answer.status,
      ...(webhook && { webhook }),
    };
    this.#requests = [...this.#requests.slice(1 - MAX_REQUESTS), { inbox: name, request }];
    this.changes.emit('change');
    return answer;
  }

  /** Inboxes that have settings or requests, sorted. */
  names(): readonly string[] {
    return [...new Set([...this.settings.keys(), ...this.#requests.map(({ inbox }) => inbox)])].toSorted();
  }

  /** Oldest first. */
  requestsTo(name: string): readonly InboxRequest[] {
    return this.#requests.filter(({ inbox }) => inbox === name).map(({ request }) => request);
  }

  change(name: string, change: InboxChange): void {
    const changed = Object.entries({ ...this.settings.get(name), ...change });
    this.#set(name, Object.fromEntries(changed.filter(([, value]) => value !== null)));
  }

  remove(name: string): void {
    this.settings.delete(name);
    this.#requests = this.#requests.filter(({ inbox }) => inbox !== name);
  }

  clear(): void {
    this.settings.clear();
    this.#requests = [];
  }

  capture(): InboxesState {
    return { settings: [...this.settings], requests: this.#requests };
  }

  /** Requests keep their ids; later requests get higher ones. */
  restore({ settings, requests }: InboxesState): void {
    this.clear();
    for (const [name, one] of settings) this.settings.set(name, one);
    this.#requests = requests;
    this.#lastId = Math.max(this.#lastId, ...requests.map(({ request: { id } }) => id));
    this.changes.emit('change');
  }

  /** An inbox without any setting is not kept: it would be listed forever. */
  #set(name: string, settings: InboxSettings): void {
    if (Object.keys(settings).length === 0) this.settings.delete(name);
    else this.settings.set(name, settings);
  }

  /** Echoes a validation token whatever the inbox is set to: Graph creates no subscription otherwise. */
  #answerTo(name: string, url: string): InboxAnswer {
    const token = new URL(url, 'http://localhost').searchParams.get('validationToken');
    if (token !== null) return { status: 200, headers: TEXT, body: token, delayMs: 0 };
    const settings = this.settings.get(name);
    if (settings?.reply === undefined) return NOTHING;
    const { status, headers = {}, body = '', delayMs = 0, next } = settings.reply;
    if (next !== undefined) this.#set(name, countDown(settings, next));
    return { status, headers: body === '' ? headers : { ...TEXT, ...headers }, body, delayMs };
  }

  #readWebhook(name: string, body: Uint8Array, header: (name: string) => string): InboxWebhook | undefined {
    const id = header(WEBHOOK_HEADERS.id);
    if (id === '') return undefined;
    const secret = this.settings.get(name)?.secret;
    const [timestamp, signatures] = [header(WEBHOOK_HEADERS.timestamp), header(WEBHOOK_HEADERS.signature)];
    const signed = { id, timestamp, signatures, body };
    return {
      id,
      ...(secret !== undefined && { signature: verifySignature(signed, secret, systemClock.now()) }),
      isRepeated: this.requestsTo(name).some(({ webhook }) => webhook?.id === id),
    };
  }
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' } as const;
const NO_INBOX: InboxAnswer = {
  status: 404,
  headers: TEXT,
  body: 'Invalid inbox name. Start with a letter or digit; use at most 64 letters, digits, dots, hyphens and underscores.',
  delayMs: 0,
};
const NOTHING: InboxAnswer = { status: 204, headers: {}, body: '', delayMs: 0 };

function countDown({ reply, ...settings }: InboxSettings, next: number): InboxSettings {
  return next > 1 ? { ...settings, reply: { ...(reply as InboxReply), next: next - 1 } } : settings;
}
