/** What a server has answered for: after it was killed, all of that has to be in its database. */
import { getGuid } from '../../src/lib/ids.ts';
import type { RegistrationId, UserId } from '../../src/lib/ids.ts';
import { openStores } from '../../src/store/learning-store.ts';
import type { VivariumOptions } from '../servers/vivarium.ts';
import { externalIdOf, FIRST_CREATED, idOfLoaded, learnerIdOf, learnerOfCreated } from './activities.ts';
import { getTenant, openData } from './open.ts';

export interface Ledger {
  /** How many activities were loaded before the server started. */
  loaded: number;
  /** The number of the next activity to be created. */
  nextCreated: number;
  /** Numbers of activities whose create was answered. */
  readonly created: number[];
  /** Numbers of activities whose create was refused with 503. */
  readonly refused: number[];
  /** By number, the percentage of the last update that was answered. */
  readonly updated: Map<number, number>;
}

export function newLedger(): Ledger {
  return { loaded: 0, nextCreated: FIRST_CREATED, created: [], refused: [], updated: new Map() };
}

/** Opens the database, on which no server runs any more. @throws when an answered write is not there, or a refused one is */
export async function verifyLedger(options: VivariumOptions, registrationId: string, ledger: Ledger): Promise<void> {
  await using connection = await openData(options);
  const tenant = await getTenant(connection);
  const { activities } = openStores(connection);
  const countOf = async (index: number): Promise<number> => {
    const found = await activities.findByExternalId(tenant, {
      registrationId: getGuid<RegistrationId>(registrationId),
      externalId: externalIdOf(index),
      types: ['learningAssignment'],
      learnerUserId: getGuid<UserId>(learnerIdOf(learnerOfCreated(index, ledger.loaded))),
    });
    return found.length;
  };
  for (const index of ledger.created) {
    if ((await countOf(index)) !== 1) throw new Error(`A create that was answered is lost: ${externalIdOf(index)}`);
  }
  for (const index of ledger.refused) {
    if ((await countOf(index)) !== 0) throw new Error(`A create that was refused is stored: ${externalIdOf(index)}`);
  }
  for (const [index, percentage] of ledger.updated) {
    const found = await activities.find(tenant, idOfLoaded(index));
    const { completionPercentage } = found?.activity ?? {};
    if (completionPercentage !== percentage)
      throw new Error(`An update that was answered is lost: ${idOfLoaded(index)}`);
  }
}
