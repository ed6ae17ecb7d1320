/** What is not in step with a target: dead letters with what to do about them, what waits, what is skipped. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons/svg/arrow-clockwise';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SyncItem, SyncTargetStatus } from '../../../src/library/admin-types.ts';
import { admin } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { formatInstant, formatNumber } from '../parts/format.ts';
import { PageTabs } from '../parts/page-tabs.tsx';
import { Question } from '../parts/question.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { syncTexts } from './sync-texts.ts';
import { TARGETS } from './target-action.ts';

const texts = syncTexts.items;

const useStyles = makeStyles({
  group: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  words: { flexGrow: 1, minWidth: 'min(100%, 300px)', display: 'flex', flexDirection: 'column' },
  hint: { color: tokens.colorNeutralForeground2 },
  buttons: { display: 'flex', gap: tokens.spacingHorizontalXS },
  // All of it is in the title: it is a learner's id and an activity's, 73 characters.
  id: {
    display: 'inline-block',
    maxWidth: 'clamp(160px, 100vw - 1280px, 316px)',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    verticalAlign: 'bottom',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
  },
});

type ListName = keyof typeof texts.lists;

const MOST = 100;
const REFRESH_MS = 3_000;

export interface TargetItemsProps {
  readonly target: SyncTargetStatus;
  /** Of the target, in the admin API. */
  readonly path: string;
}

export function TargetItems({ target, path }: TargetItemsProps) {
  const styles = useStyles();
  const [list, setList] = useState<ListName>('dead');
  const { data, error } = useQuery({
    queryKey: [...TARGETS, target.name, list],
    queryFn: async () =>
      (await admin<{ readonly value: readonly SyncItem[] }>(`${path}/items?state=${list}&limit=${MOST}`)).value,
    refetchInterval: REFRESH_MS,
  });
  return (
    <section className={styles.group} aria-label={texts.label}>
      <PageTabs
        labels={{
          dead: `${texts.lists.dead} (${formatNumber(target.dead)})`,
          waiting: `${texts.lists.waiting} (${formatNumber(target.waiting)})`,
          skipped: `${texts.lists.skipped} (${formatNumber(target.skipped)})`,
        }}
        selected={list}
        onSelect={(name) => setList(name)}
      />
      {error !== null && <Failure problem={error} />}
      {data === undefined ? (
        error === null && <Loading rows={2} />
      ) : data.length === 0 ? (
        <Empty title={texts.none[list]}>{texts.noneHint[list]}</Empty>
      ) : list === 'dead' ? (
        <DeadLetters items={data} path={path} />
      ) : (
        <ItemTable list={list} items={data} path={path} />
      )}
      {data !== undefined && data.length === MOST && target[list] > MOST && (
        <Text size={200}>{texts.first(formatNumber(MOST))}</Text>
      )}
    </section>
  );
}

interface ItemsProps {
  readonly items: readonly SyncItem[];
  readonly path: string;
}

type Choice = { readonly items: readonly string[] } | { readonly reason: string } | { readonly isAll: true };

function useRetry(path: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Choice) => admin(`${path}/retry`, { method: 'POST', body }),
    onSettled: () => queries.invalidateQueries({ queryKey: TARGETS }),
  });
}

/** Those with the same reason stand together: what is to be done is the same for them. */
function DeadLetters({ items, path }: ItemsProps) {
  const styles = useStyles();
  const isAdministrator = useSession()?.role === 'administrator';
  const retry = useRetry(path);
  const groups = [...Map.groupBy(items, ({ reason }) => reason ?? '')];
  return (
    <>
      {retry.error !== null && <Failure problem={retry.error} />}
      {isAdministrator && groups.length > 1 && (
        <div>
          <Button
            icon={<ArrowClockwiseRegular />}
            disabled={retry.isPending}
            onClick={() => retry.mutate({ isAll: true })}
          >
            {texts.retryAll}
          </Button>
        </div>
      )}
      {groups.map(([reason, some]) => (
        <section key={reason} className={styles.group} aria-label={titleOf(reason)}>
          <div className={styles.head}>
            <div className={styles.words}>
              <Text weight="semibold">{titleOf(reason)}</Text>
              <Text className={styles.hint}>{some[0]?.explanation}</Text>
            </div>
            {isAdministrator && (
              <Button
                icon={<ArrowClockwiseRegular />}
                disabled={retry.isPending}
                onClick={() => retry.mutate({ reason })}
              >
                {texts.retryReason}
              </Button>
            )}
          </div>
          <ItemTable list="dead" items={some} path={path} />
        </section>
      ))}
    </>
  );
}

function titleOf(reason: string): string {
  return Object.entries(syncTexts.reasons).find(([name]) => name === reason)?.[1] ?? reason;
}

function ItemTable({ list, items, path }: ItemsProps & { readonly list: ListName }) {
  const styles = useStyles();
  const queries = useQueryClient();
  const isAdministrator = useSession()?.role === 'administrator';
  const [skipping, setSkipping] = useState<string>();
  const retry = useRetry(path);
  const time = (text: string | null) => text && formatInstant(text);
  const columns: readonly Column<SyncItem>[] = [
    { name: 'kind', label: texts.item, show: ({ kind }) => texts.kinds[kind] },
    { name: 'externalId', label: texts.externalId, show: ({ externalId }) => externalId },
    ...(list === 'waiting'
      ? [{ name: 'since', label: texts.since, show: ({ waitingSince }: SyncItem) => time(waitingSince) }]
      : []),
    {
      name: 'detail',
      label: texts.detail,
      isWrapped: true,
      show: ({ detail }) => detail,
    },
    ...(list === 'dead'
      ? []
      : [
          {
            name: 'attempts',
            label: texts.attempts,
            isNumber: true,
            show: ({ attempts }: SyncItem) => formatNumber(attempts),
          },
          { name: 'sentAt', label: texts.sentAt, show: ({ sentAt }: SyncItem) => time(sentAt) },
        ]),
    {
      name: 'id',
      label: syncTexts.compare.id,
      show: ({ id }) => (
        <span className={styles.id} title={id}>
          {id}
        </span>
      ),
    },
  ];
  const actions: Column<SyncItem> = {
    name: 'actions',
    label: texts.actions,
    show: ({ id }) => (
      <div className={styles.buttons}>
        {list !== 'waiting' && (
          <Button
            size="small"
            aria-label={texts.retryOne(id)}
            disabled={retry.isPending}
            onClick={() => retry.mutate({ items: [id] })}
          >
            {texts.retry}
          </Button>
        )}
        {list !== 'skipped' && (
          <Button size="small" appearance="subtle" aria-label={texts.skipOne(id)} onClick={() => setSkipping(id)}>
            {texts.skip}
          </Button>
        )}
      </div>
    ),
  };
  return (
    <>
      {retry.error !== null && <Failure problem={retry.error} />}
      <DataTable
        label={texts.lists[list]}
        columns={isAdministrator ? [actions, ...columns] : columns}
        rows={items}
        keyOf={({ id, kind }) => `${kind} ${id}`}
      />
      {skipping !== undefined && (
        <Question
          title={texts.skipTitle}
          hint={texts.skipHint}
          confirm={texts.skip}
          isHarmless
          onConfirm={async () => {
            await admin(`${path}/skip`, { method: 'POST', body: { items: [skipping] } });
            await queries.invalidateQueries({ queryKey: TARGETS });
          }}
          onClose={() => setSkipping(undefined)}
        />
      )}
    </>
  );
}
