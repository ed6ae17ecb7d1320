/**
 * Takes a person's values out of the change log: payloads of records that name them, and of all records of their
 * activities. The hash of each payload stays in its place, with a pseudonym, and the register notes which were erased: so
 * the chain can still be checked, and nothing else can be emptied unseen.
 */
import type { Write } from '../connection.ts';
import { endFeeds } from '../feed/end-feeds.ts';
import { logStatements } from './log-statements.ts';
import type { StoredRecord } from './log-statements.ts';
import { readPages } from './read-log.ts';
import { erasedPayload, erasureOf, payloadHashOf } from './record.ts';
import { writeRegister } from './register-writes.ts';
import type { LogWriter } from './register-writes.ts';

export interface ErasureOrder {
  readonly tenantKey: number;
  /** Texts that name the person alone: ids, mail address, principal name. Found in any casing. */
  readonly identifiers: readonly string[];
  /** Of the person, whatever its records say. */
  readonly itemIds?: readonly string[];
  /** What stands for the person from then on; must not tell who it was. */
  readonly pseudonym: string;
}

/** Of one transaction. */
const MAX_RECORDS = 500;

/** To be called when the person's data has gone, and their requests have ended. @returns how many records were emptied */
export async function eraseFromLog(writer: LogWriter, order: ErasureOrder): Promise<number> {
  const { tenantKey, pseudonym } = order;
  // Notes name the person too, and cannot be emptied one by one: those who follow begin again.
  await writer.connection.write(endFeeds(tenantKey));
  const items = await findItems(writer, order);
  let erased = 0;
  for await (const page of readPages(writer.connection, tenantKey)) {
    const found = page.filter((record) => isOf(record, order, items));
    for (let from = 0; from < found.length; from += MAX_RECORDS) {
      const part = found.slice(from, from + MAX_RECORDS);
      const records = part.map(({ chain, place }) => [chain, place]);
      const writes = part.map((record) => emptied(record, pseudonym));
      await writeRegister(writer, { tenantKey, operation: 'erase', after: { pseudonym, records }, writes });
      erased += part.length;
    }
  }
  return erased;
}

/** The person and their activities: an update of one does not say whose it is. */
async function findItems({ connection }: LogWriter, order: ErasureOrder): Promise<ReadonlySet<string>> {
  const items = new Set(order.itemIds);
  for await (const page of readPages(connection, order.tenantKey)) {
    for (const record of page) if (record.itemId !== null && isNamedIn(record, order)) items.add(record.itemId);
  }
  return items;
}

function isOf(record: StoredRecord, order: ErasureOrder, items: ReadonlySet<string>): boolean {
  if (erasureOf(record.payload) !== undefined) return false;
  return isNamedIn(record, order) || (record.itemId !== null && items.has(record.itemId));
}

function isNamedIn({ payload }: StoredRecord, { identifiers }: ErasureOrder): boolean {
  const text = payload.toLowerCase();
  return identifiers.some((identifier) => text.includes(JSON.stringify(identifier.toLowerCase()).slice(1, -1)));
}

function emptied({ tenantKey, chain, place, payload }: StoredRecord, pseudonym: string): Write {
  const params = {
    tenant_id: tenantKey,
    chain,
    place,
    payload: erasedPayload({ pseudonym, payloadHash: payloadHashOf(payload) }),
  };
  return { statement: logStatements.empty, params, mustChange: true };
}
