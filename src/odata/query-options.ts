/** Query options: raw query text -> what an operation is to return. */
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import { OPTION_EXPECTATIONS } from '../model/expectations.ts';
import type { Reason } from '../model/reasons.ts';
import type { QueryOptionName } from '../model/rows.ts';
import type { EntityName, Schema } from '../model/schema.ts';
import { createDeviationNotes } from './deviation-notes.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import { createFieldFinder } from './field-path.ts';
import { parseFilter } from './filter.ts';
import type { FilterNode } from './filter-types.ts';
import type { Deviation } from './message.ts';
import { parseOrderBy } from './order-by.ts';
import type { OrderItem } from './order-by.ts';
import { decodeQueryText, splitQuery } from './query-text.ts';
import type { QueryParameter } from './query-text.ts';
import { createSelectReader } from './select.ts';
import type { Selection } from './select.ts';
import { decodeSkipToken } from './skip-token.ts';
import type { SkipTokenValue, TokenScope } from './skip-token.ts';

export interface QueryOptions {
  readonly select: Selection | undefined;
  readonly filter: FilterNode | undefined;
  /** Empty without $orderby. */
  readonly orderBy: readonly OrderItem[];
  /** The page size asked for: the lesser of $top and odata.maxpagesize. May be 0, has no upper limit. */
  readonly top: number | undefined;
  /** Items to skip, from where the skip token leads. */
  readonly skip: number;
  /** Where the page before ended: a value for each item of `orderBy`, then the keys. */
  readonly skipToken: readonly SkipTokenValue[] | undefined;
  /** What the token of the next page is to be made for. */
  readonly tokenScope: TokenScope;
  /** Tokens of a list whose changes are tracked, as they were sent: in place of `skipToken`. */
  readonly tracked: { readonly skipToken: string | undefined; readonly deltaToken: string | undefined } | undefined;
  readonly count: boolean;
  /** A JSON media type, with the parameters that were sent. */
  readonly format: string | undefined;
  readonly deviations: readonly Deviation[] | undefined;
}

export interface QueryRules {
  /** The options that the operation takes. */
  readonly options: readonly QueryOptionName[];
  /** Those that no page documents, whether or not they are taken. */
  readonly undocumentedOptions?: readonly QueryOptionName[] | undefined;
  readonly preferences: {
    readonly showsHiddenMembers: boolean;
    readonly maxPageSize: number | undefined;
  };
  /** What names the list in skip tokens: its tenant, operation and keys. */
  readonly collection: string;
}

/**
 * @throws queryOptionUnsupported, queryOptionInvalid, propertyUnknown, filterInvalid, orderByInvalid, skipTokenInvalid,
 * urlMalformed
 */
export type QueryReader = (rawQuery: string, rules: QueryRules) => QueryOptions;

type Values = ReadonlyMap<QueryOptionName, string>;

/** A reader for requests that return entities of the declared type. */
export function createQueryReader(
  schema: Schema,
  declared: EntityName,
  notes: DeviationNotes = createDeviationNotes(),
): QueryReader {
  const fields = createFieldFinder(schema, declared, notes);
  const readSelect = createSelectReader(schema, declared, notes);
  return (rawQuery, rules) => {
    notes.take();
    const { preferences, collection } = rules;
    const values = rawQuery === '' ? NONE : readOptions(rawQuery, rules, notes);
    const { showsHiddenMembers, maxPageSize } = preferences;
    const isTracked = rules.options.includes('deltatoken');
    const tokenScope = { collection, filter: values.get('filter') ?? '', orderBy: values.get('orderby') ?? '' };
    return {
      select: read(values, 'select', readSelect),
      filter: read(values, 'filter', (text) => parseFilter(text, { fields, showsHiddenMembers, notes })),
      orderBy: read(values, 'orderby', (text) => parseOrderBy(text, fields)) ?? [],
      top: lesser(read(values, 'top', readNumber), maxPageSize),
      skip: read(values, 'skip', readNumber) ?? 0,
      skipToken: isTracked ? undefined : read(values, 'skiptoken', (token) => decodeSkipToken(token, tokenScope)),
      tracked: isTracked ? { skipToken: values.get('skiptoken'), deltaToken: values.get('deltatoken') } : undefined,
      tokenScope,
      count: read(values, 'count', readFlag) ?? false,
      format: read(values, 'format', readMediaType),
      deviations: notes.take(),
    };
  };
}

