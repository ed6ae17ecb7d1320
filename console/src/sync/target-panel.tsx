/** One target: its figures, its switches, and the lists of what is not in step. */
import {
  Badge,
  Button,
  makeStyles,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  MessageBar,
  MessageBarBody,
  Subtitle1,
  tokens,
} from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { ArrowRepeatAllRegular } from '@fluentui/react-icons/svg/arrow-repeat-all';
import { ListRegular } from '@fluentui/react-icons/svg/list';
import { MoreHorizontalRegular } from '@fluentui/react-icons/svg/more-horizontal';
import { PauseRegular } from '@fluentui/react-icons/svg/pause';
import { PlayRegular } from '@fluentui/react-icons/svg/play';
import { ScalesRegular } from '@fluentui/react-icons/svg/scales';
import { SendRegular } from '@fluentui/react-icons/svg/send';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SyncRun, SyncTargetStatus } from '../../../src/library/admin-types.ts';
import { useProviders } from '../api/names.ts';
import { admin } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { useServerStatus } from '../api/status.ts';
import { Facts } from '../parts/facts.tsx';
import { Figures } from '../parts/figures.tsx';
import { formatDistance, formatDuration, formatInstant, formatNumber } from '../parts/format.ts';
import { Panel } from '../parts/panel.tsx';
import { Question } from '../parts/question.tsx';
import { Failure } from '../parts/states.tsx';
import { Compare } from './compare.tsx';
import { Preview } from './preview.tsx';
import { Pull } from './pull.tsx';
import { Replay } from './replay.tsx';
import { syncTexts as texts } from './sync-texts.ts';
import { TargetItems } from './target-items.tsx';
import { TARGETS } from './target-action.ts';

