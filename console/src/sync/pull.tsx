/** Reads in what others wrote on the other side, or says first what that would be. */
import { Badge, Button, MessageBar, MessageBarBody, MessageBarTitle, Text } from '@fluentui/react-components';
import { useState } from 'react';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Figures } from '../parts/figures.tsx';
import { formatNumber } from '../parts/format.ts';
import { Failure } from '../parts/states.tsx';
import { syncTexts } from './sync-texts.ts';
import type { TargetActionProps } from './target-action.ts';
import { useWalk } from './use-walk.ts';
import type { Walked } from './use-walk.ts';
import { WalkProgress, WalkReport } from './walk-report.tsx';

const texts = syncTexts.pull;

const FIGURES = ['created', 'updated', 'unchanged', 'skipped', 'refused'] as const;

interface Pulled {
  readonly kind: 'content' | 'activity';
  readonly outcome: 'created' | 'updated' | 'refused';
  readonly remoteId: string;
  readonly externalId?: string;
  /** Of a refusal. */
  readonly why?: string;
}

type Sums = Readonly<Record<(typeof FIGURES)[number], number>>;

export function Pull({ name, path, onClose }: TargetActionProps) {
  const [isDryRun, setDryRun] = useState(true);
  const { report, isRunning, problem, run, stop } = useWalk<Pulled, Sums>(`${path}/pull`);
  const begin = (isDry: boolean): void => {
    setDryRun(isDry);
    void run({ isDryRun: isDry });
  };
  return (
    <Drawer
      title={texts.title(name)}
      isWide
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" disabled={isRunning} onClick={() => begin(false)}>
            {texts.submit}
          </Button>
          <Button disabled={isRunning} onClick={() => begin(true)}>
            {texts.dryRun}
          </Button>
          {isRunning && <Button onClick={stop}>{syncTexts.walk.stop}</Button>}
        </>
      }
    >
      <Text>{texts.hint}</Text>
      {problem !== undefined && <Failure problem={problem} />}
      {isRunning && <WalkProgress text={texts.running(formatNumber(report?.found ?? 0))} />}
      {report !== undefined && <Found report={report} name={name} isDryRun={isDryRun} />}
    </Drawer>
  );
}

const COLOURS = { created: 'success', updated: 'brand', refused: 'danger' } as const;

const COLUMNS: readonly Column<Pulled>[] = [
  {
    name: 'outcome',
    label: texts.outcome,
    show: ({ outcome }) => (
      <Badge appearance="tint" color={COLOURS[outcome]}>
        {texts.figures[outcome]}
      </Badge>
    ),
  },
  { name: 'kind', label: syncTexts.items.kind, show: ({ kind }) => syncTexts.items.kinds[kind] },
  { name: 'externalId', label: syncTexts.items.externalId, show: ({ externalId }) => externalId },
  { name: 'why', label: syncTexts.items.reason, isWrapped: true, show: ({ why }) => why },
];

interface FoundProps {
  readonly report: Walked<Pulled, Sums>;
  readonly name: string;
  readonly isDryRun: boolean;
}

function Found({ report, name, isDryRun }: FoundProps) {
  const { sums } = report;
  return (
    <>
      {sums !== undefined && (
        <>
          <MessageBar intent={sums.refused > 0 ? 'warning' : 'success'} layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{isDryRun ? texts.wasDry : texts.done}</MessageBarTitle>
            </MessageBarBody>
          </MessageBar>
          <Figures
            isSmall
            figures={FIGURES.map((figure) => ({
              label: texts.figures[figure],
              value: formatNumber(sums[figure]),
              isBad: figure === 'refused' && sums.refused > 0,
            }))}
          />
        </>
      )}
      <WalkReport
        report={report}
        fileName={`${name}.pulled.ndjson`}
        label={texts.outcome}
        columns={COLUMNS}
        keyOf={({ kind, remoteId }) => `${kind} ${remoteId}`}
      />
    </>
  );
}
