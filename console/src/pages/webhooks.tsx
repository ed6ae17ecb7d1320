/** The webhooks of a tenant: where messages go, and whether they arrive. */
import { Badge, Button, Switch } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { MadeWebhook, Webhook } from '../../../src/library/admin-types.ts';
import { WEBHOOK_EVENT_NAMES } from '../../../src/model/webhook.ts';
import { SHOWN_ABOVE } from '../api/action-problem.ts';
import { admin } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { useTenant } from '../api/tenant.ts';
import { describeStanding } from '../notifications/outcome.ts';
import type { Standing } from '../notifications/outcome.ts';
import type { Column } from '../parts/data-table.tsx';
import { formatNumber, formatRecent } from '../parts/format.ts';
import { Listed } from '../parts/listed.tsx';
import { Page } from '../parts/page.tsx';
import { Question } from '../parts/question.tsx';
import { SecretOnce } from '../parts/secret-once.tsx';
import { Empty, Loading } from '../parts/states.tsx';
import { texts } from '../texts.ts';
import { webhooksOf } from '../webhooks/messages.tsx';
import { Replay, Rotate } from '../webhooks/webhook-actions.tsx';
import { WebhookDrawer } from '../webhooks/webhook-drawer.tsx';
import type { WebhookAction } from '../webhooks/webhook-drawer.tsx';
import { WebhookForm } from '../webhooks/webhook-form.tsx';
import { webhookTexts } from '../webhooks/webhook-texts.ts';

const REFRESH_MS = 3_000;

export function Webhooks() {
  const tenant = useTenant()?.id;
  return tenant === undefined ? <Loading /> : <WebhooksOf key={tenant} tenant={tenant} />;
}

function WebhooksOf({ tenant }: { readonly tenant: string }) {
  const { open } = useSearch({ from: '/webhooks' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const isAdministrator = useSession()?.role === 'administrator';
  const [action, setAction] = useState<WebhookAction | 'add'>();
  const [secret, setSecret] = useState<string>();
  const query = useQuery({
    queryKey: webhooksOf(tenant),
    queryFn: async () => (await admin<{ readonly value: readonly Webhook[] }>(`/webhooks?tenant=${tenant}`)).value,
    refetchInterval: REFRESH_MS,
  });
  const shown = query.data?.find(({ id }) => id === open);
  const show = (id?: string): void => void navigate({ to: '/webhooks', search: id === undefined ? {} : { open: id } });
  const stay = (): void => setAction(undefined);
  const pathOf = (id: string, path = ''): string => `/webhooks/${id}${path}?tenant=${tenant}`;
  const refresh = () => queries.invalidateQueries({ queryKey: webhooksOf(tenant) });
  const change = async (id: string, body: object): Promise<void> => {
    await admin(pathOf(id), { method: 'PATCH', body });
    await refresh();
  };
  const actionsOf =
    ({ id }: Webhook) =>
    (name: string) =>
      pathOf(id, `/${name}`);
  const columns: readonly Column<Webhook>[] = [
    { name: 'url', label: webhookTexts.url, isLong: true, show: ({ url }) => url },
    { name: 'events', label: webhookTexts.events, show: ({ events }) => describeEvents(events) },
    { name: 'state', label: webhookTexts.state, show: (one) => <StateBadge webhook={one} /> },
    {
      name: 'last',
      label: webhookTexts.lastDelivery,
      show: ({ lastDelivery }) =>
        lastDelivery === null ? webhookTexts.never : formatRecent(lastDelivery.sentDateTime),
    },
    { name: 'enabled', label: webhookTexts.enabled, show: (one) => <EnabledSwitch webhook={one} onChange={change} /> },
    { name: 'description', label: webhookTexts.description, show: ({ description }) => description },
  ];
  return (
    <Page
      title={texts.sections.webhooks}
      lead={webhookTexts.lead}
      actions={
        isAdministrator && (
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setAction('add')}>
            {webhookTexts.add}
          </Button>
        )
      }
    >
      <Listed
        label={texts.sections.webhooks}
        columns={columns}
        query={query}
        empty={<Empty title={webhookTexts.none}>{webhookTexts.noneHint}</Empty>}
        keyOf={({ id }) => id}
        openKey={open}
        onOpen={({ id }) => show(id)}
      />
      {shown !== undefined && action === undefined && secret === undefined && (
        <WebhookDrawer
          tenant={tenant}
          webhook={shown}
          state={<StateBadge webhook={shown} />}
          pathOf={actionsOf(shown)}
          onAction={setAction}
          onClose={() => show()}
        />
      )}
      {action === 'add' && (
        <WebhookForm
          tenant={tenant}
          onSend={async (body) => {
            const made = await admin<MadeWebhook>(`/webhooks?tenant=${tenant}`, { method: 'POST', body });
            setSecret(made.secret);
            await refresh();
            show(made.webhook.id);
          }}
          onClose={stay}
        />
      )}
      {shown !== undefined && action === 'edit' && (
        <WebhookForm tenant={tenant} stored={shown} onSend={(draft) => change(shown.id, draft)} onClose={stay} />
      )}
      {shown !== undefined && action === 'rotate' && (
        <Rotate
          pathOf={actionsOf(shown)}
          onSecret={(made) => {
            setSecret(made);
            stay();
            void refresh();
          }}
          onClose={stay}
        />
      )}
      {shown !== undefined && action === 'replay' && <Replay pathOf={actionsOf(shown)} onClose={stay} />}
      {shown !== undefined && action === 'remove' && (
        <Question
          title={webhookTexts.removeTitle}
          hint={webhookTexts.removeHint(shown.url)}
          confirm={webhookTexts.remove}
          onConfirm={async () => {
            await admin(pathOf(shown.id), { method: 'DELETE' });
            show();
            await refresh();
          }}
          onClose={stay}
        />
      )}
      {secret !== undefined && (
        <SecretOnce
          title={webhookTexts.secret}
          hint={webhookTexts.secretHint}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </Page>
  );
}

function describeEvents(events: Webhook['events']): string {
  const [first = '', ...more] = events;
  if (events.length === WEBHOOK_EVENT_NAMES.length) return webhookTexts.allEvents;
  return more.length === 0 ? first : webhookTexts.moreEvents(first, formatNumber(more.length));
}

function stateOf(webhook: Webhook): Standing {
  const { isEnabled, disabledReason } = webhook;
  if (isEnabled) return describeStanding(webhook);
  if (disabledReason === null) return { colour: 'informative', label: webhookTexts.states.disabled };
  return { colour: 'danger', label: webhookTexts.states[disabledReason] };
}

function StateBadge({ webhook }: { readonly webhook: Webhook }) {
  const { colour, label } = stateOf(webhook);
  return (
    <Badge appearance="tint" color={colour}>
      {label}
    </Badge>
  );
}

interface EnabledSwitchProps {
  readonly webhook: Webhook;
  onChange(id: string, body: object): Promise<void>;
}

function EnabledSwitch({ webhook: { id, url, isEnabled }, onChange }: EnabledSwitchProps) {
  const isAdministrator = useSession()?.role === 'administrator';
  const change = useMutation({
    meta: SHOWN_ABOVE,
    mutationFn: (checked: boolean) => onChange(id, { isEnabled: checked }),
  });
  return (
    <Switch
      checked={change.isPending ? change.variables : isEnabled}
      disabled={!isAdministrator}
      aria-label={webhookTexts.enable(url)}
      onChange={(_, { checked }) => change.mutate(checked)}
    />
  );
}
