/** Who changed what, with the values before and after, and whether the trail is whole. */
import { Badge, Button, Subtitle2, Text } from '@fluentui/react-components';
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { AppDescription, AuditPage, AuditRecord, AuditVerification } from '../../../src/library/admin-types.ts';
import { admin } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { useTenant } from '../api/tenant.ts';
import { AuditFilters, toQuery } from '../parts/audit-filters.tsx';
import { Code } from '../parts/copy.tsx';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatInstant, formatRecent, toLabel } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const SHOWN = 100;

/** @param nameOf the name of an app, by its client id */
const columnsOf = (nameOf: (appId: string) => string): readonly Column<AuditRecord>[] => [
  { name: 'operation', label: pageTexts.audit.operation, show: ({ operation }) => operation },
  {
    name: 'action',
    label: pageTexts.audit.action,
    show: ({ action, isReadable }) => <Action action={action} isReadable={isReadable} />,
  },
  { name: 'kind', label: pageTexts.audit.kind, show: ({ kind }) => kind && toLabel(kind) },
  {
    name: 'who',
    label: pageTexts.audit.who,
    show: ({ actor, appId, channel }) => actor ?? (appId === null ? channel : nameOf(appId)),
  },
  { name: 'at', label: pageTexts.audit.at, show: ({ at }) => formatRecent(at) },
  { name: 'item', label: pageTexts.audit.item, show: ({ itemId }) => itemId },
];

function Action({ action, isReadable }: Pick<AuditRecord, 'action' | 'isReadable'>) {
  if (!isReadable) {
    return (
      <Badge appearance="tint" color="danger">
        {pageTexts.audit.altered}
      </Badge>
    );
  }
  return action === null ? texts.values.missing : toLabel(action);
}

function keyOf({ chain, place }: AuditRecord): string {
  return `${chain}-${place}`;
}

export function Audit() {
  const tenant = useTenant()?.id;
  const search = useSearch({ from: '/audit' });
  const { open, before, ...filter } = search;
  const navigate = useNavigate();
  const show = (changes: typeof search): void => void navigate({ to: '/audit', search: changes });
  const isAdministrator = useSession()?.role === 'administrator';
  const query = new URLSearchParams([
    ...[['tenant', tenant ?? ''] as const, ['limit', String(SHOWN)] as const, ...toQuery(filter)].map((pair) => [
      ...pair,
    ]),
    ...(before === undefined ? [] : [['before', before]]),
  ]).toString();
  const { data, error, refetch } = useQuery({
    queryKey: ['graph', tenant, 'audit', query],
    queryFn: () => admin<AuditPage>(`/audit?${query}`),
    enabled: tenant !== undefined && isAdministrator,
    placeholderData: keepPreviousData,
  });
  const { data: apps } = useQuery({
    queryKey: ['graph', tenant, 'apps'],
    queryFn: async () => (await admin<{ readonly value: readonly AppDescription[] }>(`/apps?tenant=${tenant}`)).value,
    enabled: tenant !== undefined && isAdministrator,
  });
  const records = data?.value.toReversed();
  const verify = useMutation({ mutationFn: () => admin<AuditVerification>(`/audit/verify?tenant=${tenant}`) });
  const isFiltered = before !== undefined || Object.keys(filter).length > 0;
  const shown = records?.find((record) => keyOf(record) === open);
  return (
    <Page
      title={texts.sections.audit}
      lead={pageTexts.audit.lead}
      actions={
        <Button icon={<CheckmarkCircleRegular />} disabled={verify.isPending} onClick={() => verify.mutate()}>
          {pageTexts.audit.verify}
        </Button>
      }
    >
      {(error ?? verify.error) !== null && <Failure problem={error ?? verify.error} onRetry={() => void refetch()} />}
      {verify.data !== undefined && <Verdict verification={verify.data} />}
      {isAdministrator && <AuditFilters filter={filter} onChange={(next) => show(next)} />}
      {!isAdministrator ? (
        <Empty title={pageTexts.audit.closed}>{pageTexts.audit.closedHint}</Empty>
      ) : data === undefined || records === undefined ? (
        error === null && <Loading />
      ) : records.length === 0 ? (
        isFiltered ? (
          <Empty title={pageTexts.audit.noMatch}>{pageTexts.audit.noMatchHint}</Empty>
        ) : (
          <Empty title={pageTexts.audit.none}>{pageTexts.audit.noneHint}</Empty>
        )
      ) : (
        <DataTable
          label={texts.sections.audit}
          columns={columnsOf((id) => apps?.find(({ clientId }) => clientId === id)?.displayName ?? id)}
          rows={records}
          keyOf={keyOf}
          openKey={open}
          onOpen={(record) => show({ ...search, open: keyOf(record) })}
          onFirst={before === undefined ? undefined : () => show(filter)}
          onNext={data.hasMore ? () => show({ ...filter, before: data.before }) : undefined}
        />
      )}
      {shown !== undefined && (
        <Drawer title={shown.operation} onClose={() => show({ ...filter, ...(before !== undefined && { before }) })}>
          <Details record={shown} />
        </Drawer>
      )}
    </Page>
  );
}

function Verdict({ verification }: { readonly verification: AuditVerification }) {
  const problems = verification.value.flatMap((verdict) => verdict.problems);
  return (
    <Text role="status" weight="semibold">
      {problems.length === 0 ? pageTexts.audit.whole : pageTexts.audit.broken(problems.join(' '))}
    </Text>
  );
}

function Details({ record }: { readonly record: AuditRecord }) {
  const { before, after, changed } = record;
  return (
    <>
      <Facts
        facts={[
          [pageTexts.audit.at, formatInstant(record.at)],
          [pageTexts.audit.action, record.action],
          [pageTexts.audit.kind, record.kind],
          [pageTexts.audit.item, record.itemId],
          [pageTexts.audit.actor, record.actor],
          [pageTexts.journal.app, record.appId],
          [pageTexts.audit.channel, record.channel],
          [pageTexts.journal.requestId, record.requestId],
          [pageTexts.audit.changed, changed?.join(', ')],
          [pageTexts.audit.erased, record.erased],
          [pageTexts.audit.place, `${record.chain}/${record.place}`],
        ]}
      />
      {before !== null && (
        <>
          <Subtitle2 as="h3">{pageTexts.audit.before}</Subtitle2>
          <Code text={JSON.stringify(before, undefined, 2)} label={pageTexts.audit.before} isWrapped />
        </>
      )}
      {after !== null && (
        <>
          <Subtitle2 as="h3">{pageTexts.audit.after}</Subtitle2>
          <Code text={JSON.stringify(after, undefined, 2)} label={pageTexts.audit.after} isWrapped />
        </>
      )}
    </>
  );
}
