/**
 * Pages and counts of lists. No list is read whole in one go: a page in key order looks at `STEP_ROWS` rows at a time and
 * lets other work in between, until it is full or the list ends, so that a filter which few rows match blocks no other
 * request. A list sorted by other properties is sorted as a whole by the database, keeping only the page: only lists of one
 * learner, one provider's catalogue, providers and users can be sorted, which the operation rows see to.
 */

import type { FilterNode } from '../odata/filter-types.ts';
import type { OrderItem } from '../odata/order-by.ts';
import type { SkipTokenValue } from '../odata/skip-token.ts';
import { selected } from './columns.ts';
import type { Params, Tuple, TupleStatement } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { filterSql } from './filter-sql.ts';
import { LIST_SOURCES } from './list-sources.ts';
import type { ListableSource, ListName } from './list-sources.ts';
import type { SqlCondition } from './list-columns.ts';
import { createListOrder } from './order-sql.ts';
import type { ListOrder } from './order-sql.ts';
import { createStatementCache } from './statement-cache.ts';
import type { StatementCache } from './statement-cache.ts';
import { pause, readTuples } from './work.ts';
import type { Work } from './work.ts';

type Place = readonly SkipTokenValue[];

export interface PageQuery {
  readonly filter: FilterNode | undefined;
  readonly orderBy: readonly OrderItem[];
  /** Where the page before ended. */
  readonly after: Place | undefined;
  /** Matching rows to pass over after that. */
  readonly skip: number;
  /** Rows of a page; at least 1. */
  readonly take: number;
}

export interface RowPage {
  readonly rows: readonly Tuple[];
  /** Where the next page begins; `undefined` when there is none. */
  readonly next: Place | undefined;
}

export interface ListStore {
  readPage(list: ListName, scope: Params, query: PageQuery): Work<RowPage>;
  count(list: ListName, scope: Params, filter: FilterNode | undefined): Work<number>;
}

/** SQLite replans a statement for each constant limit, which takes longer than reading ten rows. */
const PAGE = 'limit :take + 0 offset :skip';

/** Reading so many rows takes a few milliseconds; counting keys in an index is ten times as fast. */
const STEP_ROWS = 2_000;
const COUNT_STEP_ROWS = 20_000;

export function createListStore(dialect: Dialect): ListStore {
  const statementOf = createStatementCache();
  const inKeyOrder = (source: ListableSource): Walk => {
    const order = createListOrder([], source, dialect);
    return { source, order, filter: undefined, scope: {}, statementOf, statements: new Map() };
  };
  const plainWalks = new Map<ListName, Walk>(
    Object.entries(LIST_SOURCES).map(([list, source]) => [list as ListName, inKeyOrder(source)]),
  );

  const walkOf = (list: ListName, scope: Params, { filter, orderBy }: Pick<PageQuery, 'filter' | 'orderBy'>): Walk => {
    const plain = plainWalks.get(list) as Walk;
    if (filter === undefined && orderBy.length === 0) return { ...plain, scope };
    const { source } = plain;
    const order = orderBy.length === 0 ? plain.order : createListOrder(orderBy, source, dialect);
    const condition = filter === undefined ? undefined : filterSql(filter, source, dialect);
    return {
      ...{ source, order, filter: condition, scope: { ...scope, ...condition?.params } },
      ...{ statementOf, statements: new Map() },
    };
  };

  return {
    readPage: (list, scope, query) => {
      const walk = walkOf(list, scope, query);
      return query.orderBy.length > 0 ? readSorted(walk, query) : readInSteps(walk, query);
    },
    count: (list, scope, filter) => countInSteps(walkOf(list, scope, { filter, orderBy: [] })),
  };
}

/** One list as one request reads it: what its statements are made of. */
interface Walk {
  readonly source: ListableSource;
  readonly order: ListOrder;
  readonly filter: SqlCondition | undefined;
  /** What all of its statements are given. */
  readonly scope: Params;
  readonly statementOf: StatementCache;
  /** By shape, those that the walk has needed; all lists of a kind share them where nothing filters or sorts. */
  readonly statements: Map<string, TupleStatement>;
}

/** @param shape tells the statements of a walk apart: to print one, and to find it by its text, takes longer than to run it */
function readRows(walk: Walk, shape: string, params: Params, print: () => string): Work<readonly Tuple[]> {
  let statement = walk.statements.get(shape);
  if (statement === undefined) {
    statement = walk.statementOf(walk.source.name, print());
    walk.statements.set(shape, statement);
  }
  return readTuples(statement, { ...walk.scope, ...params });
}

function* readSorted(walk: Walk, { after, skip, take }: PageQuery): Work<RowPage> {
  const { source, order, filter } = walk;
  const place = after === undefined ? undefined : order.after(after);
  const where = [source.scope, filter?.sql, place?.sql].filter((sql) => sql !== undefined).join(' and ');
  const print = (): string =>
    `select ${source.values} from ${source.table} t where ${where} order by ${order.sql} ${PAGE}`;
  const rows = yield* readRows(walk, 'sorted', { ...place?.params, take: take + 1, skip }, print);
  return toPage(rows, take, walk);
}

function* readInSteps(walk: Walk, { after, skip, take }: PageQuery): Work<RowPage> {
  const rows: Tuple[] = [];
  let toSkip = skip;
  for (let place: Place | undefined = after, step: Step | undefined; ; place = step.end) {
    step = yield* readStep(walk, place, { skip: toSkip, take: take + 1 - rows.length });
    toSkip -= step.skipped;
    rows.push(...step.rows);
    if (rows.length > take || step.end === undefined) return toPage(rows, take, walk);
    yield* pause();
  }
}

