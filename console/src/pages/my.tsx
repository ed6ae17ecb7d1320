/** What a learner sees of their own learning, as they would see it: with their rights, in their time zone. */
import { Badge, Dropdown, Field, makeStyles, Option, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { Panel } from '../parts/panel.tsx';
import { OpenRegular } from '@fluentui/react-icons/svg/open';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { contentsOf, usersOf } from '../api/names.ts';
import type { Content, User } from '../api/names.ts';
import { admin, graph } from '../api/server.ts';
import type { Page as GraphPage } from '../api/server.ts';
import { useIsLearner, useSession } from '../api/session.ts';
import { useSandbox } from '../api/status.ts';
import { useTenant } from '../api/tenant.ts';
import { StatusBadge } from '../parts/entity-value.tsx';
import { formatDate, formatDistance, formatNumber, formatZoned } from '../parts/format.ts';
import { PageTabs } from '../parts/page-tabs.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const useStyles = makeStyles({
  cards: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))',
    gap: tokens.spacingHorizontalL,
    listStyleType: 'none',
    margin: 0,
    padding: 0,
  },
  card: { height: '100%', gap: tokens.spacingVerticalM },
  title: {
    color: tokens.colorBrandForegroundLink,
    textDecorationLine: 'none',
    ':hover': { textDecorationLine: 'underline' },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  meta: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
  notes: { color: tokens.colorNeutralForeground2, whiteSpace: 'pre-line' },
  late: { color: tokens.colorPaletteRedForeground1 },
  person: { width: '260px', '@media (max-width: 640px)': { width: '100%' } },
});

interface Activity {
  readonly id: string;
  readonly '@odata.type': string;
  readonly learningContentId: string;
  readonly learningProviderId: string;
  readonly status: string;
  readonly completionPercentage: number | null;
  readonly completedDateTime: string | null;
  readonly assignmentType?: string;
  readonly dueDateTime?: { readonly dateTime: string; readonly timeZone: string } | null;
  readonly notes?: { readonly content: string | null } | null;
  readonly startedDateTime?: string | null;
}

type LinkedContent = Pick<Content, 'id' | 'title' | 'contentWebUrl'>;

/** Of a learner, who may not ask the Graph API for them. */
const ownContents = queryOptions({
  queryKey: ['my contents'],
  queryFn: async () => {
    const { value } = await admin<{ readonly value: readonly LinkedContent[] }>('/my/contents');
    return new Map(value.map((content) => [content.id, content]));
  },
});

type GroupName = keyof typeof pageTexts.my.groups;

/** A due date in UTC, which the server writes when it is asked to. */
function dueOf({ dueDateTime }: Activity): number | undefined {
  return dueDateTime ? Date.parse(`${dueDateTime.dateTime.slice(0, 23)}Z`) : undefined;
}

function groupsOf(activities: readonly Activity[], now: number): Record<GroupName, readonly Activity[]> {
  const isOpen = ({ status }: Activity): boolean => status !== 'completed';
  const isAssigned = (activity: Activity): boolean => activity['@odata.type'].endsWith('learningAssignment');
  const isRecommended = ({ assignmentType }: Activity): boolean =>
    assignmentType === 'recommended' || assignmentType === 'peerRecommended';
  return {
    assigned: activities.filter((one) => isAssigned(one) && !isRecommended(one) && isOpen(one)),
    overdue: activities.filter((one) => isOpen(one) && (dueOf(one) ?? Infinity) < now),
    inProgress: activities.filter(({ status }) => status === 'inProgress'),
    completed: activities.filter((one) => !isOpen(one)),
    recommended: activities.filter((one) => isRecommended(one) && isOpen(one)),
    selfInitiated: activities.filter((one) => !isAssigned(one)),
  };
}

export function MyLearning() {
  const person = useSession()?.person;
  const shown = useTenant()?.id;
  const tenant = useIsLearner() ? person?.tenantId : shown;
  return tenant === undefined ? <Loading /> : <LearningOf tenant={tenant} />;
}

const MOST = 999;

