/**
 * Changes where there is no audit trail, for those who follow them alone: without values, hashes and links, and those of one
 * transaction in one row. A record of the log each would make a create a tenth slower.
 *
 * Notes have chains as records do, which the register names; only what is followed needs them, for as long as feeds are kept.
 */
import type { Params, Row, Statement, Write } from '../connection.ts';
import { CHANGE_KINDS } from '../../model/change-kinds.ts';
import type { ChangeKind } from '../../model/change-kinds.ts';
import { CHANNELS } from './change.ts';
import type { Image, ItemChange, Origin } from './change.ts';
import type { Head, Segment } from './chain.ts';
import {
  ACTION_NAMES,
  ACTIONS,
  actionOf,
  changedNames,
  CHANNEL_NAMES,
  KEPT_NAMES,
  KIND_NAMES,
  LEARNING,
  ownerOf,
} from './record.ts';
import type { Action, Draft, ReadableRecord } from './record.ts';

type Text = string | null;

/** A change as a note holds it. */
type Noted = readonly [
  kind: number,
  action: number,
  itemId: Text,
  version: number | null,
  origin: readonly [channel: number, operation: string, appId: Text, requestId: Text, actor: Text],
  /** Those of {@link KEPT_NAMES}; an id that the learner and the item's make up is left out. */
  values: readonly unknown[] | null,
  changed: readonly string[],
];

export function noteOf(
  change: ItemChange,
  { channel, operation, appId, requestId, actor }: Origin,
  now: number,
): Draft {
  const { tenantKey, kind, itemId = null, version, before, after, named } = change;
  const image = named ?? after ?? before;
  const noted: Noted = [
    CHANGE_KINDS[kind],
    ACTIONS[actionOf(change)],
    itemId,
    version ?? null,
    [CHANNELS[channel], operation, appId ?? null, requestId ?? null, actor ?? null],
    image !== undefined && LEARNING.has(kind) ? valuesOf(image) : null,
    before && after ? changedNames(before, after) : [],
  ];
  const header = {
    kind: noted[0],
    action: noted[1],
    channel: CHANNELS[channel],
    operation,
    appId: null,
    requestId: null,
  };
  return { tenantKey, changedAt: now, itemId, ...header, payload: JSON.stringify(noted) };
}

function valuesOf(image: Image): readonly unknown[] {
  return KEPT_NAMES.map((name) => {
    const value = image[name] ?? null;
    return name === 'id' && typeof value === 'string' && value.includes(':') ? null : value;
  });
}

/** What a removed provider takes along may be a million changes: they are several notes, each read in one go. */
const MAX_CHANGES = 500;

/** The notes behind the head, each of as many changes as have its place. */
export function notesAfter(head: Head, drafts: readonly Draft[]): Segment {
  const { chain } = head;
  const placeOf = (index: number) => head.place + 1 + Math.floor(index / MAX_CHANGES);
  return { head, records: drafts.map((draft, index) => ({ ...draft, chain, place: placeOf(index), recordHash: '' })) };
}

export function headAfterNotes({ head, records }: Segment): Head {
  return { ...head, place: records.at(-1)?.place ?? head.place };
}

const TARGET = 'change_note (tenant_id, chain, place, changed_at, payload)';

export const noteStatements = {
  insert: {
    name: 'notes insert',
    sql: `insert into ${TARGET} values (:tenant_id, :chain, :place, :changed_at, :payload)`,
  },
  oldest: {
    name: 'notes oldest',
    sql: `
select n.place, n.changed_at as noted_at from change_note n
where n.tenant_id = :tenant_id and n.chain = :chain order by n.place limit :row_limit`,
  },
  removeUpTo: {
    name: 'notes removeUpTo',
    sql: 'delete from change_note where tenant_id = :tenant_id and chain = :chain and place <= :place',
  },
} as const satisfies Readonly<Record<string, Statement>>;

export function writeNotes({ head, records }: Segment): readonly Pick<Write, 'statement' | 'params'>[] {
  return [...Map.groupBy(records, ({ place }) => place)].map(([place, noted]) => ({
    statement: noteStatements.insert,
    params: {
      tenant_id: head.tenantKey,
      chain: head.chain,
      place,
      changed_at: noted[0]?.changedAt ?? 0,
      payload: `[${noted.map(({ payload }) => payload).join(',')}]`,
    },
  }));
}

/** What stores notes of those changes whose rows of `r` the source gives. */
export const insertNotes = (source: string) => `
insert into ${TARGET}
select cast(:log_tenant_id as bigint), cast(:log_chain as bigint), r.place, cast(:log_changed_at as bigint),
  '[' || string_agg(r.payload, ',' order by r.number) || ']'
from json_to_recordset(cast(:log_records as json)) as r("itemId" uuid, place bigint, number bigint, payload text) ${source}
group by r.place`;

/** What {@link insertNotes} takes. */
export function insertNotesParams({ head, records }: Segment): Params {
  const rows = records.map(({ itemId, place, payload }, number) => ({ itemId, place, number, payload }));
  return {
    log_tenant_id: head.tenantKey,
    log_chain: head.chain,
    log_changed_at: records[0]?.changedAt ?? 0,
    log_records: JSON.stringify(rows),
  };
}

/** The changes of a row, in the order of its parts. */
export function readNote(row: Row): readonly ReadableRecord[] {
  const at = {
    tenantKey: Number(row['tenant_id']),
    chain: Number(row['chain']),
    place: Number(row['place']),
    changedAt: Number(row['changed_at']),
  };
  const all = JSON.parse(String(row['payload'])) as readonly Noted[];
  return all.map(([kind, action, itemId, version, origin, values, changed]): ReadableRecord => {
    const [channel, operation, appId, requestId, actor] = origin;
    const image = values === null ? undefined : imageOf(values, itemId);
    const kindName = KIND_NAMES.get(kind) as ChangeKind;
    const isRemoval = action === ACTIONS.deleted;
    return {
      ...at,
      kind: kindName,
      action: ACTION_NAMES.get(action) as Action,
      itemId: itemId ?? undefined,
      channel: CHANNEL_NAMES.get(channel) as ReadableRecord['channel'],
      operation,
      appId: appId ?? undefined,
      requestId: requestId ?? undefined,
      actor: actor ?? undefined,
      before: isRemoval ? image : undefined,
      after: isRemoval ? undefined : image,
      owner: ownerOf(kindName, image),
      changed,
      version: version ?? undefined,
      erased: undefined,
    };
  });
}

function imageOf(values: readonly unknown[], itemId: string | null): Image {
  const entries = KEPT_NAMES.map((name, index) => [name, values[index] ?? null] as const);
  const image = Object.fromEntries(entries.filter(([, value]) => value !== null));
  const { learnerUserId } = image;
  return typeof learnerUserId === 'string' ? { id: `${learnerUserId}:${itemId}`, ...image } : image;
}