interface Step {
  readonly rows: readonly Tuple[];
  readonly skipped: number;
  /** The last row that was looked at; `undefined` when the list ends with this step. */
  readonly end: Place | undefined;
}

/**
 * Looks at the next rows in key order: passes over `skip` of those that match and gives at most `take`. Others may write
 * between two reads: so a step that does not fill the page is read once more, up to where it is known to end.
 */
function* readStep(
  walk: Walk,
  after: Place | undefined,
  wanted: { readonly skip: number; readonly take: number },
): Work<Step> {
  const { skip, take } = wanted;
  // Without a filter, what is wanted bounds what is looked at.
  const isWholeList = walk.filter === undefined && skip + take <= STEP_ROWS;
  const bounds = stepOf(walk, after, undefined);
  const rows = yield* readMatching(walk, isWholeList ? bounds : { ...bounds, limit: STEP_ROWS }, wanted);
  if (rows.length === take || isWholeList) return { rows, skipped: skip, end: undefined };
  const end = yield* findStepEnd(walk, after, STEP_ROWS);
  const step = stepOf(walk, after, end);
  const matching = yield* readMatching(walk, step, wanted);
  const skipped = matching.length > 0 || skip === 0 ? skip : yield* countStep(walk, step);
  return { rows: matching, skipped, end: matching.length === take ? undefined : end };
}

function* readMatching(
  walk: Walk,
  bounds: StepBounds,
  { skip, take }: { readonly skip: number; readonly take: number },
): Work<readonly Tuple[]> {
  const { source, order, filter } = walk;
  const print = (): string => {
    const isPlain = filter === undefined && bounds.limit === undefined;
    const where = filter === undefined ? '' : ` where ${filter.sql}`;
    const sql = isPlain
      ? stepSql(walk, bounds, source.values)
      : `select ${source.values} from (${stepSql(walk, bounds, columnsOf(source.held))}) t${where}`;
    return `${sql} order by ${order.sql} ${PAGE}`;
  };
  return yield* readRows(walk, `rows ${shapeOf(bounds)}`, { ...bounds.params, take, skip }, print);
}

/** Where a step begins and ends: a number of rows, or a place, which what others write does not move. */
interface StepBounds {
  /** Conditions beside the list's own. */
  readonly start: string;
  readonly stop: string;
  readonly params: Params;
  readonly limit?: number;
}

/** After the one place, up to the other where it is known. */
function stepOf({ order }: Walk, after: Place | undefined, end: Place | undefined): StepBounds {
  const start = after === undefined ? undefined : order.after(after);
  const stop = end === undefined ? undefined : order.upTo(end);
  const params = { ...start?.params, ...stop?.params };
  return { start: start?.sql ?? '', stop: stop?.sql ?? '', params };
}

function shapeOf({ start, stop, limit }: StepBounds): string {
  return `${limit ?? ''} ${start} ${stop}`;
}

/** The rows that one step looks at. */
function stepSql({ source, order }: Walk, { start, stop, limit }: StepBounds, columns: string): string {
  const where = [source.scope, start, stop].filter((text) => text !== '').join(' and ');
  const rows = `select ${columns} from ${source.table} t where ${where}`;
  return limit === undefined ? rows : `${rows} order by ${order.sql} limit ${limit}`;
}

function* findStepEnd(walk: Walk, after: Place | undefined, stepRows: number): Work<Place | undefined> {
  const { source, order } = walk;
  const bounds = stepOf(walk, after, undefined);
  const print = (): string =>
    `${stepSql(walk, bounds, selected(keyColumns(source), 't'))} order by ${order.sql} limit 1 offset :before`;
  const [last] = yield* readRows(walk, `end ${shapeOf(bounds)}`, { ...bounds.params, before: stepRows - 1 }, print);
  const names = source.keys.map(({ column }) => column);
  return last === undefined ? undefined : order.placeOf((name) => last[names.indexOf(name)]);
}

/** How many of the step's rows match. */
function* countStep(walk: Walk, bounds: StepBounds): Work<number> {
  const { source, filter } = walk;
  const print = (): string => {
    const step = stepSql(walk, bounds, columnsOf(filter === undefined ? keyColumns(source) : source.held));
    return `select count(*) from (${step}) t${filter === undefined ? '' : ` where ${filter.sql}`}`;
  };
  const [row] = yield* readRows(walk, `count ${shapeOf(bounds)}`, bounds.params, print);
  return Number(row?.[0]);
}

function* countInSteps(walk: Walk): Work<number> {
  const stepRows = walk.filter === undefined ? COUNT_STEP_ROWS : STEP_ROWS;
  let total = 0;
  for (let after: Place | undefined; ;) {
    // The end first: what others write after that does not move it.
    const end = yield* findStepEnd(walk, after, stepRows);
    total += yield* countStep(walk, stepOf(walk, after, end));
    if (end === undefined) return total;
    after = end;
    yield* pause();
  }
}

function toPage(rows: readonly Tuple[], take: number, { source, order }: Pick<Walk, 'source' | 'order'>): RowPage {
  const last = rows[take - 1];
  if (rows.length <= take || last === undefined) return { rows, next: undefined };
  return { rows: rows.slice(0, take), next: order.placeOf((name) => last[source.columns.indexOf(name)]) };
}

function columnsOf(columns: readonly string[]): string {
  return columns.map((column) => `t.${column}`).join(', ');
}

function keyColumns({ keys }: ListableSource): readonly string[] {
  return keys.map(({ column }) => column);
}