const NONE: Values = new Map();

/** All that OData knows and this API could take; no operation takes the last two. */
const SYSTEM_OPTIONS: ReadonlySet<string> = new Set(
  'select format top skip skiptoken count filter orderby expand search'.split(' '),
);

function readOptions(rawQuery: string, rules: QueryRules, notes: DeviationNotes): Values {
  const values = new Map<QueryOptionName, string>();
  for (const parameter of splitQuery(rawQuery)) {
    const { name, option: folded, rawValue } = parameter;
    // Without `$` only the name of an option makes it one: other parameters are the client's own.
    if (!name.startsWith('$') && !SYSTEM_OPTIONS.has(folded) && !isDeltaToken(folded, rules)) continue;
    noteOption(parameter, rules, notes);
    const option = rules.options.find((one) => one === folded);
    if (option === undefined) {
      const why = reason('optionUnknown', { found: name, known: rules.options.map((one) => `$${one}`) });
      throw new GraphError('queryOptionUnsupported', { values: { option: name }, reasons: [why] });
    }
    if (values.has(option)) throw optionInvalid(name, reason('repeated'));
    values.set(option, decodeQueryText(rawValue));
  }
  return values;
}

/** An option of Microsoft Graph, not of OData: elsewhere the parameter is the client's own. */
function isDeltaToken(option: string, { options }: QueryRules): boolean {
  return option === 'deltatoken' && options.includes(option);
}

function noteOption({ name, option }: QueryParameter, rules: QueryRules, notes: DeviationNotes): void {
  const isUndocumented = rules.undocumentedOptions?.includes(option as QueryOptionName) === true;
  const hasDollar = name.startsWith('$');
  if (hasDollar && name.endsWith(option) && !isUndocumented) return;
  const options = { values: { option: name } };
  const spelled = { found: name, expected: `$${option}` };
  if (!hasDollar) notes.addOrRefuse({ name: 'optionWithoutDollar', ...spelled }, options);
  else if (!name.endsWith(option)) notes.addOrRefuse({ name: 'optionCasing', ...spelled }, options);
  if (isUndocumented) notes.addOrRefuse({ name: 'optionUndocumented', found: name, expected: '' }, options);
}

/** @throws queryOptionInvalid where the reader finds no value */
function read<Value>(
  values: Values,
  name: QueryOptionName,
  readValue: (text: string) => Value,
): Exclude<Value, typeof UNREADABLE> | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const value = readValue(text);
  if (value === UNREADABLE)
    throw optionInvalid(`$${name}`, reason('unfit', { expected: OPTION_EXPECTATIONS[name], found: text }));
  return value as Exclude<Value, typeof UNREADABLE>;
}

const UNREADABLE = Symbol('unreadable');

function optionInvalid(option: string, { name, values }: Reason): GraphError {
  const reasons = [reason(name, { target: option, ...values })];
  return new GraphError('queryOptionInvalid', { values: { option }, reasons });
}

/** Up to fifteen digits, which a number holds exactly. */
function readNumber(text: string): number | typeof UNREADABLE {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : UNREADABLE;
}

function readFlag(text: string): boolean | typeof UNREADABLE {
  const folded = text.trim().toLowerCase();
  return folded === 'true' || (folded === 'false' ? false : UNREADABLE);
}

function readMediaType(text: string): string | typeof UNREADABLE {
  const match = /^\s*(?:application\/)?json\s*(;.*)?$/i.exec(text);
  return match === null ? UNREADABLE : `application/json${match[1] ?? ''}`;
}

function lesser(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
