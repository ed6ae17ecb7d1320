/** What was sent to a webhook and answered, and what was given up. */
import { Badge, Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons/svg/arrow-clockwise';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { WebhookDeadLetter, WebhookDelivery } from '../../../src/library/admin-types.ts';
import { useProviders } from '../api/names.ts';
import { admin } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { notificationTexts } from '../notifications/notification-texts.ts';
import { describeOutcome } from '../notifications/outcome.ts';
import type { Column } from '../parts/data-table.tsx';
import { formatNumber, formatRecent, toLabel } from '../parts/format.ts';
import { Listed } from '../parts/listed.tsx';
import { Empty, Failure } from '../parts/states.tsx';
import { webhookTexts as texts } from './webhook-texts.ts';

const MOST = 100;
const REFRESH_MS = 3_000;

export const webhooksOf = (tenant: string) => ['graph', tenant, 'webhooks'] as const;

const useStyles = makeStyles({
  message: {
    display: 'block',
    maxWidth: '200px',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    color: tokens.colorNeutralForeground2,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
  },
  cell: { minWidth: 0, maxWidth: '100%' },
  answer: { display: 'block', fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
});

export interface MessagesProps {
  readonly tenant: string;
  /** Its id. */
  readonly webhook: string;
}

function useMessages<Row>({ tenant, webhook }: MessagesProps, list: 'deliveries' | 'dead-letters') {
  return useQuery({
    queryKey: [...webhooksOf(tenant), webhook, list],
    queryFn: async () => {
      const query = new URLSearchParams({ tenant, webhook, limit: String(MOST) });
      return (await admin<{ readonly value: readonly Row[] }>(`/webhooks/${list}?${query}`)).value;
    },
    refetchInterval: REFRESH_MS,
  });
}

/** With the id that the receiver sees. */
function EventCell({ event, message }: Pick<WebhookDelivery, 'event' | 'message'>) {
  const styles = useStyles();
  return (
    <div className={styles.cell}>
      {event}
      <span className={styles.message} title={message}>
        {message}
      </span>
    </div>
  );
}

function OutcomeCell(delivery: WebhookDelivery) {
  const styles = useStyles();
  return (
    <div className={styles.cell}>
      {describeOutcome(delivery, texts.outcomes)}
      {delivery.answer !== '' && <code className={styles.answer}>{delivery.answer}</code>}
    </div>
  );
}

const COLUMNS: readonly Column<WebhookDelivery>[] = [
  { name: 'sentAt', label: texts.sentAt, show: ({ sentDateTime }) => formatRecent(sentDateTime) },
  { name: 'event', label: texts.event, show: (one) => <EventCell {...one} /> },
  {
    name: 'status',
    label: notificationTexts.status,
    show: ({ status, problem }) => (
      <Badge appearance="tint" color={problem === null ? 'success' : 'danger'}>
        {status ?? notificationTexts.noAnswer}
      </Badge>
    ),
  },
  { name: 'answer', label: texts.answer, isWrapped: true, show: (one) => <OutcomeCell {...one} /> },
  { name: 'attempt', label: texts.attempt, isNumber: true, show: ({ attempt }) => formatNumber(attempt) },
  {
    name: 'took',
    label: notificationTexts.took,
    isNumber: true,
    show: ({ tookMs }) => notificationTexts.milliseconds(formatNumber(tookMs)),
  },
];

export function Deliveries(props: MessagesProps) {
  const query = useMessages<WebhookDelivery>(props, 'deliveries');
  return (
    <>
      <Listed
        label={texts.tabs.deliveries}
        columns={COLUMNS}
        query={query}
        empty={<Empty title={texts.noDelivery}>{texts.noDeliveryHint}</Empty>}
        keyOf={({ message, attempt, sentDateTime }) => `${message} ${attempt} ${sentDateTime}`}
      />
      {query.data?.length === MOST && <Text size={200}>{texts.shown(formatNumber(MOST))}</Text>}
    </>
  );
}

/** `status 503`, or the name of an error. */
function describeProblem(problem: string | null): string {
  const [, status] = /^status (\d+)$/.exec(problem ?? '') ?? [];
  return describeOutcome({ problem, status: status === undefined ? null : Number(status) }, texts.outcomes);
}

export function DeadLetters(props: MessagesProps) {
  const { tenant, webhook } = props;
  const queries = useQueryClient();
  const isAdministrator = useSession()?.role === 'administrator';
  const providers = useProviders(tenant);
  const query = useMessages<WebhookDeadLetter>(props, 'dead-letters');
  const redeliver = useMutation({
    mutationFn: (body: { readonly message?: string }) =>
      admin(`/webhooks/${webhook}/redeliver?tenant=${tenant}`, { method: 'POST', body }),
    onSettled: () => queries.invalidateQueries({ queryKey: webhooksOf(tenant) }),
  });
  const columns: readonly Column<WebhookDeadLetter>[] = [
    { name: 'event', label: texts.event, show: (one) => <EventCell {...one} /> },
    { name: 'firstAt', label: texts.firstAt, show: ({ createdDateTime }) => formatRecent(createdDateTime) },
    { name: 'problem', label: texts.problem, isWrapped: true, show: ({ problem }) => describeProblem(problem) },
    { name: 'attempts', label: texts.attempts, isNumber: true, show: ({ attempts }) => formatNumber(attempts) },
    {
      name: 'provider',
      label: toLabel('learningProviderId'),
      show: ({ registrationId }) => providers?.find(({ id }) => id === registrationId)?.displayName ?? registrationId,
    },
  ];
  const actions: Column<WebhookDeadLetter> = {
    name: 'actions',
    label: texts.actions,
    show: ({ message }) => (
      <Button
        size="small"
        aria-label={texts.redeliverOne(message)}
        disabled={redeliver.isPending}
        onClick={() => redeliver.mutate({ message })}
      >
        {texts.redeliver}
      </Button>
    ),
  };
  return (
    <>
      {redeliver.error !== null && <Failure problem={redeliver.error} />}
      {isAdministrator && (query.data?.length ?? 0) > 1 && (
        <div>
          <Button icon={<ArrowClockwiseRegular />} disabled={redeliver.isPending} onClick={() => redeliver.mutate({})}>
            {texts.redeliverAll}
          </Button>
        </div>
      )}
      <Listed
        label={texts.tabs.dead}
        columns={isAdministrator ? [...columns, actions] : columns}
        query={query}
        empty={<Empty title={texts.noDead}>{texts.noDeadHint}</Empty>}
        keyOf={({ message }) => message}
      />
      {query.data?.length === MOST && <Text size={200}>{texts.shown(formatNumber(MOST))}</Text>}
    </>
  );
}