const useStyles = makeStyles({
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  name: { overflowWrap: 'anywhere' },
  grow: { flexGrow: 1 },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

const COLOURS = { new: 'informative', started: 'success', paused: 'warning' } as const;

export interface TargetPanelProps {
  readonly target: SyncTargetStatus;
}

/** What opens a drawer of its own. */
const ACTIONS = { compare: Compare, preview: Preview, replay: Replay, pull: Pull } as const;
type Action = keyof typeof ACTIONS;

export function TargetPanel({ target }: TargetPanelProps) {
  const styles = useStyles();
  const queries = useQueryClient();
  const isAdministrator = useSession()?.role === 'administrator';
  const [asked, setAsked] = useState<Action | 'start'>();
  const Opened = asked === undefined || asked === 'start' ? undefined : ACTIONS[asked];
  const path = `/sync/targets/${encodeURIComponent(target.name)}`;
  const refresh = () => queries.invalidateQueries({ queryKey: TARGETS });
  const change = useMutation({
    mutationFn: (word: 'start' | 'pause') => admin(`${path}/${word}`, { method: 'POST' }),
    onSettled: refresh,
  });
  const run = useMutation({
    mutationFn: () => admin<SyncRun>(`${path}/run`, { method: 'POST', body: {} }),
    onSettled: refresh,
  });
  const problem = change.error ?? run.error;
  return (
    <Panel>
      <div className={styles.head}>
        <Subtitle1 as="h2" className={styles.name}>
          {target.name}
        </Subtitle1>
        <Badge appearance="tint" color={COLOURS[target.state]}>
          {texts.states[target.state]}
        </Badge>
        {target.isScanning && (
          <Badge appearance="tint" color="brand">
            {texts.scanning}
          </Badge>
        )}
        <span className={styles.grow} />
        {isAdministrator && (
          <div className={styles.buttons}>
            {target.state === 'started' ? (
              <Button icon={<PauseRegular />} disabled={change.isPending} onClick={() => change.mutate('pause')}>
                {texts.pause}
              </Button>
            ) : (
              <>
                <Button
                  appearance="primary"
                  icon={<PlayRegular />}
                  disabled={change.isPending}
                  onClick={() => (target.state === 'new' ? setAsked('start') : change.mutate('start'))}
                >
                  {texts.start}
                </Button>
                {target.state === 'paused' && (
                  <Button icon={<SendRegular />} disabled={run.isPending} onClick={() => run.mutate()}>
                    {texts.run}
                  </Button>
                )}
              </>
            )}
            <Button icon={<ScalesRegular />} onClick={() => setAsked('compare')}>
              {texts.compare.open}
            </Button>
            <More onChoose={setAsked} />
          </div>
        )}
      </div>
      {target.trouble !== null && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{target.trouble}</MessageBarBody>
        </MessageBar>
      )}
      {problem !== null && <Failure problem={problem} />}
      {run.data !== undefined && (
        <MessageBar intent={run.data.dead > 0 ? 'warning' : 'success'}>
          <MessageBarBody>{describeRun(run.data)}</MessageBarBody>
        </MessageBar>
      )}
      <Standing target={target} />
      <Ends target={target} />
      <TargetItems target={target} path={path} />
      {asked === 'start' && (
        <Question
          title={texts.startTitle(target.name)}
          hint={texts.startHint(target.remoteTenant)}
          confirm={texts.start}
          isHarmless
          onConfirm={() => change.mutateAsync('start')}
          onClose={() => setAsked(undefined)}
        />
      )}
      {Opened !== undefined && <Opened name={target.name} path={path} onClose={() => setAsked(undefined)} />}
    </Panel>
  );
}

function More({ onChoose }: { onChoose(action: Action): void }) {
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button icon={<MoreHorizontalRegular />} aria-label={texts.more} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem icon={<ListRegular />} onClick={() => onChoose('preview')}>
            {texts.preview.open}
          </MenuItem>
          <MenuItem icon={<ArrowRepeatAllRegular />} onClick={() => onChoose('replay')}>
            {texts.replay}
          </MenuItem>
          <MenuItem icon={<ArrowDownloadRegular />} onClick={() => onChoose('pull')}>
            {texts.pull.open}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function describeRun({ isSentElsewhere, sent, failed, dead }: SyncRun): string {
  if (isSentElsewhere) return texts.sentElsewhere;
  return texts.ran(formatNumber(sent), formatNumber(failed), formatNumber(dead));
}

function Standing({ target }: Pick<TargetPanelProps, 'target'>) {
  const { waiting, oldestWaitingSeconds, dead, skipped, sentLastMinute, requestsPerMinute, lastSentAt } = target;
  const oldest = waiting > 0 ? texts.waitingFor(formatDuration(oldestWaitingSeconds * 1_000)) : undefined;
  return (
    <Figures
      figures={[
        { label: texts.waiting, value: formatNumber(waiting), hint: oldest },
        { label: texts.dead, value: formatNumber(dead), isBad: dead > 0 },
        { label: texts.skipped, value: formatNumber(skipped) },
        {
          label: texts.rate,
          value: formatNumber(sentLastMinute),
          hint: texts.rateOf(formatNumber(requestsPerMinute)),
        },
        {
          label: texts.lastSent,
          value: lastSentAt === null ? texts.never : formatDistance(Date.parse(lastSentAt), Date.now()),
          hint: lastSentAt === null ? undefined : formatInstant(lastSentAt),
        },
      ]}
    />
  );
}

function Ends({ target }: Pick<TargetPanelProps, 'target'>) {
  const here = useServerStatus()?.tenants.find(({ domainName }) => domainName === target.tenant);
  const providers = useProviders(here?.id ?? '', here !== undefined);
  const provider = providers?.find(({ id }) => id === target.provider)?.displayName ?? target.provider;
  return (
    <Facts
      facts={[
        [texts.from, `${provider} · ${target.tenant}`],
        [texts.to, target.remoteTenant],
        [texts.remoteProvider, target.remoteProvider ?? texts.unregistered],
      ]}
    />
  );
}
