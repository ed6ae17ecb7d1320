/** The run: judged or stored, with how far it is, and what became of the rows. */
import {
  Button,
  Checkbox,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  ProgressBar,
  Subtitle2,
  Text,
  tokens,
} from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { PlayRegular } from '@fluentui/react-icons/svg/play';
import { StopRegular } from '@fluentui/react-icons/svg/stop';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Import, ImportOrder, ImportResult } from '../../../src/library/admin-types.ts';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { formatDuration, formatNumber } from '../parts/format.ts';
import { Panel } from '../parts/panel.tsx';
import { saveFile } from '../parts/save-file.ts';
import { Failure } from '../parts/states.tsx';
import { importTexts } from './import-texts.ts';
import type { ChosenFile } from './read-file.ts';
import { describeError, OutcomeBadge } from './row-preview.tsx';
import { runImport } from './run-import.ts';
import type { Collected } from './run-import.ts';

const texts = importTexts.run;

const useStyles = makeStyles({
  line: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  hint: { color: tokens.colorNeutralForeground2 },
  progress: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
});

export interface RunPanelProps {
  readonly tenant: string;
  readonly chosen: ChosenFile;
  readonly order: ImportOrder;
}

interface Progress {
  readonly now: Import;
  readonly collected: Collected;
  /** Of the file, from 0 to 1. */
  readonly share: number;
  readonly seconds: number;
  /** Rows that an earlier run has brought. */
  readonly before: number;
}

type State = 'ready' | 'running' | 'ended' | 'stopped';

export function RunPanel({ tenant, chosen, order }: RunPanelProps) {
  const styles = useStyles();
  const queries = useQueryClient();
  const [isAllOrNothing, setAllOrNothing] = useState(false);
  const [state, setState] = useState<State>('ready');
  const [isDryRun, setDryRun] = useState(false);
  const [progress, setProgress] = useState<Progress>();
  const [problem, setProblem] = useState<unknown>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const end = useRef<HTMLDivElement>(null);
  // What there is to see now is below the buttons, and often below the window.
  useEffect(() => {
    if (state !== 'ready') end.current?.scrollIntoView({ block: 'end' });
  }, [state]);
  const run = async (dryRun: boolean): Promise<void> => {
    const aborter = new AbortController();
    stop.current = aborter;
    setState('running');
    setDryRun(dryRun);
    setProblem(undefined);
    setProgress(undefined);
    const startedAt = performance.now();
    let before: number | undefined;
    try {
      await runImport({
        ...{ tenant, chosen, signal: aborter.signal },
        order: { ...order, ...(dryRun && { dryRun }), ...(isAllOrNothing && { allOrNothing: true }) },
        onProgress: (now, collected) => {
          before ??= now.rows;
          const share = Math.min(1, chosen.readBytes() / Math.max(1, chosen.file.size));
          setProgress({ now, collected, share, before, seconds: (performance.now() - startedAt) / 1000 });
        },
      });
      setState('ended');
    } catch (cause) {
      if (!aborter.signal.aborted) setProblem(cause);
      setState('stopped');
    }
    for (const queryKey of [
      ['graph', tenant],
      ['imports', tenant],
      ['import check', tenant],
    ])
      await queries.invalidateQueries({ queryKey });
  };
  const isRunning = state === 'running';
  return (
    <Panel title={texts.title}>
      <Checkbox
        label={texts.allOrNothing}
        checked={isAllOrNothing}
        disabled={isRunning}
        onChange={(_, { checked }) => setAllOrNothing(checked === true)}
      />
      <div className={styles.line}>
        <Button disabled={isRunning} onClick={() => void run(true)}>
          {texts.dryRun}
        </Button>
        <Button appearance="primary" icon={<PlayRegular />} disabled={isRunning} onClick={() => void run(false)}>
          {texts.run}
        </Button>
        {isRunning && (
          <Button icon={<StopRegular />} onClick={() => stop.current?.abort()}>
            {texts.stop}
          </Button>
        )}
        <Text size={200} className={styles.hint}>
          {texts.dryRunHint}
        </Text>
      </div>
      {isRunning && <Running isDryRun={isDryRun} progress={progress} />}
      {problem !== undefined && <Failure problem={problem} />}
      {state === 'stopped' && !isDryRun && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{texts.stopped}</MessageBarTitle>
            {texts.stoppedHint}
          </MessageBarBody>
        </MessageBar>
      )}
      {!isRunning && progress !== undefined && (
        <Outcome {...progress} isEnded={state === 'ended'} fileName={chosen.file.name} />
      )}
      <div ref={end} />
    </Panel>
  );
}

