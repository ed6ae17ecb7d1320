/** Whether an entry of the journal is one of those meant, and if not, what differs. */
import { findApiVersion } from '../../model/versions.ts';
import { compilePath } from '../calls/call-matcher.ts';
import type { CallerIds } from '../calls/call-names.ts';
import type { JournalEntry } from './entry.ts';
import type { EntryMatch } from './journal-schemas.ts';
import { isForm } from './record-body.ts';

export interface Difference {
  /** The member of the match. */
  readonly part: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

export interface EntryMatcher {
  passes(entry: JournalEntry): boolean;
  /** None for an entry that passes. */
  differences(entry: JournalEntry): readonly Difference[];
}

/** What names in a match stand for. */
export interface MatchIds extends CallerIds {
  readonly learnerIds?: readonly string[] | undefined;
}

interface Criterion {
  readonly part: keyof EntryMatch;
  readonly expected: unknown;
  /** What the entry has, to be shown. */
  actual(entry: JournalEntry): unknown;
  fits(entry: JournalEntry): boolean;
}

export function createEntryMatcher(match: EntryMatch, ids: MatchIds): EntryMatcher {
  const criteria = listCriteria(match, ids);
  return {
    passes: (entry) => criteria.every(({ fits }) => fits(entry)),
    differences: (entry) =>
      criteria
        .filter(({ fits }) => !fits(entry))
        .map(({ part, expected, actual }) => ({ part, expected, actual: actual(entry) ?? null })),
  };
}

function listCriteria(match: EntryMatch, ids: MatchIds): readonly Criterion[] {
  const text = match.text?.toLowerCase();
  const paths = toList(match.path)?.map(compilePath);
  const tests: Partial<Record<keyof EntryMatch, Pick<Criterion, 'actual' | 'fits'>>> = {
    kind: among(toList(match.kind), ({ kind }) => kind),
    method: among(
      toList(match.method)?.map((method) => method.toUpperCase()),
      ({ method }) => method,
    ),
    path: {
      actual: ({ url }) => url,
      fits: (entry) => pathsOf(entry).some((path) => paths?.some((one) => one.test(path)) === true),
    },
    operation: among(toList(match.operation), ({ operation }) => operation),
    status: { actual: ({ status }) => status, fits: ({ status }) => isOfStatus(toList(match.status) ?? [], status) },
    app: among(ids.appIds, ({ appId }) => appId),
    tenant: among(ids.tenantIds, ({ tenantId }) => tenantId),
    user: among(ids.userIds, ({ userId }) => userId),
    learner: {
      actual: ({ learners }) => learners,
      fits: ({ learners }) => learners.some((id) => ids.learnerIds?.includes(id) === true),
    },
    requestId: {
      actual: ({ requestId }) => requestId,
      fits: ({ requestId, clientRequestId }) =>
        [requestId, clientRequestId].some((id) => toList(match.requestId)?.includes(id) === true),
    },
    refusal: among(toList(match.refusal), ({ refusal }) => refusal?.row),
    header: headersLike(match.header ?? {}),
    body: { actual: readBody, fits: (entry) => contains(readBody(entry), match.body) },
    text: {
      actual: ({ url }) => url,
      fits: (entry) => textsOf(entry).some((one) => one.toLowerCase().includes(text ?? '')),
    },
    since: { actual: receivedAt, fits: (entry) => Date.parse(entry.receivedAt) >= Date.parse(match.since ?? '') },
    until: { actual: receivedAt, fits: (entry) => Date.parse(entry.receivedAt) < Date.parse(match.until ?? '') },
  };
  return Object.entries(match)
    .filter(([, expected]) => expected !== undefined)
    .map(([name, expected]) => {
      const part = name as keyof EntryMatch;
      return { part, expected, ...(tests[part] as Pick<Criterion, 'actual' | 'fits'>) };
    });
}

function toList<Value>(member: Value | readonly Value[] | undefined): readonly Value[] | undefined {
  if (member === undefined) return undefined;
  return Array.isArray(member) ? (member as readonly Value[]) : [member as Value];
}

function among(
  wanted: readonly string[] | undefined,
  actual: (entry: JournalEntry) => string | undefined,
): Pick<Criterion, 'actual' | 'fits'> {
  return {
    actual,
    fits: (entry) => {
      const value = actual(entry);
      return value !== undefined && wanted?.includes(value) === true;
    },
  };
}

function receivedAt(entry: JournalEntry): string {
  return entry.receivedAt;
}

/** With the version and without. */
function pathsOf({ url }: JournalEntry): readonly string[] {
  const [path = ''] = url.split('?');
  const segments = path.split('/').filter((segment) => segment !== '');
  const whole = `/${segments.join('/')}`;
  return findApiVersion(segments[0] ?? '') === undefined ? [whole] : [whole, `/${segments.slice(1).join('/')}`];
}

function isOfStatus(wanted: readonly (string | number)[], status: number | undefined): boolean {
  if (status === undefined) return false;
  return wanted.some((one) => String(one) === String(status) || one === `${Math.floor(status / 100)}xx`);
}

function headersLike(wanted: Readonly<Record<string, string | null>>): Pick<Criterion, 'actual' | 'fits'> {
  const actual = ({ request }: JournalEntry): Readonly<Record<string, string | null>> =>
    Object.fromEntries(
      Object.keys(wanted).map((name) => [
        name,
        request.headers.find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1] ?? null,
      ]),
    );
  return {
    actual,
    fits: (entry) => {
      const found = actual(entry);
      return Object.entries(wanted).every(([name, value]) => found[name] === value);
    },
  };
}

/** JSON or a form as a value; `undefined` when the body is neither. */
function readBody({ kind, request: { body, headers } }: JournalEntry): unknown {
  if (body === undefined || body.encoding === 'base64') return undefined;
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (isForm({ kind, contentType })) return Object.fromEntries(new URLSearchParams(body.text));
  try {
    return JSON.parse(body.text);
  } catch {
    return undefined;
  }
}

function contains(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    const isAsLong = Array.isArray(value) && value.length === wanted.length;
    return isAsLong && wanted.every((item, index) => contains(value[index], item));
  }
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members = value as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([name, member]) => name in members && contains(members[name], member));
}

function textsOf({ url, request, response, notes, refusal }: JournalEntry): readonly string[] {
  const bodies = [request.body, response?.body].flatMap((body) => (body === undefined ? [] : [body.text]));
  return [
    url,
    ...bodies,
    ...notes,
    ...(refusal?.reasons ?? []),
    ...(refusal?.nearMisses ?? []),
    ...(refusal?.detail === undefined ? [] : [refusal.detail]),
  ];
}
