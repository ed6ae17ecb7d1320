/** What is sent to one target, in the database. */
import { findGuid } from '../../lib/ids.ts';
import type { RegistrationId, UserId } from '../../lib/ids.ts';
import type { Params, Row, SqlConnection, Statement, Write } from '../connection.ts';
import type { SqlValue } from '../dialect.ts';
import { createLearnerPairs } from './outward-learners.ts';
import { ITEM_KINDS, ITEM_STATES, outwardStatements as statements, outwardWrites } from './outward-statements.ts';
import type { ItemKind, ItemState } from './outward-statements.ts';

export interface TargetKey {
  readonly tenantKey: number;
  readonly name: string;
}

export interface StoredTarget {
  readonly isStarted: boolean;
  readonly feedCursor: string | undefined;
  readonly scanPlace: string | undefined;
  readonly remoteProviderId: RegistrationId | undefined;
  readonly trouble: string | undefined;
  /** Epoch milliseconds. */
  readonly leaseUntil: number;
  /** Likewise: the end of a comparison or a pull, unless it goes on. */
  readonly walkUntil: number;
}

export interface ItemKey {
  readonly kind: ItemKind;
  readonly itemId: string;
}

/** What a change makes of an item: with the learner, where it is an activity. */
export interface WantedItem extends ItemKey {
  readonly learnerUserId?: string | undefined;
  /** By which it can be found there, when it is gone here. */
  readonly externalId?: string | undefined;
}

export interface OutwardItem extends ItemKey {
  readonly state: ItemState;
  readonly learnerUserId: UserId | undefined;
  readonly wanted: number;
  readonly waitingSince: number | undefined;
  readonly nextAt: number;
  readonly attempts: number;
  readonly remoteId: string | undefined;
  readonly sentExternalId: string | undefined;
  readonly sentState: string | undefined;
  readonly sentAt: number | undefined;
  readonly isInDoubt: boolean;
  readonly reason: string | undefined;
  readonly detail: string | undefined;
}

/** What was sent, as the table keeps it. */
export interface Sent {
  readonly remoteId: string;
  readonly sentState: string;
  readonly externalId: string | null;
}

export interface ItemCount {
  readonly state: ItemState;
  readonly kind: ItemKind;
  readonly items: number;
  /** Since when the oldest waits. */
  readonly oldest: number | undefined;
}

export interface Lease {
  readonly owner: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly until: number;
}

const FIRST_GUID = '00000000-0000-0000-0000-000000000000';
const KIND_NAMES = namesOf(ITEM_KINDS);
const STATE_NAMES = namesOf(ITEM_STATES);

export type OutwardStore = ReturnType<typeof createOutwardStore>;

export function createOutwardStore(connection: SqlConnection, { tenantKey, name }: TargetKey) {
  const { dialect } = connection;
  const scope = { tenant_id: tenantKey, target_name: name };
  const read = async (statement: Statement, params: Params = {}): Promise<readonly Row[]> =>
    connection.read(statement, { ...scope, ...params });
  return {
    findTarget: async (): Promise<StoredTarget | undefined> => {
      const [row] = await read(statements.target);
      return row && readTarget(row, dialect.columns.guid.decode);
    },
    addTarget: async (): Promise<void> => {
      await connection.write([{ statement: statements.addTarget, params: scope }]);
    },
    /** Whether it is the owner's from now on. */
    lease: async ({ owner, now, until }: Lease): Promise<boolean> => {
      const params = { ...scope, lease_owner: dialect.columns.guid.encode(owner), now, lease_until: until };
      return (await connection.write([{ statement: statements.lease, params, mustChange: true }])).kind === 'done';
    },
    /** `false` when another one is under way. */
    beginWalk: async (now: number, until: number): Promise<boolean> => {
      const params = { ...scope, now, walk_until: until };
      return (await connection.write([{ statement: statements.beginWalk, params, mustChange: true }])).kind === 'done';
    },
    setWalk: async (until: number): Promise<void> => {
      await connection.write([{ statement: statements.setWalk, params: { ...scope, walk_until: until } }]);
    },
    /** For who is alone on the database: a process that has ended may have left it. */
    freeLease: async (): Promise<void> => {
      await connection.write([{ statement: statements.freeLease, params: scope }]);
    },
    endLease: async (owner: string): Promise<void> => {
      const params = { ...scope, lease_owner: dialect.columns.guid.encode(owner) };
      await connection.write([{ statement: statements.endLease, params }]);
    },
    /** Stores the writes while the lease holds, and renews it. `false` when another has it. */
    commit: async ({ owner, now, until }: Lease, writes: readonly Write[]): Promise<boolean> => {
      const params = { ...scope, lease_owner: dialect.columns.guid.encode(owner), now, lease_until: until };
      const held = { statement: statements.holdLease, params, mustChange: true };
      return (await connection.write([held, ...writes])).kind === 'done';
    },
    /** Of a command, which needs no lease. */
    write: async (...writes: readonly Write[]): Promise<void> => {
      await connection.write(writes);
    },
    ...createLists(connection, scope),
    learners: createLearnerPairs(connection, scope),
    writes: createWriteMakers(connection, scope),
  };
}

