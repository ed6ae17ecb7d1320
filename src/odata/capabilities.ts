/** What can be done with a collection, as annotations of its element in the schema document. */
import type { SingletonCapabilities } from '../model/containers.ts';
import type { HttpMethod, QueryOptionName } from '../model/rows.ts';
import { NAMESPACE } from '../model/schema.ts';
import type { OperationView, Schema } from '../model/schema.ts';
import { listPropertyPaths } from './property-paths.ts';
import type { PropertyPath } from './property-paths.ts';
import { element } from './xml.ts';
import type { XmlElement } from './xml.ts';

const CAPABILITIES = 'Org.OData.Capabilities.V1';

/** Annotations of the collection that the operation lists, from its options and from what other operations do there. */
export function annotateCollection(schema: Schema, list: OperationView): readonly XmlElement[] {
  const takes = (option: QueryOptionName): boolean => list.options?.includes(option) === true;
  const paths = listPropertyPaths(schema, list.entity);
  const changes = changesOf(schema, list);
  return [
    flag('TopSupported', takes('top')),
    flag('SkipSupported', takes('skip')),
    restriction('SelectSupport', { Supported: takes('select') }),
    restriction('CountRestrictions', { Countable: takes('count') }),
    limit(
      { term: 'FilterRestrictions', able: 'Filterable', notAble: 'NonFilterableProperties' },
      takes('filter'),
      paths.filter(({ row }) => row.isFilterable !== true),
    ),
    limit(
      { term: 'SortRestrictions', able: 'Sortable', notAble: 'NonSortableProperties' },
      takes('orderby'),
      paths.filter(({ row }) => row.isSortable !== true),
    ),
    restriction('SearchRestrictions', { Searchable: false }),
    restriction('ExpandRestrictions', { Expandable: false }),
    restriction('InsertRestrictions', { Insertable: changes.isInsertable }),
    restriction('UpdateRestrictions', {
      Updatable: changes.isUpdatable,
      ...(changes.isUpsertable && { Upsertable: true }),
    }),
    restriction('DeleteRestrictions', { Deletable: changes.isDeletable }),
  ];
}

export function annotateSingleton(capabilities: SingletonCapabilities): readonly XmlElement[] {
  return [
    restriction('CountRestrictions', { Countable: capabilities.isCountable }),
    restriction('ExpandRestrictions', { Expandable: capabilities.isExpandable }),
    restriction('FilterRestrictions', { Filterable: capabilities.isFilterable }),
    restriction('SearchRestrictions', { Searchable: capabilities.isSearchable }),
    restriction('SelectSupport', { Supported: capabilities.isSelectable }),
  ];
}

interface Changes {
  readonly isInsertable: boolean;
  readonly isUpdatable: boolean;
  readonly isUpsertable: boolean;
  readonly isDeletable: boolean;
}

function changesOf({ operations }: Schema, { path: collection }: OperationView): Changes {
  const isServed = (method: HttpMethod, path: string): boolean =>
    operations.some((operation) => operation.method === method && operation.path.startsWith(path));
  return {
    isInsertable: operations.some(({ method, path }) => method === 'POST' && path === collection),
    isUpdatable: isServed('PATCH', `${collection}/{`),
    // Only a key that clients choose can create what it names.
    isUpsertable: isServed('PATCH', `${collection}(`),
    isDeletable: isServed('DELETE', `${collection}/{`),
  };
}

interface LimitTerm {
  readonly term: string;
  readonly able: string;
  readonly notAble: string;
}

/** A restriction that names the properties it takes out; none when the whole option is not taken. */
function limit({ term, able, notAble }: LimitTerm, isAble: boolean, excluded: readonly PropertyPath[]): XmlElement {
  const names = isAble ? excluded.map(pathText) : [];
  const list = element(
    'Collection',
    {},
    names.map((name) => element('PropertyPath', {}, name)),
  );
  return record(term, [
    boolean(able, isAble),
    ...(names.length === 0 ? [] : [element('PropertyValue', { Property: notAble }, [list])]),
  ]);
}

function pathText({ row, derivedType }: PropertyPath): string {
  return derivedType === undefined ? row.name : `${NAMESPACE}.${derivedType}/${row.name}`;
}

function flag(term: string, value: boolean): XmlElement {
  return element('Annotation', { Term: `${CAPABILITIES}.${term}`, Bool: String(value) });
}

function restriction(term: string, values: Readonly<Record<string, boolean>>): XmlElement {
  return record(
    term,
    Object.entries(values).map(([property, value]) => boolean(property, value)),
  );
}

function record(term: string, values: readonly XmlElement[]): XmlElement {
  return element('Annotation', { Term: `${CAPABILITIES}.${term}` }, [element('Record', {}, values)]);
}

function boolean(property: string, value: boolean): XmlElement {
  return element('PropertyValue', { Property: property, Bool: String(value) });
}
