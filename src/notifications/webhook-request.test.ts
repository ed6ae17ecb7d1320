import { Webhook as Verifier } from 'standardwebhooks';
import { expect, test } from 'vitest';

import { systemClock } from '../lib/clock.ts';
import type { ChangeCursor } from '../store/feed/feed-cursor.ts';
import type { Webhook } from '../store/notifications/webhook.ts';
import { bodyOf, requestTo } from './webhook-request.ts';

const secretOf = (letter: string): string => `whsec_${Buffer.alloc(32, letter).toString('base64')}`;
const [NEW, OLD, ENDED, OTHER] = ['n', 'o', 'e', 'x'].map(secretOf) as [string, string, string, string];
// Verifiers compare with the time of day.
const NOW = Math.floor(systemClock.now() / 1000) * 1000;
const WEBHOOK: Webhook = {
  id: '8bcdc019-6b8a-86d1-40bc-2ed0af74c75e',
  definition: { url: 'https://app.example/', events: ['activity.completed'], description: null },
  secrets: [
    { secret: NEW, endsAt: null },
    { secret: OLD, endsAt: NOW + 1 },
    { secret: ENDED, endsAt: NOW },
  ],
  isEnabled: true,
  disabledReason: undefined,
  createdAt: 0,
  failingSince: undefined,
  cursor: '' as ChangeCursor,
  followedSince: 0,
};
const BODY = bodyOf({ event: 'activity.completed', at: NOW }, '{"id":"ü"}');

const requestAt = (now: number) => {
  const { body, headers = {} } = requestTo(WEBHOOK, { id: 'one', body: BODY, now });
  return { body, headers: headers as Record<string, string> };
};

test.each([
  ['the newest secret', NEW],
  ['the one before, while it lasts', OLD],
])('a message is verified with %s', (_name, secret) => {
  const { body, headers } = requestAt(NOW);
  expect(new Verifier(secret).verify(body, headers)).toEqual({
    type: 'activity.completed',
    timestamp: new Date(NOW).toISOString(),
    data: { id: 'ü' },
  });
});

test.each<[string, string, (sent: ReturnType<typeof requestAt>) => ReturnType<typeof requestAt>]>([
  ['another secret', OTHER, (sent) => sent],
  ['a secret that has ended', ENDED, (sent) => sent],
  ['another body', NEW, ({ body, headers }) => ({ headers, body: body.replace('ü', 'u') })],
  ['another id', NEW, ({ body, headers }) => ({ body, headers: { ...headers, 'webhook-id': 'two' } })],
  [
    'another time',
    NEW,
    ({ body, headers }) => ({ body, headers: { ...headers, 'webhook-timestamp': String(NOW / 1000 + 1) } }),
  ],
  ['a time that is long past', NEW, () => requestAt(NOW - 600_000)],
  ['no signature', NEW, ({ body, headers }) => ({ body, headers: { ...headers, 'webhook-signature': '' } })],
])('a message is refused with %s', (_name, secret, change) => {
  const { body, headers } = change(requestAt(NOW));
  expect(() => new Verifier(secret).verify(body, headers)).toThrow();
});