function Running({ isDryRun, progress }: { readonly isDryRun: boolean; readonly progress: Progress | undefined }) {
  const styles = useStyles();
  const { now, share = 0, seconds = 0, before = 0 } = progress ?? {};
  const rate = ((now?.rows ?? 0) - before) / Math.max(seconds, 0.001);
  const leftMs = share === 0 ? undefined : ((seconds * (1 - share)) / share) * 1000;
  return (
    <div className={styles.progress} role="status">
      <Text weight="semibold">{isDryRun ? texts.dryRunning : texts.running}</Text>
      <ProgressBar
        aria-label={isDryRun ? texts.dryRunning : texts.running}
        thickness="large"
        {...(share > 0 && { value: share })}
      />
      {now !== undefined && (
        <Text size={200}>
          {texts.progress(formatNumber(now.rows), formatNumber(Math.round(rate)))}
          {leftMs !== undefined && leftMs > 1_000 && ` · ${texts.left(formatDuration(leftMs))}`}
        </Text>
      )}
      {now !== undefined && <Counts counts={now.counts} />}
    </div>
  );
}

export function Counts({ counts }: Pick<Import, 'counts'>) {
  const styles = useStyles();
  const outcomes = Object.keys(importTexts.outcomes) as (keyof Import['counts'])[];
  return (
    <div className={styles.line}>
      {outcomes
        .filter((outcome) => counts[outcome] > 0)
        .map((outcome) => (
          <OutcomeBadge key={outcome} outcome={outcome} count={counts[outcome]} />
        ))}
    </div>
  );
}

interface OutcomeProps extends Progress {
  readonly isEnded: boolean;
  readonly fileName: string;
}

const columns: readonly Column<ImportResult>[] = [
  { name: 'line', label: importTexts.check.line, show: ({ line }) => formatNumber(line) },
  {
    name: 'why',
    label: importTexts.check.why,
    isWrapped: true,
    show: describeError,
  },
];

function Outcome({ now, collected, isEnded, fileName, before }: OutcomeProps) {
  const styles = useStyles();
  const { refused } = now.counts;
  const name = fileName.replace(/\.[a-z.]+$/i, '');
  const title = now.isDryRun ? texts.dryDone : now.state === 'refused' ? texts.refusedAll : texts.done;
  return (
    <>
      {isEnded && (
        <MessageBar intent={refused > 0 ? 'warning' : 'success'} layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{title}</MessageBarTitle>
            {before > 0 && texts.goesOn(formatNumber(before))}
          </MessageBarBody>
        </MessageBar>
      )}
      <Counts counts={now.counts} />
      <div className={styles.line}>
        <Button
          icon={<ArrowDownloadRegular />}
          onClick={() => saveFile(collected.results('all'), `${name}.results.ndjson`)}
        >
          {texts.all}
        </Button>
        {refused > 0 && (
          <>
            <Button
              icon={<ArrowDownloadRegular />}
              onClick={() => saveFile(collected.results('refused'), `${name}.refused.ndjson`)}
            >
              {texts.refused}
            </Button>
            <Button
              icon={<ArrowDownloadRegular />}
              onClick={() => saveFile(collected.refusedRows(), `${name}.refused-rows.${now.format}`)}
            >
              {texts.rows}
            </Button>
          </>
        )}
      </div>
      {collected.shown.length > 0 && (
        <>
          <Subtitle2 as="h3">{texts.shown(formatNumber(collected.shown.length), formatNumber(refused))}</Subtitle2>
          <DataTable
            label={texts.refusedRows}
            columns={columns}
            rows={collected.shown}
            keyOf={({ line }) => String(line)}
          />
        </>
      )}
    </>
  );
}
