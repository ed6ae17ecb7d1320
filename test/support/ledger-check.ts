/** Compares what a server has with the ledger of what it answered. */
import { partialDeepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';

import type { Seed } from '../../src/seed/seed-schema.ts';
import { openClient } from './crash-load.ts';
import type { Ledger, Send, Wire } from './crash-load.ts';
import type { ReadyLine } from './server-process.ts';

const DEFAULT_SEED = join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml');

/**
 * Finds out what became of the writes that were not answered, and takes it into the ledger.
 * @returns what is wrong with those that were answered since the last time
 */
export async function settleLedger(ready: ReadyLine, token: string, ledger: Ledger): Promise<readonly string[]> {
  const { send, close } = openClient(ready, token);
  const problems: string[] = [];
  for (const [externalId, sent] of ledger.creating) {
    const found = await findByExternalId(send, externalId);
    if (found === undefined) continue;
    if (!holds(found, sent)) problems.push(`${externalId} was not stored as it was sent`);
    ledger.stored.set(String(found['id']), found);
  }
  ledger.creating.clear();
  for (const id of ledger.touched) {
    const found = await read(send, id);
    const possible = [ledger.stored.get(id), ledger.updating.get(id)].filter((wire) => wire !== undefined);
    if (found === undefined) problems.push(`${id} is missing`);
    else if (!possible.some((wire) => isDeepStrictEqual(wire, found))) problems.push(`${id} is not what was answered`);
    if (found !== undefined) ledger.stored.set(id, found);
  }
  ledger.updating.clear();
  ledger.touched.clear();
  await close();
  return problems;
}

export interface Differences {
  /** Ids of activities that were answered for and are missing, or not as they were answered. */
  readonly lost: readonly string[];
  /** Ids or external ids of those that are there although no answer says so. */
  readonly surplus: readonly string[];
}

/** All activities of the server against those of the ledger and of the seed. */
export async function compareWithLedger(ready: ReadyLine, token: string, ledger: Ledger): Promise<Differences> {
  const found = await readAll(ready, token);
  const lostOfSeed = listSeededActivities().filter((id) => !found.delete(id));
  const lost = [...ledger.stored].filter(([id, wire]) => !isDeepStrictEqual(found.get(id), wire)).map(([id]) => id);
  const externalIds = new Set([...found.values()].map((activity) => activity['externalcourseActivityId']));
  return {
    lost: [...lostOfSeed, ...lost],
    surplus: [
      ...[...found.keys()].filter((id) => !ledger.stored.has(id)),
      ...ledger.refused.filter((externalId) => externalIds.has(externalId)),
    ],
  };
}

function listSeededActivities(): readonly string[] {
  const { tenants } = parse(readFileSync(DEFAULT_SEED, 'utf8'), { schema: 'core' }) as Seed;
  const providers = tenants.flatMap((tenant) => tenant.providers ?? []);
  return providers.flatMap(({ activities = [] }) => activities.map(({ id }) => id));
}

async function readAll(ready: ReadyLine, token: string): Promise<Map<string, Wire>> {
  const { send, close } = openClient(ready, token);
  const found = new Map<string, Wire>();
  let next: string | undefined = '/learningCourseActivities?$top=100';
  while (next !== undefined) {
    const { status, body } = await send('GET', next);
    if (status !== 200) throw new Error(`The list was answered with ${status}.`);
    for (const activity of body.value as readonly Wire[]) found.set(String(activity['id']), activity);
    const link = body['@odata.nextLink'] as string | undefined;
    next = link?.slice(link.indexOf('/learningCourseActivities'));
  }
  await close();
  return found;
}

function holds(found: Wire, sent: Wire): boolean {
  try {
    partialDeepStrictEqual(found, sent);
    return true;
  } catch {
    return false;
  }
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
