/** How learning goes in the tenant, or with one provider, by the numbers of the server. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { Panel } from '../parts/panel.tsx';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { LearningOverview } from '../../../src/library/admin-types.ts';
import { admin } from '../api/server.ts';
import { useTenant } from '../api/tenant.ts';
import { Bars, Columns } from '../parts/charts.tsx';
import { Figures } from '../parts/figures.tsx';
import { formatDate, formatNumber, formatShare, toLabel } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { ProviderPicker } from '../parts/provider-picker.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    // Three at most: status, type and provider.
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, max(300px, 30%)), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
  wide: { gridColumn: '1 / -1' },
  picker: { maxWidth: '360px' },
});

export function Overview() {
  const styles = useStyles();
  const tenant = useTenant()?.id;
  const { provider } = useSearch({ from: '/overview' });
  const { data, error, refetch } = useQuery({
    queryKey: ['graph', tenant, 'overview', provider],
    queryFn: () =>
      admin<LearningOverview>(
        `/overview?${new URLSearchParams({ tenant: tenant ?? '', ...(provider !== undefined && { provider }) }).toString()}`,
      ),
    enabled: tenant !== undefined,
    placeholderData: keepPreviousData,
  });
  return (
    <Page title={texts.sections.overview} lead={pageTexts.overview.lead}>
      {tenant !== undefined && (
        <div className={styles.picker}>
          <ProviderPicker tenant={tenant} value={provider} all={pageTexts.providers.all} />
        </div>
      )}
      {error !== null && <Failure problem={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Loading />
      ) : data.total === 0 ? (
        <Nothing />
      ) : (
        <Numbers overview={data} />
      )}
    </Page>
  );
}

function Nothing() {
  return (
    <Empty
      title={pageTexts.activities.empty.title}
      action={<Link to="/activities">{pageTexts.activities.create}</Link>}
    >
      {pageTexts.overview.emptyHint}
    </Empty>
  );
}

function Numbers({ overview }: { readonly overview: LearningOverview }) {
  const styles = useStyles();
  const { total, overdue, dueSoon, byStatus, byType, byProvider, byContent, completedByDay } = overview;
  const completed = byStatus.find(({ status }) => status === 'completed')?.count ?? 0;
  const figures = [
    { label: pageTexts.overview.total, value: formatNumber(total) },
    { label: pageTexts.overview.completed, value: formatShare(completed / total) },
    { label: pageTexts.overview.overdue, value: formatNumber(overdue), isBad: overdue > 0 },
    { label: pageTexts.overview.dueSoon, value: formatNumber(dueSoon) },
  ];
  return (
    <>
      <Figures figures={figures} />
      <div className={styles.columns}>
        <Panel title={pageTexts.overview.overTime} className={styles.wide}>
          <Columns
            label={pageTexts.overview.overTime}
            points={completedByDay.map(({ date, count }) => ({ name: formatDate(date), value: count }))}
          />
        </Panel>
        <Panel title={pageTexts.overview.byStatus}>
          <Bars
            label={pageTexts.overview.byStatus}
            total={total}
            bars={byStatus.map(({ status, count }) => ({ name: toLabel(status), value: count }))}
          />
        </Panel>
        <Panel title={pageTexts.overview.byType}>
          <Bars
            label={pageTexts.overview.byType}
            total={total}
            bars={byType.map(({ type, count }) => ({ name: toLabel(type), value: count }))}
          />
        </Panel>
        <Panel title={pageTexts.overview.byProvider}>
          <Bars
            label={pageTexts.overview.byProvider}
            total={total}
            bars={byProvider.map(({ displayName, count }) => ({ name: displayName, value: count }))}
          />
        </Panel>
        <Panel title={pageTexts.overview.byContent} className={styles.wide}>
          <Bars
            label={pageTexts.overview.byContent}
            total={total}
            bars={byContent.map(({ title, count }) => ({ name: title, value: count }))}
          />
        </Panel>
      </div>
    </>
  );
}