export interface OutwardActivityKey {
  readonly learnerUserId: string;
  readonly itemId: string;
}

/** What there is to send, and what was sent. */
function createLists({ dialect, read: ask }: SqlConnection, scope: Params) {
  const read = async (statement: Statement, params: Params = {}): Promise<readonly Row[]> =>
    ask(statement, { ...scope, ...params });
  const items = async (statement: Statement, params: Params) =>
    (await read(statement, params)).map((row) => readItem(row, dialect.columns.guid.decode));
  return {
    listDue: (kind: ItemKind, now: number, limit: number) =>
      items(statements.due, { kind: ITEM_KINDS[kind], now, row_limit: limit }),
    findNextAt: async (kind: ItemKind): Promise<number | undefined> => {
      const [row] = await read(statements.nextAt, { kind: ITEM_KINDS[kind] });
      return numberOf(row?.['next_at']);
    },
    findItem: async ({ kind, itemId }: ItemKey): Promise<OutwardItem | undefined> => {
      const params = { kind: ITEM_KINDS[kind], item_id: dialect.columns.guid.encode(itemId) };
      return (await items(statements.item, params))[0];
    },
    listOfRemote: (remoteId: string) => items(statements.ofRemote, { remote_id: remoteId }),
    /** Of all, the next ones behind the item. */
    listPage: (after: ItemKey | undefined, limit: number) =>
      items(statements.page, {
        kind: after === undefined ? 0 : ITEM_KINDS[after.kind],
        item_id: dialect.columns.guid.encode(after?.itemId ?? FIRST_GUID),
        row_limit: limit,
      }),
    /** Of one state, the next ones behind the item. */
    listOfState: (state: ItemState, limit: number, after?: OutwardItem) =>
      items(statements.notInStep, {
        state: ITEM_STATES[state],
        kind: after === undefined ? 0 : ITEM_KINDS[after.kind],
        next_at: after?.nextAt ?? 0,
        item_id: dialect.columns.guid.encode(after?.itemId ?? FIRST_GUID),
        row_limit: limit,
      }),
    count: async (): Promise<readonly ItemCount[]> =>
      (await read(statements.counts)).map((row) => ({
        state: nameOf(STATE_NAMES, row['state']),
        kind: nameOf(KIND_NAMES, row['kind']),
        items: Number(row['items']),
        oldest: numberOf(row['oldest']),
      })),
    /** When an item came in step last, and how many have since the time. What was deleted there is not told. */
    findSent: async (since: number): Promise<{ readonly lastAt: number | undefined; readonly items: number }> => {
      const rows = await Promise.all(
        Object.values(ITEM_KINDS).map(async (kind) => (await read(statements.sentAt, { kind, since }))[0]),
      );
      const times = rows.flatMap((row) => numberOf(row?.['last_at']) ?? []);
      return {
        lastAt: times.length === 0 ? undefined : Math.max(...times),
        items: rows.reduce((sum, row) => sum + Number(row?.['items'] ?? 0), 0),
      };
    },
    /** Contents of the provider, the next ones behind the id. */
    listContents: async (registrationId: string, after: string | undefined, limit: number) => {
      const rows = await read(statements.contents, {
        registration_id: dialect.columns.guid.encode(registrationId),
        learning_content_id: dialect.columns.guid.encode(after ?? FIRST_GUID),
        row_limit: limit,
      });
      return rows.map((row) => textOf(row['item_id'], dialect.columns.guid.decode));
    },
    /** Activities of the tenant, the next ones behind the key; those of other providers are told apart. */
    listActivities: async (registrationId: string, after: OutwardActivityKey | undefined, limit: number) => {
      const { encode, decode } = dialect.columns.guid;
      const rows = await read(statements.activities, {
        registration_id: encode(registrationId),
        learner_user_id: encode(after?.learnerUserId ?? FIRST_GUID),
        activity_guid: encode(after?.itemId ?? FIRST_GUID),
        row_limit: limit,
      });
      return rows.map((row) => ({
        learnerUserId: textOf(row['learner_user_id'], decode),
        itemId: textOf(row['item_id'], decode),
        isOwn: Number(row['is_own']) === 1,
      }));
    },
  };
}

