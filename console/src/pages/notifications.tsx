/** The subscriptions of a tenant's apps, and what became of the notifications. */
import { Badge } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { AppDescription, SubscriptionDescription } from '../../../src/library/admin-types.ts';
import { useProviders } from '../api/names.ts';
import { admin } from '../api/server.ts';
import { useTenant } from '../api/tenant.ts';
import { notificationTexts } from '../notifications/notification-texts.ts';
import { describeChanges, describeResource, describeStanding } from '../notifications/outcome.ts';
import { SubscriptionDrawer, subscriptionsOf } from '../notifications/subscription-drawer.tsx';
import { Code } from '../parts/copy.tsx';
import type { Column } from '../parts/data-table.tsx';
import { formatMoment, formatRecent } from '../parts/format.ts';
import { Listed } from '../parts/listed.tsx';
import { Page } from '../parts/page.tsx';
import { Question } from '../parts/question.tsx';
import { Empty, Loading } from '../parts/states.tsx';
import { texts } from '../texts.ts';

const REFRESH_MS = 3_000;

const DAY_MS = 86_400_000;

/** That can be sent as it is, but for the endpoint. */
function newExample(): string {
  const body = {
    changeType: 'created,updated,deleted',
    notificationUrl: 'https://app.example/notifications',
    resource: 'employeeExperience/learningCourseActivities',
    expirationDateTime: new Date(Date.now() + DAY_MS).toISOString(),
    clientState: 'a secret of the app',
  };
  return `POST /v1.0/subscriptions\nContent-Type: application/json\n\n${JSON.stringify(body, undefined, 2)}\n`;
}

export function Notifications() {
  const tenant = useTenant()?.id;
  return (
    <Page title={texts.sections.notifications} lead={notificationTexts.lead}>
      {tenant === undefined ? <Loading /> : <Subscriptions tenant={tenant} />}
    </Page>
  );
}

function Subscriptions({ tenant }: { readonly tenant: string }) {
  const { open } = useSearch({ from: '/notifications' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [example] = useState(newExample);
  const [removing, setRemoving] = useState<SubscriptionDescription>();
  const providers = useProviders(tenant);
  const { data: apps } = useQuery({
    queryKey: ['graph', tenant, 'apps'],
    queryFn: async () => (await admin<{ readonly value: readonly AppDescription[] }>(`/apps?tenant=${tenant}`)).value,
  });
  const query = useQuery({
    queryKey: subscriptionsOf(tenant),
    queryFn: async () => {
      const path = `/subscriptions?tenant=${tenant}`;
      return (await admin<{ readonly value: readonly SubscriptionDescription[] }>(path)).value;
    },
    refetchInterval: REFRESH_MS,
  });
  const show = (id?: string): void =>
    void navigate({ to: '/notifications', search: id === undefined ? {} : { open: id } });
  const appOf = ({ appId }: SubscriptionDescription): string =>
    apps?.find(({ clientId }) => clientId === appId)?.displayName ?? appId ?? texts.values.missing;
  const titleOf = ({ resource }: SubscriptionDescription): string =>
    describeResource(resource, (id) => providers?.find((provider) => provider.id === id)?.displayName ?? id);
  const columns: readonly Column<SubscriptionDescription>[] = [
    { name: 'resource', label: notificationTexts.resource, show: titleOf },
    { name: 'endpoint', label: notificationTexts.endpoint, show: ({ endpoint }) => endpoint },
    { name: 'app', label: notificationTexts.app, show: appOf },
    { name: 'state', label: notificationTexts.state, show: (one) => <StandingBadge subscription={one} /> },
    {
      name: 'last',
      label: notificationTexts.lastDelivery,
      show: ({ lastDelivery }) =>
        lastDelivery === null ? notificationTexts.never : formatRecent(lastDelivery.sentDateTime),
    },
    {
      name: 'ends',
      label: notificationTexts.ends,
      show: ({ expirationDateTime }) =>
        expirationDateTime === null ? notificationTexts.never : formatMoment(expirationDateTime),
    },
    { name: 'changes', label: notificationTexts.changes, show: ({ changeType }) => describeChanges(changeType) },
  ];
  const shown = query.data?.find(({ id }) => id === open);
  return (
    <>
      <Listed
        label={texts.sections.notifications}
        columns={columns}
        query={query}
        empty={
          <>
            <Empty title={notificationTexts.none}>{notificationTexts.noneHint}</Empty>
            <Code text={example} label={notificationTexts.example} />
          </>
        }
        keyOf={({ id }) => id}
        openKey={open}
        onOpen={({ id }) => show(id)}
      />
      {shown !== undefined && removing === undefined && (
        <SubscriptionDrawer
          tenant={tenant}
          subscription={shown}
          title={titleOf(shown)}
          app={appOf(shown)}
          onRemove={() => setRemoving(shown)}
          onClose={() => show()}
        />
      )}
      {removing !== undefined && (
        <Question
          title={notificationTexts.removeTitle(appOf(removing))}
          hint={notificationTexts.removeHint(removing.endpoint)}
          confirm={notificationTexts.remove}
          onConfirm={async () => {
            await admin(`/subscriptions/${removing.id}?tenant=${tenant}`, { method: 'DELETE' });
            show();
            await queries.invalidateQueries({ queryKey: subscriptionsOf(tenant) });
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}

function StandingBadge({ subscription }: { readonly subscription: SubscriptionDescription }) {
  const { colour, label } = describeStanding(subscription);
  return (
    <Badge appearance="tint" color={colour}>
      {label}
    </Badge>
  );
}
