/** A collection of the API as a page: filter, order and place are in the address, the rows come from the server. */
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { FilterRegular } from '@fluentui/react-icons/svg/filter';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import type { PropertyRow } from '../../../src/model/rows.ts';
import { RequestProblem } from '../api/request.ts';
import { graph } from '../api/server.ts';
import type { Actor, Page as GraphPage } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';
import { DataTable } from './data-table.tsx';
import type { Column } from './data-table.tsx';
import { Drawer, TwoViews } from './details.tsx';
import type { Fact } from './facts.tsx';
import { EntityForm } from './entity-form.tsx';
import { showValue } from './entity-value.tsx';
import type { Entity } from './entity-value.tsx';
import type { ListSearch } from './list-search.ts';
import { FilterBuilder } from './filter-builder.tsx';
import { toLabel } from './format.ts';
import { Page } from './page.tsx';
import { Question } from './question.tsx';
import { Empty, Failure, Loading } from './states.tsx';

const PAGE_SIZE = 50;
const COUNT_KEPT_MS = 30_000;
const NOT_FOUND = 404;

const useStyles = makeStyles({
  filter: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'end' },
  filterField: { flexGrow: 1, minWidth: 'min(100%, 260px)' },
});

export interface EntityListProps {
  readonly title: string;
  readonly lead: string;
  readonly tenant: string;
  readonly actor: Actor;
  /** Of the collection, from the version root. */
  readonly path: string;
  readonly properties: readonly PropertyRow[];
  /** The names of the properties that are columns, the first of which opens the details. */
  readonly columns: readonly string[];
  /** Whether the API orders this collection. */
  readonly isSortable?: boolean;
  /** A hook: how values of the rows shown are written where that is not by their type alone, such as a name for an id. */
  useShow?(rows: readonly Entity[]): (property: string, entity: Entity) => ReactNode;
  /** Where one object is changed and deleted; below the collection when not given. */
  pathOf?(entity: Entity): string;
  readonly filterBar?: ReactNode;
  readonly empty: { readonly title: string; readonly hint: string };
  /** Which type a new object is of; `undefined` for a collection that takes none. */
  readonly create?: CreateForm;
  update?(entity: Entity): readonly PropertyRow[];
  readonly canDelete?: boolean;
  /** Further actions of the details. */
  detailActions?(entity: Entity): ReactNode;
  detailFacts?(entity: Entity): readonly Fact[];
  /** What stands below the details. */
  detailContent?(entity: Entity): ReactNode;
  /** The properties to ask for, where the API leaves some out of a list. */
  readonly select?: readonly string[];
  /** Further buttons of the page. */
  readonly actions?: ReactNode;
}

export interface CreateForm {
  readonly label: string;
  readonly properties: readonly PropertyRow[];
  readonly initial?: Readonly<Record<string, unknown>>;
  /** How the body is sent. */
  send(body: Readonly<Record<string, unknown>>): Promise<unknown>;
}

const NO_ROWS: readonly Entity[] = [];
const useTypes = () => () => undefined;

