/** Holds what a server has against the ledger of what was answered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';

import type { Seed } from '../../src/sandbox/seed-schema.ts';
import { openClient } from './crash-load.ts';
import type { Ledger, Send, Wire } from './crash-load.ts';
import type { ReadyLine } from './server-process.ts';

const DEFAULT_SEED = join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml');

/** Settles when the load has come so far, or was surprised: then it goes no further, and the ledger says why. */
export async function awaitLoad(ledger: Ledger, hasComeSoFar: () => boolean): Promise<void> {
  const isOver = () => ledger.surprises.length > 0 || hasComeSoFar();
  await expect.poll(isOver, { timeout: 60_000 }).toBe(true);
}

/** Finds out what became of the writes that were not answered, and that the answered ones since the last time are there. */
export async function settle(ready: ReadyLine, token: string, ledger: Ledger): Promise<void> {
  const { send, close } = openClient(ready, token);
  for (const [externalId, sent] of ledger.creating) {
    const found = await findByExternalId(send, externalId);
    if (found === undefined) continue;
    expect(found).toMatchObject(sent);
    ledger.stored.set(String(found['id']), found);
  }
  ledger.creating.clear();
  for (const id of ledger.touched) {
    const found = await read(send, id);
    const possible = [ledger.stored.get(id), ledger.updating.get(id)].filter((wire) => wire !== undefined);
    expect(possible).toContainEqual(found);
    ledger.stored.set(id, found as Wire);
  }
  ledger.updating.clear();
  ledger.touched.clear();
  await close();
}

async function read(send: Send, id: string): Promise<Wire | undefined> {
  const { status, body } = await send('GET', `/learningCourseActivities/${id}`);
  return status === 200 ? withoutContext(body as Wire) : undefined;
}

async function findByExternalId(send: Send, externalId: string): Promise<Wire | undefined> {
  const key = encodeURIComponent(`externalcourseActivityId='${externalId}'`);
  const { status, body } = await send('GET', `/learningCourseActivities(${key})`);
  return status === 200 ? withoutContext(body as Wire) : undefined;
}

function withoutContext(wire: Wire): Wire {
  const { '@odata.context': _, ...activity } = wire;
  return activity;
}

/** The activities of the server are those of the ledger and of the seed, each just as it was answered. */
export async function expectExactly(ready: ReadyLine, token: string, ledger: Ledger): Promise<void> {
  const { send, close } = openClient(ready, token);
  const found = new Map<string, Wire>();
  let next: string | undefined = '/learningCourseActivities?$top=100';
  while (next !== undefined) {
    const { status, body } = await send('GET', next);
    expect(status).toBe(200);
    for (const activity of body.value as readonly Wire[]) found.set(String(activity['id']), activity);
    const link = body['@odata.nextLink'] as string | undefined;
    next = link?.slice(link.indexOf('/learningCourseActivities'));
  }
  await close();
  for (const id of seededActivities()) expect(found.delete(id)).toBe(true);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(ledger.stored));
  const externalIds = new Set([...found.values()].map((activity) => activity['externalcourseActivityId']));
  expect(ledger.refused.filter((externalId) => externalIds.has(externalId))).toEqual([]);
}

function seededActivities(): readonly string[] {
  const { tenants } = parse(readFileSync(DEFAULT_SEED, 'utf8'), { schema: 'core' }) as Seed;
  return tenants.flatMap(({ providers = [] }) =>
    providers.flatMap(({ activities = [] }) => activities.map(({ id }) => id)),
  );
}
