/**
 * Entities as the other side has them: bodies to send, and one form of both sides to compare. Ids of content and provider
 * are those of the other side.
 */
import { hash } from 'node:crypto';

import { findGuid } from '../lib/ids.ts';
import { DEFAULT_BEHAVIOUR } from '../model/behaviour.ts';
import type { CourseActivity, Entity } from '../model/entity.ts';
import { learningCourseActivity } from '../model/learning-course-activity.ts';
import type { PropertyRow } from '../model/rows.ts';
import { createSchema, getEntity, NAMESPACE } from '../model/schema.ts';
import { V1 } from '../model/versions.ts';
import { parseDateTimeOffset } from '../odata/edm.ts';
import { isJsonObject } from '../odata/payload.ts';
import type { JsonObject } from '../odata/payload.ts';
import { createEntityPrinter } from '../odata/print-entity.ts';

export type OutwardType = 'learningContent' | CourseActivity['type'];

/** What an item is to be there. */
export interface Wanted {
  readonly type: OutwardType;
  /** It is found there by it. */
  readonly externalId: string;
  /** There. */
  readonly learnerUserId: string | undefined;
  /** Of a content both are the same. */
  readonly createBody: JsonObject;
  readonly updateBody: JsonObject;
  readonly state: string;
  readonly values: Comparable;
}

/** Values by the schema's names, written in one way; what has no value is left out. */
export type Comparable = Readonly<Record<string, unknown>>;

interface TypeForms {
  readonly type: OutwardType;
  readonly rows: readonly PropertyRow[];
  print(entity: object): JsonObject;
}

const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
const FORMS: Readonly<Record<OutwardType, TypeForms>> = {
  learningContent: formsOf('learningContent'),
  learningAssignment: formsOf('learningAssignment'),
  learningSelfInitiatedCourse: formsOf('learningSelfInitiatedCourse'),
};

function formsOf(type: OutwardType): TypeForms {
  const view = getEntity(schema, type);
  const rows = view.properties.filter(({ name }) => name !== 'id');
  // As the examples of the pages spell them.
  const spellings = new Map(
    rows.flatMap(({ name, documentedName }) => (documentedName ? [[name, documentedName]] : [])),
  );
  const select = new Set(rows.map(({ name }) => name));
  const print = createEntityPrinter(view, { level: 'minimal', spellings, select, showsHiddenMembers: true });
  return {
    type,
    rows,
    print: (entity) => JSON.parse(print(entity as Readonly<Record<string, unknown>>)) as JsonObject,
  };
}

export function wantedContent(content: Entity<'learningContent'>): Wanted {
  const forms = FORMS.learningContent;
  const { externalId: _, ...body } = forms.print(content);
  const values = comparableOf(forms, { ...body, externalId: content.externalId });
  const { externalId } = content;
  return {
    type: forms.type,
    externalId,
    learnerUserId: undefined,
    createBody: body,
    updateBody: body,
    state: stateOf(forms, values),
    values,
  };
}

export interface RemoteIds {
  readonly content: string;
  readonly provider: string;
  readonly people: ActivityPeople;
}

/** Of an activity: who they are there. */
export interface ActivityPeople {
  readonly learner: string;
  /** Null: nobody, or nobody who was found. */
  readonly assigner: string | null;
}

/** An activity without an external id goes with its id here, so that a repeated create can be found. */
export function wantedActivity(activity: CourseActivity, itemId: string, remote: RemoteIds): Wanted {
  const forms = FORMS[activity.type];
  const externalId = activity.externalcourseActivityId ?? itemId;
  const { learner, assigner } = remote.people;
  const createBody = forms.print({
    ...activity,
    learnerUserId: learner,
    ...('assignerUserId' in activity && { assignerUserId: assigner }),
    externalcourseActivityId: externalId,
    learningContentId: remote.content,
    learningProviderId: remote.provider,
  });
  const fixed = new Set(forms.rows.filter(isFixed).map(({ name, documentedName }) => documentedName ?? name));
  const updateBody = Object.fromEntries(Object.entries(createBody).filter(([name]) => !fixed.has(name)));
  const values = comparableOf(forms, createBody);
  const state = stateOf(forms, values);
  return { type: forms.type, externalId, learnerUserId: learner, createBody, updateBody, state, values };
}

/** What the other side has, as an answer shows it; `undefined` when it is of no type that is sent. */
export interface RemoteItem {
  readonly id: string;
  readonly type: OutwardType;
  readonly externalId: string | undefined;
  readonly learnerUserId: string | undefined;
  readonly assignerUserId: string | undefined;
  readonly state: string;
  readonly values: Comparable;
  readonly json: JsonObject;
}

export function readRemoteContent(json: unknown): RemoteItem | undefined {
  return isJsonObject(json) ? readRemote(FORMS.learningContent, json) : undefined;
}

export function readRemoteActivity(json: unknown): RemoteItem | undefined {
  if (!isJsonObject(json)) return undefined;
  const type = String(json['@odata.type']).replace(`#${NAMESPACE}.`, '');
  return isOutwardType(type) ? readRemote(FORMS[type], json) : undefined;
}