/** Writes, to be stored together with others. */
function createWriteMakers({ dialect }: SqlConnection, scope: Params) {
  const many = outwardWrites(dialect);
  const { encode } = dialect.columns.guid;
  const make = (statement: Statement, params: Params): Write => ({ statement, params: { ...scope, ...params } });
  const keyOf = ({ kind, itemId }: ItemKey) => ({ kind: ITEM_KINDS[kind], item_id: encode(itemId) });
  const rowsOf = (wanted: readonly WantedItem[]) =>
    JSON.stringify(
      wanted.map(({ kind, itemId, learnerUserId = null, externalId = null }) => [
        ...[ITEM_KINDS[kind], itemId, learnerUserId, externalId],
      ]),
    );
  const ofVersion = (item: OutwardItem) => ({ ...keyOf(item), wanted: item.wanted });
  return {
    setStarted: (isStarted: boolean) => make(statements.setStarted, { is_started: isStarted ? 1 : 0 }),
    setTrouble: (trouble: string | undefined) => make(statements.setTrouble, { trouble: trouble ?? null }),
    stop: (trouble: string) => make(statements.stop, { trouble }),
    setProvider: (id: RegistrationId) => make(statements.setProvider, { remote_provider_id: encode(id) }),
    setFeed: (cursor: string) => make(statements.setFeed, { feed_cursor: cursor }),
    setScan: (place: string | undefined) => make(statements.setScan, { scan_place: place ?? null }),
    beginScan: (place: string) => make(statements.beginScan, { scan_place: place }),
    want: (wanted: readonly WantedItem[], now: number) => make(many.want, { rows: rowsOf(wanted), now }),
    wantKnown: (wanted: readonly WantedItem[], now: number) => make(many.wantKnown, { rows: rowsOf(wanted), now }),
    resend: (wanted: readonly WantedItem[], now: number) => make(many.resend, { rows: rowsOf(wanted), now }),
    /** What is behind the one, up to the other. */
    wantRange: (after: ItemKey | undefined, last: ItemKey, now: number) =>
      make(statements.wantRange, {
        kind: after === undefined ? 0 : ITEM_KINDS[after.kind],
        item_id: encode(after?.itemId ?? FIRST_GUID),
        last_kind: ITEM_KINDS[last.kind],
        last_item_id: encode(last.itemId),
        now,
      }),
    beginCreate: (item: ItemKey, externalId: string | null) =>
      make(statements.beginCreate, { ...keyOf(item), sent_external_id: externalId }),
    sent: (item: OutwardItem, { remoteId, sentState, externalId }: Sent, now: number) =>
      make(statements.sent, {
        ...ofVersion(item),
        remote_id: remoteId,
        sent_state: sentState,
        sent_external_id: externalId,
        now,
      }),
    found: (item: ItemKey, remoteId: string, now: number) =>
      make(statements.found, { ...keyOf(item), remote_id: remoteId, now }),
    lost: (item: ItemKey, now: number) => make(statements.lost, { ...keyOf(item), now }),
    later: (item: ItemKey, { nextAt, isInDoubt, detail }: Later) =>
      make(statements.later, { ...keyOf(item), next_at: nextAt, is_in_doubt: isInDoubt ? 1 : 0, detail }),
    postponed: (item: ItemKey, nextAt: number) => make(statements.postponed, { ...keyOf(item), next_at: nextAt }),
    dead: (item: OutwardItem, { reason, detail, isInDoubt }: Death, now: number) =>
      make(statements.dead, { ...ofVersion(item), reason, detail, is_in_doubt: isInDoubt ? 1 : 0, now }),
    gone: (item: OutwardItem) => make(statements.gone, ofVersion(item)),
    skip: (item: ItemKey) => make(statements.skip, keyOf(item)),
    retry: (reason: string | undefined, now: number) => make(statements.retry, { reason: reason ?? null, now }),
    retryOne: (item: ItemKey, now: number) => make(statements.retryOne, { ...keyOf(item), now }),
    /** The two sides have the same. */
    remember: (item: WantedItem, { remoteId, sentState, externalId }: Sent, now: number) =>
      make(statements.remember, {
        ...keyOf(item),
        learner_user_id: item.learnerUserId === undefined ? null : encode(item.learnerUserId),
        remote_id: remoteId,
        sent_state: sentState,
        sent_external_id: externalId,
        now,
      }),
  };
}