function LearningOf({ tenant }: { readonly tenant: string }) {
  const styles = useStyles();
  const search = useSearch({ from: '/my' });
  const navigate = useNavigate();
  const [group, setGroup] = useState<GroupName>('assigned');
  const now = useSandbox()?.clock.now;
  const isLearner = useIsLearner();
  const person = useSession()?.person;
  const self = person?.tenantId === tenant ? person.userId : undefined;
  const { data: users } = useQuery({
    queryKey: ['graph', tenant, 'first users'],
    queryFn: async () => (await graph<GraphPage<User>>('/users?$top=100&$orderby=displayName', { tenant })).value,
    enabled: !isLearner,
  });
  const user = isLearner ? self : (search.user ?? self ?? users?.[0]?.id);
  const shownUser = useQuery(usersOf(tenant, user === undefined || isLearner ? [] : [user])).data?.get(user ?? '');
  const query = useQuery({
    queryKey: ['graph', tenant, 'my', user],
    queryFn: async () =>
      (
        await graph<GraphPage<Activity>>(`/me/employeeExperience/learningCourseActivities?$top=${MOST}`, {
          tenant,
          actor: { kind: 'user', id: user ?? '' },
          headers: { Prefer: 'include-unknown-enum-members' },
        })
      ).value,
    enabled: user !== undefined,
  });
  const activities = query.data ?? [];
  const places = [
    ...new Map(
      activities.map((one) => [
        one.learningContentId,
        { content: one.learningContentId, provider: one.learningProviderId },
      ]),
    ).values(),
  ];
  const known = useQuery({ ...contentsOf(tenant, places), enabled: places.length > 0 && !isLearner }).data;
  const own = useQuery({ ...ownContents, enabled: isLearner }).data;
  const contents: ReadonlyMap<string, LinkedContent> | undefined = isLearner ? own : known;
  const time = now === undefined ? Date.now() : Date.parse(now);
  const groups = groupsOf(activities, time);
  const shown = groups[group];
  return (
    <Page
      title={isLearner ? texts.sections.my : pageTexts.my.title(shownUser?.displayName ?? undefined)}
      lead={isLearner ? pageTexts.my.ownLead : pageTexts.my.lead}
      actions={
        isLearner ? undefined : (
          <Field label={pageTexts.my.person} className={styles.person}>
            <Dropdown
              value={shownUser?.displayName ?? ''}
              selectedOptions={user === undefined ? [] : [user]}
              onOptionSelect={(_, { optionValue }) =>
                void navigate({ to: '/my', search: optionValue === undefined ? {} : { user: optionValue } })
              }
            >
              {(users ?? []).map(({ id, displayName, userPrincipalName }) => (
                <Option key={id} value={id} text={displayName ?? userPrincipalName}>
                  {displayName ?? userPrincipalName}
                </Option>
              ))}
            </Dropdown>
          </Field>
        )
      }
    >
      <PageTabs labels={labelsOf(groups)} selected={group} onSelect={(name) => setGroup(name)} />
      {query.error !== null && <Failure problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && user !== undefined ? (
        <Loading />
      ) : shown.length === 0 ? (
        <Empty title={pageTexts.my.none}>{pageTexts.my.noneHint[group]}</Empty>
      ) : (
        <ul className={styles.cards}>
          {shown.map((activity) => (
            <li key={activity.id}>
              <ActivityCard activity={activity} content={contents?.get(activity.learningContentId)} now={time} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

function labelsOf(groups: Record<GroupName, readonly Activity[]>): Record<GroupName, string> {
  const names = Object.keys(groups) as GroupName[];
  const labels = names.map((name) => [name, `${pageTexts.my.groups[name]} (${formatNumber(groups[name].length)})`]);
  return Object.fromEntries(labels) as Record<GroupName, string>;
}

interface ActivityCardProps {
  readonly activity: Activity;
  readonly content: LinkedContent | undefined;
  readonly now: number;
}

function ActivityCard({ activity, content, now }: ActivityCardProps) {
  const styles = useStyles();
  const due = dueOf(activity);
  const isLate = due !== undefined && due < now && activity.status !== 'completed';
  const share = (activity.completionPercentage ?? 0) / 100;
  return (
    <Panel>
      {content === undefined ? (
        <Text weight="semibold" size={400}>
          {activity.learningContentId}
        </Text>
      ) : (
        <a href={content.contentWebUrl} target="_blank" rel="noreferrer" className={styles.title}>
          <Text weight="semibold" size={400}>
            {content.title} <OpenRegular aria-label={pageTexts.my.open} />
          </Text>
        </a>
      )}
      <div className={styles.meta}>
        <StatusBadge status={activity.status} />
        {activity.assignmentType !== undefined && (
          <Badge appearance="outline">
            {pageTexts.my.assignmentTypes[activity.assignmentType] ?? activity.assignmentType}
          </Badge>
        )}
      </div>
      <ProgressBar value={share} aria-label={pageTexts.my.progress(Math.round(share * 100))} thickness="large" />
      {due !== undefined && activity.dueDateTime && (
        <Text className={isLate ? styles.late : undefined}>
          {pageTexts.my.due(formatZoned(activity.dueDateTime), formatDistance(due, now))}
        </Text>
      )}
      {activity.completedDateTime !== null && (
        <Text>{pageTexts.my.completed(formatDate(activity.completedDateTime))}</Text>
      )}
      {activity.notes?.content && <Text className={styles.notes}>{activity.notes.content}</Text>}
    </Panel>
  );
}