function isOutwardType(type: string): type is OutwardType {
  return Object.hasOwn(FORMS, type);
}

function readRemote(forms: TypeForms, json: JsonObject): RemoteItem | undefined {
  const { id } = json;
  if (typeof id !== 'string') return undefined;
  const values = comparableOf(forms, json);
  const text = (name: string) => values[name] as string | undefined;
  return {
    id,
    type: forms.type,
    externalId: text(forms.type === 'learningContent' ? 'externalId' : 'externalcourseActivityId'),
    learnerUserId: text('learnerUserId'),
    assignerUserId: text(ASSIGNER),
    state: stateOf(forms, values),
    values,
    json,
  };
}

/** Whether both have the same in all that an update can change. */
export function hasSameChangeablePart(state: string, other: string): boolean {
  return state.split('.')[1] === other.split('.')[1];
}

/** What of an answer an update can bring here; the ids are those of this side then. */
export function changeableOf({ type, json }: RemoteItem): JsonObject {
  const names = new Set(FORMS[type].rows.filter((row) => !isFixed(row)).map(({ name }) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(json).filter(([name]) => names.has(name.toLowerCase())));
}

/** Of an item of others that was created here: what it would be sent as. */
export function stateAsSent({ type, json }: RemoteItem, { externalId, provider, hasAssigner }: SentKey): string {
  const forms = FORMS[type];
  if (type === 'learningContent') return stateOf(forms, comparableOf(forms, json));
  const named = Object.fromEntries(Object.entries(json).filter(([name]) => name.toLowerCase() !== KEY_NAME));
  const sent = { ...named, [KEY_NAME]: externalId, learningProviderId: provider };
  return stateOf(forms, comparableOf(forms, hasAssigner ? sent : { ...sent, [ASSIGNER]: null }));
}

export interface SentKey {
  readonly externalId: string;
  /** There. */
  readonly provider: string;
  /** Whether the assigner is known here. */
  readonly hasAssigner: boolean;
}

export const ASSIGNER = 'assignerUserId';

const KEY_NAME = learningCourseActivity.alternateKey.toLowerCase();

export function isFixedProperty(type: OutwardType, name: string): boolean {
  return FORMS[type].rows.some((row) => row.name === name && isFixed(row));
}

/** What is to be known as sent when the other side has this: of an item of others, its key is none that was sent. */
export function sentStateOf(wanted: Wanted, remote: Pick<RemoteItem, 'state'>): string {
  return `${wanted.state.split('.')[0]}.${remote.state.split('.')[1]}`;
}

/** Names of the properties that differ. */
export function differencesOf(one: Comparable, other: Comparable): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name])).toSorted();
}

/** Whether what no update can change is the same: otherwise the item has to be made again. */
export function hasSameFixedPart(state: string, other: string): boolean {
  return state.split('.', 1)[0] === other.split('.', 1)[0];
}

function stateOf({ type, rows }: TypeForms, values: Comparable): string {
  const part = (isPart: (row: PropertyRow) => boolean) => rows.filter(isPart).map(({ name }) => values[name] ?? null);
  const digest = (of: unknown) => hash('sha256', JSON.stringify(of), 'base64url').slice(0, 22);
  return `${digest([type, part(isFixed)])}.${digest(part((row) => !isFixed(row)))}`;
}

function isFixed({ onUpdate }: PropertyRow): boolean {
  return onUpdate === 'fixed' || onUpdate === 'setOnce';
}

function comparableOf({ rows }: TypeForms, json: JsonObject): Comparable {
  const byName = new Map(Object.entries(json).map(([name, value]) => [name.toLowerCase(), value]));
  const entries = rows.flatMap((row) => {
    const value = normal(row, byName.get(row.name.toLowerCase()));
    return value === undefined ? [] : [[row.name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Dates as instants, GUIDs in lower case, nothing for null and for lists without items. */
function normal({ type, isGuid, isOftenGuid, isNullStoredEmpty }: PropertyRow, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (isJsonObject(value)) return normalComplex(type, value);
  if (typeof value !== 'string') return value;
  if (type === 'Edm.DateTimeOffset') return parseDateTimeOffset(value) ?? value;
  if (value === '' && isNullStoredEmpty === true) return undefined;
  return isGuid === true || isOftenGuid === true ? (findGuid(value) ?? value) : value;
}

function normalComplex(type: PropertyRow['type'], value: JsonObject): unknown {
  if (type === 'graph.dateTimeTimeZone') {
    const { dateTime, timeZone } = value;
    const instant = typeof dateTime === 'string' ? (parseDateTimeOffset(dateTime) ?? dateTime) : null;
    return instant === null ? undefined : { dateTime: instant, timeZone: timeZone ?? 'UTC' };
  }
  const { contentType, content } = value;
  return content === null || content === undefined ? undefined : { contentType: contentType ?? 'text', content };
}
