import { Button } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { CheckmarkRegular } from '@fluentui/react-icons/svg/checkmark';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { propertiesOf, propertiesOfAll } from '../api/model.ts';
import { contentsOf, distinct, useProviders, usersOf } from '../api/names.ts';
import { graph } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { useTenant } from '../api/tenant.ts';
import { ActivityForm } from '../parts/activity-form.tsx';
import { EntityList } from '../parts/entity-list.tsx';
import type { Entity } from '../parts/entity-value.tsx';
import { toLabel } from '../parts/format.ts';
import { ProviderPicker } from '../parts/provider-picker.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const TYPE_NAME = '#microsoft.graph.';
const properties = propertiesOfAll('learningCourseActivity');
const actor = { kind: 'application' } as const;

export function Activities() {
  const tenant = useTenant()?.id;
  return tenant === undefined ? <Loading /> : <ActivitiesOf tenant={tenant} />;
}

function ActivitiesOf({ tenant }: { readonly tenant: string }) {
  const { provider } = useSearch({ from: '/activities' });
  const [isCreating, setCreating] = useState(false);
  const isViewer = useSession()?.role === 'viewer';
  const path =
    provider === undefined
      ? '/employeeExperience/learningCourseActivities'
      : `/employeeExperience/learningProviders/${provider}/learningCourseActivities`;
  return (
    <>
      <EntityList
        key={path}
        title={texts.sections.activities}
        lead={pageTexts.activities.lead}
        tenant={tenant}
        actor={actor}
        path={path}
        properties={properties}
        columns={[
          'learningContentId',
          'learnerUserId',
          'status',
          'completionPercentage',
          'dueDateTime',
          'type',
          'completedDateTime',
        ]}
        useShow={(rows) => useNames(tenant, rows)}
        pathOf={pathOf}
        filterBar={<ProviderPicker tenant={tenant} value={provider} all={pageTexts.providers.all} />}
        empty={pageTexts.activities.empty}
        update={(activity) => propertiesOf(typeOf(activity) as 'learningAssignment')}
        canDelete
        detailActions={(activity) => <CompleteButton tenant={tenant} activity={activity} />}
        actions={
          !isViewer && (
            <Button appearance="primary" icon={<AddRegular />} onClick={() => setCreating(true)}>
              {pageTexts.activities.create}
            </Button>
          )
        }
      />
      {isCreating && <ActivityForm tenant={tenant} provider={provider} onClose={() => setCreating(false)} />}
    </>
  );
}

export function typeOf(activity: Entity): string {
  return String(activity['@odata.type']).slice(TYPE_NAME.length);
}

function pathOf({ id, learningProviderId }: Entity): string {
  return `/employeeExperience/learningProviders/${String(learningProviderId)}/learningCourseActivities/${encodeURIComponent(id)}`;
}

/** Learners and contents by name, with the id where there is none. */
function useNames(tenant: string, rows: readonly Entity[]) {
  const { data: users } = useQuery(
    usersOf(tenant, distinct(rows.flatMap((row) => [row['learnerUserId'] as string, row['assignerUserId'] as string]))),
  );
  const places = new Map(rows.map((row) => [String(row['learningContentId']), String(row['learningProviderId'])]));
  const contents = useQuery(
    contentsOf(
      tenant,
      [...places].map(([content, provider]) => ({ content, provider })),
    ),
  ).data;
  const providers = useProviders(tenant);
  return (name: string, activity: Entity): ReactNode => {
    const value = activity[name];
    if (name === 'type') return toLabel(typeOf(activity));
    if (name === 'learnerUserId' || name === 'assignerUserId')
      return users?.get(String(value))?.displayName ?? undefined;
    if (name === 'learningContentId') return contents?.get(String(value))?.title;
    if (name === 'learningProviderId') return providers?.find(({ id }) => id === value)?.displayName;
    return undefined;
  };
}

interface CompleteButtonProps {
  readonly tenant: string;
  readonly activity: Entity;
}

/** The change that most are about, in one press, of an activity that has not been completed. */
function CompleteButton({ tenant, activity }: CompleteButtonProps) {
  const queries = useQueryClient();
  const isViewer = useSession()?.role === 'viewer';
  const isCompleted = activity['status'] === 'completed';
  const [wasCompleted] = useState(isCompleted);
  const complete = useMutation({
    mutationFn: () =>
      graph(pathOf(activity), {
        tenant,
        actor,
        method: 'PATCH',
        body: {
          '@odata.type': activity['@odata.type'],
          status: 'completed',
          completionPercentage: 100,
          completedDateTime: new Date().toISOString(),
        },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['graph', tenant] }),
  });
  if (isViewer || wasCompleted) return null;
  // It stays when it is done, and keeps the focus: with it, Escape would be lost.
  return (
    <>
      {complete.error !== null && <Failure problem={complete.error} />}
      <Button
        icon={<CheckmarkRegular />}
        disabledFocusable={complete.isPending || isCompleted}
        onClick={() => complete.mutate()}
      >
        {pageTexts.activities.complete}
      </Button>
    </>
  );
}
