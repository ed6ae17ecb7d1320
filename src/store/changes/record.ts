/**
 * A change as the log keeps it: a header, which says what happened, and a payload, which may be personal: who, and the
 * values before and after. The hash of a record covers its header and the hash of its payload, so that a payload can be
 * erased and the record still be checked. A payload begins with random text, so that its hash tells nobody what it was.
 */
import { hash, randomFillSync } from 'node:crypto';

import { CHANGE_KINDS } from '../../model/change-kinds.ts';
import type { ChangeKind } from '../../model/change-kinds.ts';
import { CHANNELS } from './change.ts';
import type { ItemChange, Channel, Image, Origin, VersionedImages } from './change.ts';
import { fromLayout, NEWEST_LAYOUTS, toLayout } from './layouts.ts';

/** What is kept of a change: `metadata` has the names of the properties that changed, `full` their values too. */
export type Detail = 'metadata' | 'full';

export const ACTIONS = { created: 1, updated: 2, deleted: 3 } as const;
export type Action = keyof typeof ACTIONS;

/** A change that has no place in a chain yet. Enumerations are numbers, as the log holds them. */
export interface Draft {
  readonly tenantKey: number;
  /** Epoch milliseconds of the real time. */
  readonly changedAt: number;
  readonly kind: number;
  readonly action: number;
  readonly itemId: string | null;
  readonly channel: number;
  readonly operation: string;
  readonly appId: string | null;
  readonly requestId: string | null;
  readonly payload: string;
}

/** Where a record stands: places of a chain grow, and may leave some out. */
export interface ChainPlace {
  readonly chain: number;
  readonly place: number;
}

export interface LogRecord extends Draft, ChainPlace {
  readonly recordHash: string;
}

export function draftOf(change: ItemChange, origin: Origin, { detail, now }: { detail: Detail; now: number }): Draft {
  const { tenantKey, kind, itemId = null, version, before, after } = change;
  return {
    tenantKey,
    changedAt: now,
    kind: CHANGE_KINDS[kind],
    action: ACTIONS[actionOf(change)],
    itemId,
    channel: CHANNELS[origin.channel],
    operation: origin.operation,
    appId: origin.appId ?? null,
    requestId: origin.requestId ?? null,
    payload: payloadOf(origin, { kind, version, before, after, detail }),
  };
}

export function actionOf({ before, after }: ItemChange): Action {
  if (before === undefined) return 'created';
  return after === undefined ? 'deleted' : 'updated';
}

interface Images {
  readonly kind: ChangeKind;
  readonly version: number | undefined;
  readonly before: Image | undefined;
  readonly after: Image | undefined;
  readonly detail: Detail;
}

/**
 * Salt, actor, layout, before, after, names, version; a change has those properties alone that differ, and names only where
 * its values are not kept. What has an owner has it besides.
 */
function payloadOf({ actor }: Origin, { kind, version, before, after, detail }: Images): string {
  const names = before && after && changedNames(before, after);
  const about = [newSalt(), actor ?? null];
  if (detail === 'metadata' && kind !== 'changeLog') {
    const kept = (image: Image | undefined) => keptOf(kind, image);
    return JSON.stringify([...about, 0, kept(before), kept(after), names ?? [], version ?? null]);
  }
  if (names === undefined) {
    const layout = NEWEST_LAYOUTS.get(kind) ?? 0;
    return JSON.stringify([...about, layout, toLayout(layout, before), toLayout(layout, after), null, version ?? null]);
  }
  const picked = (image: Image | undefined) => pickNames(image ?? {}, names);
  const owner = OWNERS[kind];
  return JSON.stringify([
    ...about,
    0,
    picked(before),
    { ...picked(after), ...(owner && { [owner]: after?.[owner] }) },
    null,
    version ?? null,
  ]);
}

/** Whose an item is: with it, an item is found by its key. It never changes, so that it is not taken for a change. */
const OWNERS: Readonly<Partial<Record<ChangeKind, string>>> = {
  learningContent: 'learningProviderId',
  learningCourseActivity: 'learnerUserId',
};

export const LEARNING: ReadonlySet<ChangeKind> = new Set([
  'learningProvider',
  'learningContent',
  'learningCourseActivity',
]);
/** What is kept where values are not: whose an item is, and what tells its state. Notes rely on the order: add at the end. */
export const KEPT_NAMES: readonly string[] = [
  ...['id', 'type', 'learnerUserId', 'learningProviderId', 'learningContentId', 'externalId'],
  ...['externalcourseActivityId', 'status'],
];

function keptOf(kind: ChangeKind, image: Image | undefined): Image | null {
  if (image === undefined || !LEARNING.has(kind)) return null;
  return Object.fromEntries(
    KEPT_NAMES.flatMap((name) => ((image[name] ?? null) === null ? [] : [[name, image[name]]])),
  );
}

const SALT_BYTES = 16;
const pool = Buffer.alloc(SALT_BYTES * 256);
let used = pool.length;

