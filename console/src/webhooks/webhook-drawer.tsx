/** One webhook: how it stands, what was sent to it, and what can be done with it. */
import {
  Badge,
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components';
import { ArrowRepeatAllRegular } from '@fluentui/react-icons/svg/arrow-repeat-all';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { KeyRegular } from '@fluentui/react-icons/svg/key';
import { SendRegular } from '@fluentui/react-icons/svg/send';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Webhook, WebhookDelivery } from '../../../src/library/admin-types.ts';
import { useProviders } from '../api/names.ts';
import { admin } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { notificationTexts } from '../notifications/notification-texts.ts';
import { describeOutcome } from '../notifications/outcome.ts';
import { Drawer } from '../parts/details.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatMoment, formatNumber, formatRecent } from '../parts/format.ts';
import { PageTabs } from '../parts/page-tabs.tsx';
import { Failure } from '../parts/states.tsx';
import { texts as sharedTexts } from '../texts.ts';
import { DeadLetters, Deliveries, webhooksOf } from './messages.tsx';
import { webhookTexts as texts } from './webhook-texts.ts';

const useStyles = makeStyles({
  events: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
  bar: { flexShrink: 0 },
});

const TABS = { deliveries: Deliveries, dead: DeadLetters } as const;

/** What takes the place of the drawer. */
export type WebhookAction = 'edit' | 'rotate' | 'replay' | 'remove';

export interface WebhookDrawerProps {
  readonly tenant: string;
  readonly webhook: Webhook;
  readonly state: React.ReactNode;
  pathOf(action: string): string;
  onAction(action: WebhookAction): void;
  onClose(): void;
}

export function WebhookDrawer({ tenant, webhook, state, pathOf, onAction, onClose }: WebhookDrawerProps) {
  const styles = useStyles();
  const queries = useQueryClient();
  const isAdministrator = useSession()?.role === 'administrator';
  const providers = useProviders(tenant);
  const [tab, setTab] = useState<keyof typeof TABS>('deliveries');
  const Shown = TABS[tab];
  const { id, url, events, registrationIds, description, waiting, dead, oldestWaitingDateTime } = webhook;
  const attempt = useMutation({
    mutationFn: () => admin<WebhookDelivery>(pathOf('test'), { method: 'POST' }),
    onSettled: () => queries.invalidateQueries({ queryKey: webhooksOf(tenant) }),
  });
  const nameOf = (provider: string): string => providers?.find((one) => one.id === provider)?.displayName ?? provider;
  return (
    <Drawer
      title={url}
      isWide
      onClose={onClose}
      footer={
        isAdministrator && (
          <>
            <Button icon={<SendRegular />} disabledFocusable={attempt.isPending} onClick={() => attempt.mutate()}>
              {texts.test}
            </Button>
            <Button onClick={() => onAction('edit')}>{sharedTexts.actions.edit}</Button>
            <Button icon={<KeyRegular />} onClick={() => onAction('rotate')}>
              {texts.rotate}
            </Button>
            <Button icon={<ArrowRepeatAllRegular />} onClick={() => onAction('replay')}>
              {texts.replay}
            </Button>
            <Button icon={<DeleteRegular />} onClick={() => onAction('remove')}>
              {texts.remove}
            </Button>
          </>
        )
      }
    >
      {attempt.error !== null && <Failure problem={attempt.error} />}
      {attempt.data !== undefined && <TestResult {...attempt.data} />}
      <Facts
        facts={[
          [texts.description, description],
          [
            texts.events,
            <span key="events" className={styles.events}>
              {events.map((name) => (
                <Badge key={name} appearance="outline" color="informative">
                  {name}
                </Badge>
              ))}
            </span>,
          ],
          [texts.providers, registrationIds === null ? texts.allProviders : registrationIds.map(nameOf).join(', ')],
          [texts.state, state],
          [texts.failingSince, momentOf(webhook.failingSinceDateTime)],
          [
            notificationTexts.waiting,
            oldestWaitingDateTime === null
              ? formatNumber(waiting)
              : notificationTexts.waitingSince(formatNumber(waiting), formatRecent(oldestWaitingDateTime)),
          ],
          [texts.previousSecret, momentOf(webhook.previousSecretEndDateTime)],
          [texts.createdAt, momentOf(webhook.createdDateTime)],
          [texts.id, id],
        ]}
      />
      <PageTabs
        labels={{ deliveries: texts.tabs.deliveries, dead: `${texts.tabs.dead} (${formatNumber(dead)})` }}
        selected={tab}
        onSelect={(name) => setTab(name)}
      />
      <Shown tenant={tenant} webhook={id} />
    </Drawer>
  );
}

function TestResult(delivery: WebhookDelivery) {
  const styles = useStyles();
  const isAccepted = delivery.problem === null;
  return (
    <MessageBar intent={isAccepted ? 'success' : 'error'} layout="multiline" className={styles.bar} role="status">
      <MessageBarBody>
        <MessageBarTitle>{isAccepted ? texts.testDone : texts.testFailed}</MessageBarTitle>
        {isAccepted
          ? `${delivery.status} · ${formatNumber(delivery.tookMs)} ms`
          : describeOutcome(delivery, texts.outcomes)}
      </MessageBarBody>
    </MessageBar>
  );
}

function momentOf(text: string | null): string | null {
  return text && formatMoment(text);
}