export function EntityList(props: EntityListProps) {
  const {
    tenant,
    actor,
    path,
    properties,
    useShow = useTypes,
    pathOf = ({ id }) => `${path}/${encodeURIComponent(id)}`,
  } = props;
  const styles = useStyles();
  const search: ListSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const isViewer = useSession()?.role === 'viewer';
  const [isCreating, setCreating] = useState(false);
  const [editing, setEditing] = useState<Entity>();
  const [removing, setRemoving] = useState<readonly Entity[]>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const change = (next: ListSearch): void =>
    void navigate({
      to: '.',
      search: (previous: ListSearch) => ({ ...previous, ...next }) as never,
      replace: next.open === undefined,
    });

  const read = (options: Record<string, string>, signal: AbortSignal) =>
    graph<GraphPage<Entity>>(`${path}?${new URLSearchParams(options).toString()}`, {
      tenant,
      actor,
      signal,
      headers: { Prefer: 'include-unknown-enum-members' },
    });
  const query = useQuery({
    queryKey: ['graph', tenant, path, search.filter, search.order, search.page],
    queryFn: ({ signal }) =>
      read({ ...toOptions(search), ...(props.select !== undefined && { $select: props.select.join(',') }) }, signal),
    placeholderData: keepPreviousData,
  });
  // Counting takes longer than a page, and is the same for all of them.
  const { data: total } = useQuery({
    queryKey: ['graph', tenant, path, search.filter, 'count'],
    queryFn: async ({ signal }) =>
      (await read({ ...toOptions({ filter: search.filter }), $top: '1', $count: 'true' }, signal))['@odata.count'],
    staleTime: COUNT_KEPT_MS,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['graph', tenant] });
  const rows = query.data?.value ?? NO_ROWS;
  // Of the rows shown: what another page or filter has hidden is not deleted with them.
  const picked = rows.filter(({ id }) => selected.has(id));
  const showOwn = useShow(rows);
  const open = rows.find(({ id }) => id === search.open);
  const rowOf = (name: string) =>
    properties.find((property) => property.name === name) ?? { name, type: 'Edm.String' as const };
  const show = (name: string, entity: Entity): ReactNode =>
    showOwn(name, entity) ?? showValue(rowOf(name), entity[name]);
  const columns = props.columns.map((name): Column<Entity> => ({
    name,
    label: toLabel(name),
    isSortable: props.isSortable === true && 'isSortable' in rowOf(name),
    show: (entity) => show(name, entity),
  }));
  const nextPage = readSkipToken(query.data?.['@odata.nextLink']);
  const canWrite = !isViewer;

  return (
    <Page
      title={props.title}
      lead={props.lead}
      actions={
        <>
          {props.actions}
          {canWrite && props.canDelete === true && picked.length > 0 && (
            <Button icon={<DeleteRegular />} onClick={() => setRemoving(picked)}>
              {pageTexts.list.deleteSelected(picked.length)}
            </Button>
          )}
          {canWrite && props.create !== undefined && (
            <Button appearance="primary" icon={<AddRegular />} onClick={() => setCreating(true)}>
              {props.create.label}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.filter}>
        {props.filterBar}
        <FilterField
          key={search.filter ?? ''}
          value={search.filter ?? ''}
          properties={properties}
          onFilter={(filter) => change({ filter: filter || undefined, page: undefined, open: undefined })}
        />
      </div>
      {query.error !== null && <Failure problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending ? (
        <Loading />
      ) : rows.length === 0 && query.error === null ? (
        <Empty title={search.filter === undefined ? props.empty.title : pageTexts.list.noMatch}>
          {search.filter === undefined ? props.empty.hint : pageTexts.list.noMatchHint}
        </Empty>
      ) : (
        rows.length > 0 && (
          <DataTable
            label={props.title}
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            openKey={search.open}
            onOpen={({ id }) => change({ open: id })}
            order={search.order}
            onOrder={(order) => change({ order, page: undefined })}
            {...(canWrite &&
              props.canDelete === true && { selected: new Set(picked.map(({ id }) => id)), onSelect: setSelected })}
            total={total}
            onFirst={search.page === undefined ? undefined : () => change({ page: undefined })}
            onNext={nextPage === undefined ? undefined : () => change({ page: nextPage })}
          />
        )
      )}
      {open !== undefined && editing === undefined && removing === undefined && (
        <Drawer
          title={show(props.columns[0] as string, open)}
          onClose={() => change({ open: undefined })}
          footer={
            <>
              {canWrite && props.update !== undefined && (
                <Button onClick={() => setEditing(open)}>{texts.actions.edit}</Button>
              )}
              {props.detailActions?.(open)}
              {canWrite && props.canDelete === true && (
                <Button icon={<DeleteRegular />} onClick={() => setRemoving([open])}>
                  {texts.actions.delete}
                </Button>
              )}
            </>
          }
        >
          <TwoViews
            label={props.title}
            json={open}
            facts={[
              ...properties.map(({ name }): Fact => [toLabel(name), show(name, open)]),
              ...(props.detailFacts?.(open) ?? []),
            ]}
          />
          {props.detailContent?.(open)}
        </Drawer>
      )}
      {isCreating && props.create !== undefined && (
        <EntityForm
          title={props.create.label}
          properties={props.create.properties}
          {...(props.create.initial !== undefined && { initial: props.create.initial })}
          onSend={async (body) => {
            await props.create?.send(body);
            await refresh();
          }}
          onClose={() => setCreating(false)}
        />
      )}
      {editing !== undefined && (
        <EntityForm
          title={texts.actions.edit}
          properties={props.update?.(editing) ?? []}
          stored={editing}
          onSend={async (body) => {
            await graph(pathOf(editing), { tenant, actor, method: 'PATCH', body: withType(editing, body) });
            await refresh();
          }}
          onClose={() => setEditing(undefined)}
        />
      )}
      {removing !== undefined && (
        <Question
          title={pageTexts.list.deleteTitle(removing.length)}
          hint={pageTexts.list.deleteHint}
          confirm={texts.actions.delete}
          onClose={() => setRemoving(undefined)}
          onConfirm={async () => {
            try {
              for (const entity of removing) {
                await graph(pathOf(entity), { tenant, actor, method: 'DELETE' }).catch((problem: unknown) => {
                  // Deleted by others, or by the attempt before this one.
                  if (!(problem instanceof RequestProblem && problem.status === NOT_FOUND)) throw problem;
                });
              }
            } finally {
              await refresh();
            }
            setSelected(new Set());
            change({ open: undefined });
          }}
        />
      )}
    </Page>
  );
}

/** Objects of one of several types say in an update which they are of. */
function withType(stored: Entity, body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const type = stored['@odata.type'];
  return type === undefined ? body : { '@odata.type': type, ...body };
}

function toOptions({ filter, order, page }: ListSearch): Record<string, string> {
  return {
    $top: String(PAGE_SIZE),
    ...(filter !== undefined && { $filter: filter }),
    ...(order !== undefined && { $orderby: order }),
    ...(page !== undefined && { $skiptoken: page }),
  };
}

function readSkipToken(link: string | undefined): string | undefined {
  return link === undefined ? undefined : (new URL(link).searchParams.get('$skiptoken') ?? undefined);
}

interface FilterFieldProps {
  readonly value: string;
  readonly properties: readonly PropertyRow[];
  onFilter(filter: string): void;
}

function FilterField({ value, properties, onFilter }: FilterFieldProps) {
  const styles = useStyles();
  const name =
    properties.find((row) => row.isFilterable === true && row.type === 'Edm.String' && row.name !== 'id')?.name ?? 'id';
  const hint = pageTexts.list.filterHint(name);
  const [text, setText] = useState(value);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onFilter(text.trim());
  };
  return (
    <>
      <form className={styles.filterField} onSubmit={submit}>
        <Field label={pageTexts.list.filter}>
          <Input
            contentBefore={<FilterRegular />}
            placeholder={hint}
            value={text}
            onChange={(_, data) => setText(data.value)}
            type="search"
          />
        </Field>
      </form>
      <FilterBuilder
        properties={properties}
        onAdd={(condition) => onFilter(text.trim() === '' ? condition : `${text.trim()} and ${condition}`)}
      />
      {value !== '' && <Button onClick={() => onFilter('')}>{pageTexts.list.clearFilter}</Button>}
    </>
  );
}