/** Many are drawn at once: one by one, each takes longer than the hash of the record. */
function newSalt(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += SALT_BYTES;
  return pool.toString('base64url', used - SALT_BYTES, used);
}

export function changedNames(before: Image, after: Image): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isSame(before[name] ?? null, after[name] ?? null));
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  return typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other);
}

export function pickNames(image: Image, names: readonly string[]): Image {
  return Object.fromEntries(names.map((name) => [name, image[name] ?? null]));
}

/** @param erasedHash of the payload that has been erased, in its place */
export function recordHashOf(draft: Draft, { chain, place }: ChainPlace, erasedHash?: string): string {
  const { tenantKey, changedAt, kind, action, itemId, channel, operation, appId, requestId, payload } = draft;
  const header = [tenantKey, chain, place, changedAt, kind, action, itemId, channel, operation, appId, requestId];
  return hash('sha256', JSON.stringify(header) + (erasedHash ?? payloadHashOf(payload)), 'base64url');
}

export function payloadHashOf(payload: string): string {
  return hash('sha256', payload, 'base64url');
}

export function placed(draft: Draft, at: ChainPlace): LogRecord {
  return { ...draft, ...at, recordHash: recordHashOf(draft, at) };
}

/** A record as people and programs read it. */
export interface ReadableRecord extends ChainPlace {
  readonly tenantKey: number;
  readonly changedAt: number;
  readonly kind: ChangeKind;
  readonly action: Action;
  readonly itemId: string | undefined;
  readonly channel: Channel;
  readonly operation: string;
  readonly appId: string | undefined;
  readonly requestId: string | undefined;
  /** A user's id or a name; a pseudonym once it was erased. */
  readonly actor: string | undefined;
  readonly before: Image | undefined;
  readonly after: Image | undefined;
  /** Of an activity its learner, of a content its provider; `undefined` where an earlier release has written an update. */
  readonly owner: string | undefined;
  /** Of a change whose values were not kept. */
  readonly changed: readonly string[] | undefined;
  /** Of the item from then on, where it has one: changes of an item are in the order of their versions. */
  readonly version: number | undefined;
  /** The pseudonym of the person whose values were here. */
  readonly erased: string | undefined;
}

export const KIND_NAMES = namesOf<ChangeKind>(CHANGE_KINDS);
export const CHANNEL_NAMES = namesOf<Channel>(CHANNELS);
export const ACTION_NAMES = namesOf<Action>(ACTIONS);

function namesOf<Name extends string>(numbers: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> {
  return new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name as Name]));
}

export function readable(record: Draft & ChainPlace): ReadableRecord {
  const { tenantKey, chain, place, changedAt, itemId, operation, appId, requestId } = record;
  const erased = erasureOf(record.payload);
  const payload = erased === undefined ? (JSON.parse(record.payload) as readonly unknown[]) : [];
  const [, actor, layout = 0, before, after, changed, version] = payload;
  const image = (values: unknown) => fromLayout(layout as number, values, itemId ?? undefined);
  const kind = KIND_NAMES.get(record.kind) as ChangeKind;
  const images = withoutOwner(kind, { before: image(before), after: image(after) });
  return {
    ...{ tenantKey, chain, place, changedAt, operation },
    kind,
    action: ACTION_NAMES.get(record.action) as Action,
    itemId: itemId ?? undefined,
    channel: CHANNEL_NAMES.get(record.channel) as Channel,
    appId: appId ?? undefined,
    requestId: requestId ?? undefined,
    actor: (actor ?? undefined) as string | undefined,
    ...images,
    changed: (changed ?? undefined) as readonly string[] | undefined,
    version: (version ?? undefined) as number | undefined,
    erased: erased?.pseudonym,
  };
}

/** Of an update, the owner is no value that it has changed. */
function withoutOwner(
  kind: ChangeKind,
  { before, after }: Pick<VersionedImages, 'before' | 'after'>,
): Pick<ReadableRecord, 'before' | 'after' | 'owner'> {
  const owner = ownerOf(kind, after ?? before);
  const name = OWNERS[kind];
  if (name === undefined || before === undefined || after === undefined || name in before)
    return { before, after, owner };
  const { [name]: _owner, ...changed } = after;
  return { before, after: changed, owner };
}

export function ownerOf(kind: ChangeKind, image: Image | undefined): string | undefined {
  const owner = image?.[OWNERS[kind] ?? ''];
  return typeof owner === 'string' ? owner : undefined;
}

/** What stands in place of an erased payload. */
export interface Erasure {
  readonly pseudonym: string;
  readonly payloadHash: string;
}

export function erasedPayload({ pseudonym, payloadHash }: Erasure): string {
  return JSON.stringify({ erased: pseudonym, hash: payloadHash });
}

export function erasureOf(payload: string): Erasure | undefined {
  if (!payload.startsWith('{"erased":')) return undefined;
  const { erased, hash: payloadHash } = JSON.parse(payload) as { readonly erased: string; readonly hash: string };
  return { pseudonym: erased, payloadHash };
}
