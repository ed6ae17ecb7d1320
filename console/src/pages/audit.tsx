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
import { Drawer, Facts } from '../parts/details.tsx';
import { formatInstant, formatRecent, toLabel } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { texts } from '../texts.ts';

const SHOWN = 100;

/** @param nameOf the name of an app, by its client id */
const columnsOf = (nameOf: (appId: string) => string): readonly Column<AuditRecord>[] => [
  { name: 'operation', label: texts.audit.operation, show: ({ operation }) => operation },
  {
    name: 'action',
    label: texts.audit.action,
    show: ({ action, isReadable }) => <Action action={action} isReadable={isReadable} />,
  },
  { name: 'kind', label: texts.audit.kind, show: ({ kind }) => (kind === null ? '—' : toLabel(kind)) },
  {
    name: 'who',
    label: texts.audit.who,
    show: ({ actor, appId, channel }) => actor ?? (appId === null ? (channel ?? '—') : nameOf(appId)),
  },
  { name: 'at', label: texts.audit.at, show: ({ at }) => formatRecent(at) },
  { name: 'item', label: texts.audit.item, show: ({ itemId }) => itemId ?? '—' },
];

function Action({ action, isReadable }: Pick<AuditRecord, 'action' | 'isReadable'>) {
  if (!isReadable) {
    return (
      <Badge appearance="tint" color="danger">
        {texts.audit.altered}
      </Badge>
    );
  }
  return action === null ? '—' : toLabel(action);
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
      lead={texts.audit.lead}
      actions={
        <Button icon={<CheckmarkCircleRegular />} disabled={verify.isPending} onClick={() => verify.mutate()}>
          {texts.audit.verify}
        </Button>
      }
    >
      {(error ?? verify.error) !== null && <Failure problem={error ?? verify.error} onRetry={() => void refetch()} />}
      {verify.data !== undefined && <Verdict verification={verify.data} />}
      {isAdministrator && <AuditFilters filter={filter} onChange={(next) => show(next)} />}
      {!isAdministrator ? (
        <Empty title={texts.audit.closed}>{texts.audit.closedHint}</Empty>
      ) : data === undefined || records === undefined ? (
        error === null && <Loading />
      ) : records.length === 0 ? (
        isFiltered ? (
          <Empty title={texts.audit.noMatch}>{texts.audit.noMatchHint}</Empty>
        ) : (
          <Empty title={texts.audit.none}>{texts.audit.noneHint}</Empty>
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
      {problems.length === 0 ? texts.audit.whole : texts.audit.broken(problems.join(' '))}
    </Text>
  );
}

function Details({ record }: { readonly record: AuditRecord }) {
  const { before, after, changed } = record;
  return (
    <>
      <Facts
        facts={[
          [texts.audit.at, formatInstant(record.at)],
          [texts.audit.action, record.action],
          [texts.audit.kind, record.kind],
          [texts.audit.item, record.itemId],
          [texts.audit.actor, record.actor],
          [texts.journal.app, record.appId],
          [texts.audit.channel, record.channel],
          [texts.journal.requestId, record.requestId],
          [texts.audit.changed, changed?.join(', ')],
          [texts.audit.erased, record.erased],
          [texts.audit.place, `${record.chain}/${record.place}`],
        ]}
      />
      {before !== null && (
        <>
          <Subtitle2 as="h3">{texts.audit.before}</Subtitle2>
          <Code text={JSON.stringify(before, undefined, 2)} label={texts.audit.before} isWrapped />
        </>
      )}
      {after !== null && (
        <>
          <Subtitle2 as="h3">{texts.audit.after}</Subtitle2>
          <Code text={JSON.stringify(after, undefined, 2)} label={texts.audit.after} isWrapped />
        </>
      )}
    </>
  );
}
