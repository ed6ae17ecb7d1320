import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components';
import { Panel } from '../parts/panel.tsx';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { JournalPage } from '../../../src/library/control-types.ts';
import { EXAMPLES } from '../../../src/model/examples.ts';
import { V1 } from '../../../src/model/versions.ts';
import { contentsOf, usersOf } from '../api/names.ts';
import { control, findToken } from '../api/server.ts';
import { countsOf, serverStatus, useSandbox } from '../api/status.ts';
import { useTenant } from '../api/tenant.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Facts } from '../parts/facts.tsx';
import { Figures } from '../parts/figures.tsx';
import { formatNumber } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { SnippetBlock } from '../parts/snippet-block.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { texts } from '../texts.ts';

const useStyles = makeStyles({
  // What to copy is wider than what to look at.
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 5fr) minmax(0, 3fr)',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
    '@media (max-width: 1100px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  stack: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  copied: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
  },
  steps: {
    margin: 0,
    paddingInlineStart: tokens.spacingHorizontalXL,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
  },
  link: { color: tokens.colorBrandForegroundLink },
});

export function Home() {
  const { data, error, refetch } = useQuery(serverStatus);
  const tenant = useTenant();
  const styles = useStyles();
  return (
    <Page title={texts.home.title} lead={texts.home.lead}>
      {error !== null && <Failure problem={error} onRetry={() => void refetch()} />}
      {data === undefined || tenant === undefined ? (
        <Loading />
      ) : (
        <>
          <Counts tenant={tenant.id} />
          <div className={styles.columns}>
            <div className={styles.stack}>
              <Panel title={texts.home.server}>
                <Facts
                  facts={[
                    [texts.home.baseUrl, <Copied key="url" text={data.baseUrl ?? location.origin} />],
                    [texts.home.tenant, <Copied key="tenant" text={tenant.id} />],
                    [texts.home.domain, tenant.domainName],
                    [
                      texts.home.tokenEndpoint,
                      <Copied key="token" text={`${data.baseUrl ?? location.origin}/${tenant.id}/oauth2/v2.0/token`} />,
                    ],
                    [texts.home.database, texts.home.databases[data.database.kind] ?? data.database.kind],
                    [texts.home.version, data.version],
                  ]}
                />
              </Panel>
              <Example baseUrl={data.baseUrl ?? location.origin} tenant={tenant.id} />
            </div>
            <div className={styles.stack}>
              <NextSteps />
              <LastMinutes />
            </div>
          </div>
        </>
      )}
    </Page>
  );
}

function Copied({ text }: { readonly text: string }) {
  const styles = useStyles();
  return (
    <span className={styles.copied}>
      {text}
      <CopyButton text={text} label={texts.actions.copyValue} />
    </span>
  );
}

function Counts({ tenant }: { readonly tenant: string }) {
  const { data: counts } = useQuery(countsOf(tenant));
  const tiles = [
    ['/providers', texts.sections.providers, counts?.providers],
    ['/contents', texts.sections.contents, counts?.contents],
    ['/activities', texts.sections.activities, counts?.activities],
    ['/learners', texts.sections.learners, counts?.users],
    ['/access', texts.home.apps, counts?.apps],
  ] as const;
  return (
    <Figures
      isSmall
      figures={tiles.map(([to, label, count]) => ({
        to,
        label,
        value: count === undefined ? '…' : formatNumber(count),
      }))}
    />
  );
}

const WATCHED_MS = 5 * 60_000;
const MOST = 200;

/** Of the sandbox: what its journal has of the last minutes. */
function LastMinutes() {
  const styles = useStyles();
  const sandbox = useSandbox();
  const now = sandbox?.clock.now;
  const { data } = useQuery({
    queryKey: ['sandbox', 'last minutes'],
    queryFn: () => control<JournalPage>(`/journal?limit=${MOST}`),
    enabled: sandbox !== null && sandbox !== undefined,
    refetchInterval: 5_000,
  });
  if (sandbox === null || sandbox === undefined || now === undefined) return null;
  const since = Date.parse(now) - WATCHED_MS;
  const entries = (data?.value ?? []).filter(({ receivedAt }) => Date.parse(receivedAt) >= since);
  const refused = entries.filter(({ refusal }) => refusal !== undefined);
  const rows = Map.groupBy(refused, ({ refusal }) => refusal?.row ?? '');
  return (
    <Panel title={texts.home.lastMinutes}>
      <Facts
        facts={[
          [texts.home.requests, entries.length === MOST ? `${formatNumber(MOST)}+` : formatNumber(entries.length)],
          [texts.home.refused, formatNumber(refused.length)],
          [texts.home.faults, formatNumber(sandbox.faults)],
          [texts.home.limits, formatNumber(sandbox.limits)],
        ]}
      />
      {[...rows].map(([row, some]) => (
        <div key={row}>
          <Badge appearance="tint" color="danger">
            {formatNumber(some.length)}
          </Badge>{' '}
          <Link to="/journal" search={{ text: row }} className={styles.link}>
            {row}
          </Link>
        </div>
      ))}
      <Link to="/journal" className={styles.link}>
        {texts.home.journal}
      </Link>
    </Panel>
  );
}

function NextSteps() {
  const styles = useStyles();
  const sandbox = useSandbox();
  const steps: readonly ReactNode[] = [
    <Link key="explorer" to="/explorer" className={styles.link}>
      {texts.home.steps.explorer}
    </Link>,
    <Link key="activities" to="/activities" className={styles.link}>
      {texts.home.steps.activities}
    </Link>,
    ...(sandbox === null
      ? []
      : [
          <Link key="journal" to="/journal" className={styles.link}>
            {texts.home.steps.journal}
          </Link>,
          <Link key="faults" to="/sandbox" search={{ tab: 'faults' }} className={styles.link}>
            {texts.home.steps.faults}
          </Link>,
        ]),
  ];
  return (
    <Panel title={texts.home.next}>
      <ol className={styles.steps}>
        {steps.map((step, index) => (
          <li key={index}>{step}</li>
        ))}
      </ol>
    </Panel>
  );
}

const documented = EXAMPLES.find(({ operations: [operation] }) => operation === 'createLearningCourseActivity');

/** The documented create, with the ids of this server where the documented ones are not here. */
function Example({ baseUrl, tenant }: { readonly baseUrl: string; readonly tenant: string }) {
  const body = documented?.body ?? {};
  const provider = String(body['learningProviderId']);
  const content = String(body['learningContentId']);
  const known = useQuery(usersOf(tenant, [String(body['learnerUserId'])]));
  const contents = useQuery(contentsOf(tenant, [{ provider, content }]));
  const isHere = known.data?.size === 1 && contents.data?.size === 1;
  return (
    <Panel title={texts.home.example}>
      <Text>{isHere ? texts.home.exampleHint : texts.home.exampleElsewhere}</Text>
      <SnippetBlock
        findToken={() => findToken(tenant, { kind: 'application' }, true)}
        request={{
          method: 'POST',
          url: `${baseUrl}/${V1}/employeeExperience/learningProviders/${provider}/learningCourseActivities`,
          headers: [['Content-Type', 'application/json']],
          body: JSON.stringify(body, undefined, 2),
        }}
      />
    </Panel>
  );
}
