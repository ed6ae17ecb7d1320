/** A change whose transaction commits after changes that began later is not passed over by those that follow. */
import { Client } from 'pg';
import { expect, test } from 'vitest';

import { createChangeFeed } from '../../src/store/feed/change-feed.ts';
import type { ChangeCursor } from '../../src/store/feed/feed-cursor.ts';
import { openLoggedWorld } from '../support/logged-world.ts';
import { POSTGRES } from '../support/store.ts';
import { activityGuid, OPEN, OTHER, OTHER_CONTENT } from '../support/stored-tenant.ts';

const LOG = { changeLog: { detail: 'metadata', key: undefined } } as const;

test('a transaction that commits late is found behind those that came before it', async () => {
  await using database = POSTGRES.create();
  const connection = await database.open(LOG);
  const world = await openLoggedWorld(connection, 1);
  const other = world.throughOther(database.connect(LOG));
  const feed = createChangeFeed(connection);
  const read = async (after: ChangeCursor) => {
    const page = await feed.read(1, after, 100);
    if (page.kind === 'expired') throw new Error('expired');
    return { next: page.next, items: page.changes.map(({ itemId }) => itemId) };
  };
  const start = await feed.follow(1);
  await world.create({ number: 1 });
  // A create locks the row of its provider.
  const client = new Client({ connectionString: await database.findPlace() });
  await client.connect();
  await client.query('begin');
  await client.query('select 1 from learning_provider where registration_id = $1 for update', [OPEN]);
  const late = world.create({ number: 2 });
  const numbers = [3, 4, 5, 6, 7];
  for (const number of numbers) {
    await other.create({ number, registrationId: OTHER, learningContentId: OTHER_CONTENT });
  }
  const before = await read(start);
  expect(before.items).toEqual([1, ...numbers].map(activityGuid));
  await client.query('commit');
  await client.end();
  expect(await late).toBe('created');
  expect((await read(before.next)).items).toEqual([activityGuid(2)]);
});
