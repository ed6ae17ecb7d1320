/** Records as a text of lines, a page of them at a time: what is exported so can be imported into an equal server. */
import type { RegistrationId, UserId } from '../lib/ids.ts';
import type { DirectoryUser, Tenant } from '../model/directory.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName, Schema } from '../model/schema.ts';
import { COMPLEX_TYPES } from '../model/value-types.ts';
import { createFieldFinder } from '../odata/field-path.ts';
import { parseFilter } from '../odata/filter.ts';
import type { FilterNode } from '../odata/filter-types.ts';
import { createEntityPrinter, printMember } from '../odata/print-entity.ts';
import { listPropertyPaths } from '../odata/property-paths.ts';
import type { ListItem, ListSelection } from '../store/listing.ts';
import type { BulkKindName, BulkTools } from './bulk-kind.ts';
import type { RowValues } from './read-rows.ts';
import type { BulkFormat } from './records.ts';
import { REMOVED_COLUMN, REMOVED_MARK } from './removals.ts';

export interface ExportOrder {
  readonly tenant: Tenant;
  readonly kind: BulkKindName;
  readonly format: BulkFormat;
  /** Of one provider alone. */
  readonly registrationId: RegistrationId | undefined;
  /** As in `$filter`. */
  readonly filter: string | undefined;
  /** Only what has changed. */
  readonly changed?: ChangedRecords | undefined;
  readonly signal: AbortSignal;
}

export interface ChangedRecords {
  /** Whether the record of the id is. */
  isChanged(id: string): boolean;
  /** Those that are gone, each by what an import finds it by. */
  listRemoved(): AsyncIterable<readonly RowValues[]>;
}

type ListPlace = Parameters<BulkTools['store']['lists']['readPage']>[1]['after'];

const ENTITIES_OF = { activities: 'learningCourseActivity', contents: 'learningContent', users: 'user' } as const;
const PAGE_RECORDS = 1000;
const TYPE = '@odata.type';
const PROVIDER = 'learningProviderId';

/** @throws filterInvalid, propertyUnknown before anything is given out */
export function exportRecords(tools: BulkTools, order: ExportOrder): AsyncGenerator<string> {
  const { protocol } = tools.reading;
  const { kind, filter: text } = order;
  const fields = createFieldFinder(protocol.schema, ENTITIES_OF[kind]);
  const filter =
    text === undefined ? undefined : parseFilter(text, { fields, showsHiddenMembers: true, notes: protocol.notes });
  const columns = () => [...(order.changed === undefined ? [] : [REMOVED_COLUMN]), ...columnsOf(kind, protocol.schema)];
  return writeRecords(removedFirst(order.changed, readAll(tools, order, filter)), order.format, columns);
}

/** What was created since may have their external ids. */
async function* removedFirst(
  changed: ChangedRecords | undefined,
  pages: AsyncGenerator<readonly string[]>,
): AsyncGenerator<readonly string[]> {
  if (changed !== undefined)
    for await (const page of changed.listRemoved())
      yield page.map((record) => JSON.stringify({ ...REMOVED_MARK, ...record }));
  yield* pages;
}

async function* writeRecords(
  pages: AsyncGenerator<readonly string[]>,
  format: BulkFormat,
  findColumns: () => readonly string[],
): AsyncGenerator<string> {
  const columns = format === 'csv' ? findColumns() : [];
  if (format === 'csv') yield `${columns.map(cellOf).join(',')}\n`;
  if (format === 'json') yield '[';
  let isFirst = true;
  for await (const page of pages) {
    if (page.length === 0) continue;
    if (format === 'csv') yield page.map((record) => `${toCells(JSON.parse(record), columns)}\n`).join('');
    else if (format === 'ndjson') yield `${page.join('\n')}\n`;
    else yield `${isFirst ? '\n' : ',\n'}${page.join(',\n')}`;
    isFirst = false;
  }
  if (format === 'json') yield '\n]\n';
}

/** Records as JSON texts. */
async function* readAll(
  { store, bulk, reading }: BulkTools,
  order: ExportOrder,
  filter: FilterNode | undefined,
): AsyncGenerator<readonly string[]> {
  const { tenant, changed, signal } = order;
  for (const { selection, print } of await listSelections(store, order, createPrinter(reading.protocol.schema))) {
    let after: ListPlace;
    do {
      const page = await store.run(
        store.lists.readPage({ ...selection, tenant }, { filter, orderBy: [], after, skip: 0, take: PAGE_RECORDS }),
      );
      if (signal.aborted) return;
      const wanted = page.items.filter(({ entity }) => changed?.isChanged(String(entity['id'])) ?? true);
      if (order.kind !== 'users') yield wanted.map(print);
      else {
        // Lists have users as the API shows them, without what administrators say of them.
        const ids = wanted.map(({ entity }) => entity['id'] as UserId);
        yield (await bulk.findUsers(tenant, 'id', ids)).map(printUser);
      }
      after = page.next;
    } while (after !== undefined);
  }
}

