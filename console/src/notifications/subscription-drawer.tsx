/** One subscription: what it is, its requests and what was answered, and what can be done about it. */
import { Badge, Button, Subtitle2, Text } from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons/svg/arrow-clockwise';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { NotificationDelivery, SubscriptionDescription } from '../../../src/library/admin-types.ts';
import { admin } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatMoment, formatNumber, formatRecent } from '../parts/format.ts';
import { Listed } from '../parts/listed.tsx';
import { Empty, Failure } from '../parts/states.tsx';
import { notificationTexts as texts } from './notification-texts.ts';
import { describeOutcome } from './outcome.ts';

const MOST = 100;
const REFRESH_MS = 3_000;

export const subscriptionsOf = (tenant: string) => ['graph', tenant, 'subscriptions'] as const;

export interface SubscriptionDrawerProps {
  readonly tenant: string;
  readonly subscription: SubscriptionDescription;
  /** What the list calls it. */
  readonly title: string;
  readonly app: string;
  onRemove(): void;
  onClose(): void;
}

export function SubscriptionDrawer(props: SubscriptionDrawerProps) {
  const { tenant, subscription, title, app, onRemove, onClose } = props;
  const queries = useQueryClient();
  const isAdministrator = useSession()?.role === 'administrator';
  const { id, waiting, dead, oldestWaitingDateTime, expirationDateTime } = subscription;
  const redeliver = useMutation({
    mutationFn: () => admin(`/subscriptions/${id}/redeliver?tenant=${tenant}`, { method: 'POST' }),
    onSettled: () => queries.invalidateQueries({ queryKey: subscriptionsOf(tenant) }),
  });
  return (
    <Drawer
      title={title}
      isWide
      onClose={onClose}
      footer={
        isAdministrator && (
          <>
            {dead > 0 && (
              <Button
                appearance="primary"
                icon={<ArrowClockwiseRegular />}
                disabled={redeliver.isPending}
                onClick={() => redeliver.mutate()}
              >
                {texts.redeliver(formatNumber(dead))}
              </Button>
            )}
            <Button icon={<DeleteRegular />} onClick={onRemove}>
              {texts.remove}
            </Button>
          </>
        )
      }
    >
      {redeliver.error !== null && <Failure problem={redeliver.error} />}
      <Facts
        facts={[
          [texts.app, app],
          [texts.endpoint, subscription.endpoint],
          [texts.path, subscription.resource],
          [texts.changes, subscription.changeType.split(',').join(', ')],
          [texts.ends, expirationDateTime === null ? texts.never : formatMoment(expirationDateTime)],
          [
            texts.waiting,
            oldestWaitingDateTime === null
              ? formatNumber(waiting)
              : texts.waitingSince(formatNumber(waiting), formatRecent(oldestWaitingDateTime)),
          ],
          [texts.dead, formatNumber(dead)],
          [texts.id, id],
        ]}
      />
      <Subtitle2 as="h3">{texts.deliveries}</Subtitle2>
      <Deliveries tenant={tenant} id={id} />
    </Drawer>
  );
}

const COLUMNS: readonly Column<NotificationDelivery>[] = [
  { name: 'sentAt', label: texts.sentAt, show: ({ sentDateTime }) => formatRecent(sentDateTime) },
  {
    name: 'status',
    label: texts.status,
    show: ({ status, problem }) => (
      <Badge appearance="tint" color={problem === null ? 'success' : 'danger'}>
        {status ?? texts.noAnswer}
      </Badge>
    ),
  },
  { name: 'outcome', label: texts.outcome, isWrapped: true, show: (delivery) => describeOutcome(delivery) },
  {
    name: 'count',
    label: texts.count,
    isNumber: true,
    show: ({ notifications }) => formatNumber(notifications),
  },
  {
    name: 'took',
    label: texts.took,
    isNumber: true,
    show: ({ tookMs }) => texts.milliseconds(formatNumber(tookMs)),
  },
];

function Deliveries({ tenant, id }: { readonly tenant: string; readonly id: string }) {
  const query = useQuery({
    queryKey: [...subscriptionsOf(tenant), id],
    queryFn: async () => {
      const query = new URLSearchParams({ tenant, subscription: id, limit: String(MOST) });
      const path = `/subscriptions/deliveries?${query}`;
      return (await admin<{ readonly value: readonly NotificationDelivery[] }>(path)).value;
    },
    refetchInterval: REFRESH_MS,
  });
  return (
    <>
      <Listed
        label={texts.deliveries}
        columns={COLUMNS}
        query={query}
        empty={<Empty title={texts.noDelivery}>{texts.noDeliveryHint}</Empty>}
        keyOf={(delivery) => String(query.data?.indexOf(delivery))}
      />
      {query.data?.length === MOST && <Text size={200}>{texts.first(formatNumber(MOST))}</Text>}
    </>
  );
}