export interface Later {
  readonly nextAt: number;
  readonly isInDoubt: boolean;
  readonly detail: string;
}

export interface Death {
  readonly reason: string;
  readonly detail: string;
  readonly isInDoubt: boolean;
}

type Decode = (value: SqlValue) => unknown;

function readTarget(row: Row, decode: Decode): StoredTarget {
  const provider = row['remote_provider_id'] ?? null;
  return {
    isStarted: Number(row['is_started']) === 1,
    feedCursor: (row['feed_cursor'] ?? undefined) as string | undefined,
    scanPlace: (row['scan_place'] ?? undefined) as string | undefined,
    remoteProviderId: provider === null ? undefined : findGuid<RegistrationId>(String(decode(provider))),
    trouble: (row['trouble'] ?? undefined) as string | undefined,
    leaseUntil: Number(row['lease_until']),
    walkUntil: Number(row['walk_until']),
  };
}

function readItem(row: Row, decode: Decode): OutwardItem {
  const learner = row['learner_user_id'] ?? null;
  const text = (column: string) => (row[column] ?? undefined) as string | undefined;
  return {
    kind: nameOf(KIND_NAMES, row['kind']),
    itemId: textOf(row['item_id'], decode),
    learnerUserId: learner === null ? undefined : findGuid<UserId>(textOf(learner, decode)),
    state: nameOf(STATE_NAMES, row['state']),
    wanted: Number(row['wanted']),
    waitingSince: numberOf(row['waiting_since']),
    nextAt: Number(row['next_at']),
    attempts: Number(row['attempts']),
    remoteId: text('remote_id'),
    sentExternalId: text('sent_external_id'),
    sentState: text('sent_state'),
    sentAt: numberOf(row['sent_at']),
    isInDoubt: Number(row['is_in_doubt']) === 1,
    reason: text('reason'),
    detail: text('detail'),
  };
}

function textOf(value: SqlValue | undefined, decode: Decode): string {
  return String(decode(value ?? null));
}

function numberOf(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

function namesOf<Name extends string>(numbers: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> {
  return new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name as Name]));
}

function nameOf<Name extends string>(names: ReadonlyMap<number, Name>, value: SqlValue | undefined): Name {
  const name = names.get(Number(value));
  if (name === undefined) throw new Error(`The table of what is sent has the unknown number ${String(value)}.`);
  return name;
}
