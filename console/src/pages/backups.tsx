/** The backups that the server takes: which there are, whether one can be restored, and one more now. */
import { Badge, Button, Text } from '@fluentui/react-components';
import { ArchiveRegular } from '@fluentui/react-icons/svg/archive';
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { BackupCheck, BackupDescription, BackupList } from '../../../src/library/admin-types.ts';
import { admin } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { formatBytes, formatDistance, formatMoment, formatNumber } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const QUERY = ['backups'];
const HOUR_MS = 3_600_000;

export function Backups() {
  const queries = useQueryClient();
  const isAdministrator = useSession()?.role === 'administrator';
  const { data, error, refetch } = useQuery({ queryKey: QUERY, queryFn: () => admin<BackupList>('/backups') });
  const isOn = data !== undefined && data.schedule !== null;
  const make = useMutation({
    mutationFn: () => admin<BackupDescription>('/backups', { method: 'POST' }),
    onSettled: () => queries.invalidateQueries({ queryKey: QUERY }),
  });
  const columns: readonly Column<BackupDescription>[] = [
    { name: 'createdAt', label: pageTexts.backups.createdAt, show: ({ createdAt }) => formatMoment(createdAt) },
    {
      name: 'age',
      label: pageTexts.backups.age,
      show: ({ createdAt }) => formatDistance(Date.parse(createdAt), Date.now()),
    },
    { name: 'size', label: pageTexts.backups.size, show: ({ sizeBytes }) => formatBytes(sizeBytes) },
    { name: 'name', label: pageTexts.backups.file, show: ({ name }) => name },
    ...(isAdministrator
      ? [{ name: 'verify', label: pageTexts.backups.state, show: (one: BackupDescription) => <Check backup={one} /> }]
      : []),
  ];
  return (
    <Page
      title={texts.sections.backups}
      lead={pageTexts.backups.lead}
      actions={
        isAdministrator &&
        isOn && (
          <Button
            appearance="primary"
            icon={<ArchiveRegular />}
            disabled={make.isPending}
            onClick={() => make.mutate()}
          >
            {make.isPending ? pageTexts.backups.making : pageTexts.backups.make}
          </Button>
        )
      }
    >
      {error !== null && <Failure problem={error} onRetry={() => void refetch()} />}
      {make.error !== null && <Failure problem={make.error} />}
      {data === undefined ? (
        error === null && <Loading rows={3} />
      ) : data.schedule === null ? (
        <Empty title={pageTexts.backups.off}>{pageTexts.backups.offHint}</Empty>
      ) : (
        <>
          <Text>{describeSchedule(data)}</Text>
          {data.value.length === 0 ? (
            <Empty title={pageTexts.backups.none}>{pageTexts.backups.noneHint}</Empty>
          ) : (
            <DataTable
              label={texts.sections.backups}
              columns={columns}
              rows={data.value}
              keyOf={({ name }) => name}
              total={data.value.length}
            />
          )}
        </>
      )}
    </Page>
  );
}

function describeSchedule({ schedule, value: [newest] }: BackupList): string {
  if (schedule === null) return '';
  const { everyHours, keep } = schedule;
  const nextAt = newest === undefined ? Date.now() : Date.parse(newest.createdAt) + everyHours * HOUR_MS;
  return pageTexts.backups.schedule(formatNumber(everyHours), formatNumber(keep), formatDistance(nextAt, Date.now()));
}

function Check({ backup: { name } }: { readonly backup: BackupDescription }) {
  const check = useMutation({
    mutationFn: () => admin<BackupCheck>(`/backups/${name}/verify`, { method: 'POST' }),
  });
  if (check.data !== undefined) {
    return (
      <Badge appearance="tint" color="success">
        {pageTexts.backups.whole(formatNumber(check.data.rows))}
      </Badge>
    );
  }
  if (check.error !== null) {
    return (
      <Badge appearance="tint" color="danger" title={check.error.message}>
        {check.error.message}
      </Badge>
    );
  }
  return (
    <Button
      size="small"
      icon={<CheckmarkCircleRegular />}
      aria-label={pageTexts.backups.verifyOne(name)}
      disabled={check.isPending}
      onClick={() => check.mutate()}
    >
      {check.isPending ? pageTexts.backups.verifying : pageTexts.backups.verify}
    </Button>
  );
}
