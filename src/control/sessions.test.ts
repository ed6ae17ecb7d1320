import { describe, expect, test } from 'vitest';

import { createSessions } from './sessions.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;

function openAt(key = 'k'.repeat(32)) {
  let now = START;
  const sessions = createSessions(key, { now: () => now });
  return { sessions, pass: (ms: number) => (now += ms) };
}

describe('a session', () => {
  test('tells the role that it was opened with, for twelve hours', () => {
    const { sessions, pass } = openAt();
    const { token, expiresAt } = sessions.open({ role: 'viewer', name: 'Viewer' });
    expect(expiresAt).toBe('2026-01-01T12:00:00.000Z');
    expect(sessions.findHolder(`Bearer ${token}`)?.role).toBe('viewer');
    pass(12 * HOUR_MS - 1);
    expect(sessions.findHolder(`bearer ${token}`)?.role).toBe('viewer');
    pass(1);
    expect(sessions.findHolder(`Bearer ${token}`)).toBeUndefined();
  });

  test('is known to every server with the same key, and to no other', () => {
    const { token } = openAt().sessions.open({ role: 'operator', name: 'Operator' });
    expect(openAt().sessions.findHolder(`Bearer ${token}`)?.role).toBe('operator');
    expect(openAt('x'.repeat(32)).sessions.findHolder(`Bearer ${token}`)).toBeUndefined();
  });

  test('does not take another content under its seal', () => {
    const { sessions } = openAt();
    const [, seal] = sessions.open({ role: 'viewer', name: 'Viewer' }).token.split('.');
    const [content] = sessions.open({ role: 'administrator', name: 'Administrator' }).token.split('.');
    expect(sessions.findHolder(`Bearer ${content}.${seal}`)).toBeUndefined();
    for (const text of [undefined, '', 'Bearer ', `Bearer ${content}`, `Bearer .${seal}`, 'Bearer a.b.c']) {
      expect(sessions.findHolder(text)).toBeUndefined();
    }
  });
});

describe('a code', () => {
  test('is good once', () => {
    const { sessions } = openAt();
    const code = sessions.newCode();
    expect(sessions.takeCode(code)).toBe(true);
    expect(sessions.takeCode(code)).toBe(false);
    expect(sessions.takeCode('unknown')).toBe(false);
  });

  test('is good for an hour', () => {
    const { sessions, pass } = openAt();
    const code = sessions.newCode();
    pass(HOUR_MS);
    expect(sessions.takeCode(code)).toBe(false);
  });
});
