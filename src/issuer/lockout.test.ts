import { describe, expect, test } from 'vitest';
import { getGuid } from '../lib/ids.ts';
import type { TenantId } from '../lib/ids.ts';
import { createLockout } from './lockout.ts';
import type { Guess, Lockout } from './lockout.ts';

const MINUTE_MS = 60_000;
const TENANT = getGuid<TenantId>('2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10');
const OTHER_TENANT = getGuid<TenantId>('5c1e7f90-2b4d-4a6c-8e0f-1a2b3c4d5e6f');
const THRESHOLD = 3;

function start() {
  let now = Date.UTC(2026, 0, 1);
  const lockout = createLockout({ threshold: THRESHOLD, clock: { now: () => now } });
  return { lockout, pass: (ms: number) => void (now += ms) };
}

const guess = (secret: string, changes: Partial<Guess> = {}): Guess => ({
  ...{ kind: 'password', secret, target: { tenantId: TENANT, id: 'user' }, sender: 'here' },
  ...changes,
});

/** `right`, `wrong`, or the refusal. */
async function send(lockout: Lockout, sent: Guess): Promise<string> {
  const opened = lockout.judge(sent, async () => (sent.secret === 'right' ? 'right' : undefined));
  return opened.then(
    (found) => found ?? 'wrong',
    (error: unknown) => (error as { readonly row: string }).row,
  );
}

async function sendWrong(lockout: Lockout, count: number, changes: Partial<Guess> = {}): Promise<void> {
  for (let index = 0; index < count; index += 1) await send(lockout, guess(`wrong ${index}`, changes));
}

describe('a lockout', () => {
  test('lasts a minute at first, and twice as long after each wrong one that follows, up to 15 minutes', async () => {
    const { lockout, pass } = start();
    await sendWrong(lockout, THRESHOLD);
    for (const [lock, minutes] of [1, 2, 4, 8, 15, 15].entries()) {
      pass(minutes * MINUTE_MS - 1);
      expect(await send(lockout, guess('right'))).toBe('accountLocked');
      pass(1);
      expect(await send(lockout, guess(`after ${lock} locks`))).toBe('wrong');
    }
  });

  test('ends with a right one after its time, and then counts from the beginning', async () => {
    const { lockout, pass } = start();
    await sendWrong(lockout, THRESHOLD);
    pass(MINUTE_MS);
    expect(await send(lockout, guess('right'))).toBe('right');
    await sendWrong(lockout, THRESHOLD - 1);
    expect(await send(lockout, guess('right'))).toBe('right');
  });

  test('does not come from the same wrong ones again and again', async () => {
    const { lockout } = start();
    for (let index = 0; index < 5 * THRESHOLD; index += 1) {
      expect(await send(lockout, guess(`old ${index % (THRESHOLD - 1)}`))).toBe('wrong');
    }
    expect(await send(lockout, guess('right'))).toBe('right');
  });

  test('is of one target, kind and sender', async () => {
    const { lockout } = start();
    await sendWrong(lockout, THRESHOLD);
    expect(await send(lockout, guess('right'))).toBe('accountLocked');
    for (const changes of [
      { sender: 'there' },
      { kind: 'clientSecret' },
      { target: { tenantId: TENANT, id: 'other' } },
      { target: { tenantId: OTHER_TENANT, id: 'user' } },
    ] as const) {
      expect(await send(lockout, guess('right', changes))).toBe('right');
    }
  });

  test('is not passed by sending all guesses at once', async () => {
    const { lockout } = start();
    const { promise: allAreSent, resolve } = Promise.withResolvers<void>();
    const secrets = ['a', 'b', 'c', 'd', 'right'];
    const answers = secrets.map((secret) =>
      lockout.judge(guess(secret), async () => {
        await allAreSent;
        return secret === 'right' ? secret : undefined;
      }),
    );
    resolve();
    const settled = await Promise.allSettled(answers);
    expect(settled.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
    ]);
  });

  test('of user codes does not end with a right one, which anybody can have', async () => {
    const { lockout } = start();
    const code = (secret: string): Guess => ({ kind: 'userCode', secret, sender: 'here' });
    await send(lockout, code('a'));
    await send(lockout, code('b'));
    expect(await send(lockout, code('right'))).toBe('right');
    await send(lockout, code('c'));
    expect(await send(lockout, code('right'))).toBe('userCodesLocked');
  });

  test('is forgotten an hour after the last wrong one, and when the clock is set back', async () => {
    const { lockout, pass } = start();
    await sendWrong(lockout, THRESHOLD - 1);
    pass(60 * MINUTE_MS);
    await sendWrong(lockout, THRESHOLD - 1);
    expect(await send(lockout, guess('right'))).toBe('right');
    await sendWrong(lockout, THRESHOLD);
    pass(-1);
    expect(await send(lockout, guess('right'))).toBe('right');
  });

  test('is lifted by a reset, of its tenant or of all', async () => {
    const { lockout } = start();
    const other = { target: { tenantId: OTHER_TENANT, id: 'user' } };
    for (const changes of [{}, other]) await sendWrong(lockout, THRESHOLD, changes);
    lockout.reset(TENANT);
    expect(await send(lockout, guess('right'))).toBe('right');
    expect(await send(lockout, guess('right', other))).toBe('accountLocked');
    lockout.reset();
    expect(await send(lockout, guess('right', other))).toBe('right');
  });

  test('takes bounded memory: what was used longest ago is forgotten', async () => {
    const { lockout } = start();
    await sendWrong(lockout, THRESHOLD);
    for (let index = 0; index < 10_000; index += 1) await send(lockout, guess('wrong', { sender: String(index) }));
    expect(await send(lockout, guess('right'))).toBe('right');
  });
});
