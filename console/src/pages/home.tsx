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
import { Facts } from '../parts/details.tsx';
import { formatNumber } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { SnippetBlock } from '../parts/snippet-block.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { texts } from '../texts.ts';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 440px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  stack: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  tiles: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(104px, 1fr))',
    gap: tokens.spacingHorizontalM,
  },
  tile: {
    display: 'flex',
    flexDirection: 'column',
    padding: tokens.spacingVerticalM,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    textDecorationLine: 'none',
    color: tokens.colorNeutralForeground1,
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  label: { color: tokens.colorNeutralForeground2 },
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
            <div className={styles.stack}>
              <NextSteps />
              <LastMinutes />
            </div>
          </div>
          <Example baseUrl={data.baseUrl ?? location.origin} tenant={tenant.id} />
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
  const styles = useStyles();
  const { data: counts } = useQuery(countsOf(tenant));
  const tiles = [
    ['/providers', texts.sections.providers, counts?.providers],
    ['/contents', texts.sections.contents, counts?.contents],
    ['/activities', texts.sections.activities, counts?.activities],
    ['/learners', texts.sections.learners, counts?.users],
    ['/access', texts.home.apps, counts?.apps],
  ] as const;
  return (
    <div className={styles.tiles}>
      {tiles.map(([path, label, count]) => (
        <Link key={path} to={path} className={styles.tile}>
          <Text size={600} weight="semibold">
            {count === undefined ? '…' : formatNumber(count)}
          </Text>
          <Text className={styles.label}>{label}</Text>
        </Link>
      ))}
    </div>
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
