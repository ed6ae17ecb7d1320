/** What a request for records of the audit trail asks for, as a query of the change log; and its cursors as text. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { ControlError } from '../control/route.ts';
import { findCourseActivityKey } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import { CHANGE_KINDS } from '../model/change-kinds.ts';
import type { ChangeKind } from '../model/change-kinds.ts';
import { userItemId } from '../store/changes/directory-changes.ts';
import type { LogCursor, LogQuery } from '../store/changes/list-log.ts';
import type { StoredRecord } from '../store/changes/log-statements.ts';
import { REGISTER_OPERATIONS } from '../store/changes/register.ts';
import { readReadable } from './audit-schema.ts';

const closed = { additionalProperties: false } as const;
const MAX_RECORDS = 1000;
const DEFAULT_RECORDS = 100;
const INSTANT = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z$';
/** What a request may take apart. */
const MAX_CURSOR_BYTES = 1_000_000;

const KINDS = Object.keys(CHANGE_KINDS) as ChangeKind[];

const filter = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

/** Members of queries. */
export const AUDIT_SPAN = {
  from: Type.Optional(Type.String({ pattern: INSTANT, description: 'UTC: the earliest.' })),
  until: Type.Optional(Type.String({ pattern: INSTANT, description: 'UTC: none at this time or after it.' })),
};

export const AUDIT_ITEM_ID = 'Id of an activity, a content, a provider, an app or a user.';

export const AUDIT_QUERY = Type.Object(
  {
    tenant: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Id or domain name, which may be left out where there is one tenant. none: what belongs to no tenant.',
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_RECORDS, description: `Default ${DEFAULT_RECORDS}.` }),
    ),
    kind: Type.Optional(
      Type.Enum(KINDS, { description: 'What was changed. changeLog: what the trail notes of itself.' }),
    ),
    item: filter(AUDIT_ITEM_ID),
    actor: filter('Id of the user who made the change, or a name.'),
    app: filter('Client id of the app that made it.'),
    operation: filter('Such as updateLearningCourseActivity.'),
    ...AUDIT_SPAN,
    after: filter('A cursor of an earlier answer: what is newer.'),
    before: filter('A cursor of an earlier answer: what is older.'),
  },
  closed,
);

type AuditQuery = Static<typeof AUDIT_QUERY>;

/** @throws ControlError 400 with every problem */
export function readAuditQuery(query: AuditQuery, tenant: Pick<Tenant, 'key'>): LogQuery {
  const { limit = DEFAULT_RECORDS, after, before, item } = query;
  const problems: string[] = [];
  if (after !== undefined && before !== undefined) problems.push('after and before exclude each other');
  const itemIds = item === undefined ? undefined : findItemIds(tenant, item);
  if (item !== undefined && itemIds === undefined) problems.push('item is not an id');
  const text = after ?? before;
  const cursor = text === undefined ? undefined : findCursor(text, tenant.key);
  if (text !== undefined && cursor === undefined)
    problems.push(`${after === undefined ? 'before' : 'after'} is not a cursor of this tenant`);
  if (problems.length > 0) throw new ControlError(400, 'The request is not valid.', problems);
  const direction = after === undefined ? 'older' : 'newer';
  return { tenantKey: tenant.key, direction, cursor, limit, itemIds, ...readSpan(query), matches: matcherOf(query) };
}

/** Epoch milliseconds. @throws ControlError 400 */
export function readSpan({ from, until }: Pick<AuditQuery, 'from' | 'until'>): Pick<LogQuery, 'from' | 'until'> {
  return { from: instantOf('from', from) ?? -Infinity, until: instantOf('until', until) ?? Infinity };
}

function instantOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const instant = Date.parse(text);
  if (!Number.isNaN(instant)) return instant;
  throw new ControlError(400, 'The request is not valid.', [`${name} does not exist in the calendar`]);
}

/** What the log may call the item; `undefined` for what is no id. */
export function findItemIds(tenant: Pick<Tenant, 'key'>, item: string): readonly string[] | undefined {
  const guid = findCourseActivityKey(item)?.activityGuid;
  return guid === undefined ? undefined : [guid, userItemId(tenant, guid)];
}

const BOOKKEEPING: readonly string[] = [REGISTER_OPERATIONS.open, REGISTER_OPERATIONS.heads];

/** Chains that begin and heads that are noted are told only to those who ask for them. */
function matcherOf({ kind, actor, app, operation }: AuditQuery): LogQuery['matches'] {
  return (record) => {
    if (kind === undefined ? BOOKKEEPING.includes(record.operation) : record.kind !== CHANGE_KINDS[kind]) return false;
    if (operation !== undefined && record.operation !== operation) return false;
    if (app !== undefined && record.appId !== app.toLowerCase()) return false;
    return actor === undefined || actorOf(record) === actor.toLowerCase();
  };
}

function actorOf(record: StoredRecord): string | undefined {
  return readReadable(record)?.actor?.toLowerCase();
}

/** Tenants may have hundreds of chains, and a URL has 16 KB. */
export function writeCursor(tenantKey: number, cursor: LogCursor): string {
  return deflateRawSync(JSON.stringify([tenantKey, ...[...cursor].flat()])).toString('base64url');
}

function findCursor(text: string, tenantKey: number): LogCursor | undefined {
  const numbers = findNumbers(text);
  if (numbers?.[0] !== tenantKey || numbers.length % 2 === 0) return undefined;
  const cursor = new Map<number, number>();
  for (let at = 1; at < numbers.length; at += 2) cursor.set(numbers[at] ?? 0, numbers[at + 1] ?? 0);
  return cursor;
}

function findNumbers(text: string): readonly number[] | undefined {
  try {
    const bytes = inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: MAX_CURSOR_BYTES });
    const value: unknown = JSON.parse(bytes.toString());
    return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one)) ? value : undefined;
  } catch {
    return undefined;
  }
}
