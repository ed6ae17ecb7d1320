import { afterAll, beforeAll, expect, test } from 'vitest';

import { ACTIVITIES, startJournalServer } from './journal-server.ts';
import type { JournalServer } from './journal-server.ts';

const MIB = 1_048_576;
const KEPT_ENTRIES = 20;

let server: JournalServer;
beforeAll(async () => {
  server = await startJournalServer({ journalBytes: MIB, journalEntries: KEPT_ENTRIES });
});
afterAll(() => server[Symbol.asyncDispose]());

test('many large bodies take no more memory than the bound, and the newest entries stay', async () => {
  const filler = 'x'.repeat(100_000);
  const answers = [];
  for (let round = 0; round < 60; round += 1) {
    answers.push(await server.asWriter({ method: 'POST', path: ACTIVITIES, json: { round, filler } }));
  }
  const entries = await server.read();
  const characters = entries.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0);
  // Two bytes a character.
  expect(characters).toBeLessThan(MIB / 2);
  expect(entries.length).toBeGreaterThan(3);
  expect(entries.at(-1)?.requestId).toBe(answers.at(-1)?.headers['request-id']);
  const { body } = await server.control('GET', '/status');
  expect(body.journal).toBe(entries.length);
});

test('small ones are kept up to their number, and the journal says that others had to make room', async () => {
  await server.control('DELETE', '/journal');
  const first = await server.lastId();
  await Promise.all(Array.from({ length: 50 }, () => server.call({ path: ACTIVITIES })));
  const { body } = await server.control('GET', '/journal?limit=1000');
  expect(body.value).toHaveLength(KEPT_ENTRIES);
  expect(body.droppedUntil).toBe(body.value.at(-1).id - 1);

  const match = { status: 401 };
  expect(await server.verify({ match, count: { atLeast: 10 }, after: first })).toMatchObject({ isSatisfied: true });
  const unknown = await server.verify({ match, count: { exactly: KEPT_ENTRIES }, after: first });
  expect(unknown).toMatchObject({ isSatisfied: false, found: KEPT_ENTRIES });
  expect(unknown.explanation).toContain('were evicted');
  const since = body.value.at(-1).id;
  expect(await server.verify({ match, count: { exactly: KEPT_ENTRIES - 1 }, after: since })).toMatchObject({
    isSatisfied: true,
  });
});