interface ExportList {
  readonly selection: ListSelection;
  readonly print: (item: ListItem) => string;
}

/** A list each; contents are those of one provider after the other. */
async function listSelections(
  store: BulkTools['store'],
  { kind, tenant, registrationId }: ExportOrder,
  printItem: (item: ListItem, annotations: string) => string,
): Promise<readonly ExportList[]> {
  const plain = (item: ListItem): string => printItem(item, '');
  if (kind === 'users') return [{ selection: { kind: 'users', tenant }, print: plain }];
  if (kind === 'activities') {
    const types = ['learningAssignment', 'learningSelfInitiatedCourse'] as const;
    return [{ selection: { kind, tenant, types, registrationId, learnerUserId: undefined }, print: plain }];
  }
  const providers = registrationId === undefined ? await listProviders(store, tenant) : [registrationId];
  return providers.map((id) => ({
    selection: { kind, tenant, registrationId: id },
    print: (item) => printItem(item, printMember(PROVIDER, id)),
  }));
}

async function listProviders(store: BulkTools['store'], tenant: Tenant): Promise<readonly RegistrationId[]> {
  const ids: RegistrationId[] = [];
  let after: ListPlace;
  do {
    const page = { filter: undefined, orderBy: [], after, skip: 0, take: PAGE_RECORDS };
    const { items, next } = await store.run(store.lists.readPage({ kind: 'providers', tenant }, page));
    for (const { entity } of items) ids.push(entity['id'] as RegistrationId);
    after = next;
  } while (after !== undefined);
  return ids;
}

function createPrinter(schema: Schema): (item: ListItem, annotations: string) => string {
  const printers = new Map<EntityName, ReturnType<typeof createEntityPrinter>>();
  return ({ type, entity }, annotations) => {
    const printer =
      printers.get(type) ??
      createEntityPrinter(getEntity(schema, type), { level: 'minimal', showsHiddenMembers: true });
    printers.set(type, printer);
    return printer(entity, annotations);
  };
}

/** A user as an import takes one. The password is kept as a hash, and stays where it is. */
function printUser(user: DirectoryUser): string {
  const { id, userPrincipalName, displayName, accountEnabled, licence, directoryRoles } = user;
  const { givenName, surname, jobTitle, department, mail, employeeId, usageLocation, preferredLanguage } = user;
  return JSON.stringify({
    ...{ id, userPrincipalName, displayName, accountEnabled, licence, directoryRoles },
    ...{ givenName, surname, jobTitle, department, mail, employeeId, usageLocation, preferredLanguage },
  });
}

/** Columns of CSV: members of members have one each. */
function columnsOf(kind: BulkKindName, schema: Schema): readonly string[] {
  if (kind === 'users') return USER_COLUMNS;
  const rows = listPropertyPaths(schema, ENTITIES_OF[kind]).map(({ row }) => row);
  const columns = rows.flatMap(({ name, type }) => {
    const members = COMPLEX_TYPES[type as keyof typeof COMPLEX_TYPES] as
      readonly { readonly name: string }[] | undefined;
    return members === undefined ? [name] : members.map((member) => `${name}/${member.name}`);
  });
  return [...(kind === 'activities' ? [TYPE] : [PROVIDER]), ...new Set(columns)];
}

const USER_COLUMNS = [
  ...['id', 'userPrincipalName', 'displayName', 'accountEnabled', 'licence', 'directoryRoles', 'givenName', 'surname'],
  ...['jobTitle', 'department', 'mail', 'employeeId', 'usageLocation', 'preferredLanguage'],
];

function toCells(record: object, columns: readonly string[]): string {
  return columns.map((column) => cellOf(valueAt(record, column.split('/')))).join(',');
}

function valueAt(record: unknown, [name = '', ...rest]: readonly string[]): unknown {
  const value = (record as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return rest.length === 0 ? value : valueAt(value, rest);
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : Array.isArray(value) ? value.join(';') : JSON.stringify(value);
  return /[",;\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
