/** Compares the record with the other side, shows what differs while it is found, and mends it when asked to. */
import {
  Badge,
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Text,
  tokens,
} from '@fluentui/react-components';
import { useState } from 'react';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Figures } from '../parts/figures.tsx';
import { formatNumber, toLabel } from '../parts/format.ts';
import { Question } from '../parts/question.tsx';
import { Failure } from '../parts/states.tsx';
import { syncTexts } from './sync-texts.ts';
import type { TargetActionProps } from './target-action.ts';
import { useWalk } from './use-walk.ts';
import type { Walked } from './use-walk.ts';
import { WalkProgress, WalkReport } from './walk-report.tsx';

const texts = syncTexts.compare;

const useStyles = makeStyles({
  id: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
});

interface Difference {
  readonly kind: 'content' | 'activity';
  readonly what: 'onlyHere' | 'onlyThere' | 'different';
  readonly id: string | null;
  readonly remoteId: string | null;
  readonly externalId: string | null;
  readonly properties: readonly string[];
}

interface Sums {
  readonly compared: number;
  readonly onlyHere: number;
  readonly onlyThere: number;
  readonly different: number;
  readonly waiting: number;
  readonly isListed: boolean;
}

export function Compare({ name, path, onClose }: TargetActionProps) {
  const { report, isRunning, problem, run, stop } = useWalk<Difference, Sums>(`${path}/diff`);
  const [asked, setAsked] = useState<'repair' | 'remove'>();
  const sums = report?.sums;
  const mendable = sums === undefined ? 0 : sums.onlyHere + sums.different;
  return (
    <>
      <Drawer
        title={texts.title(name)}
        isWide
        onClose={onClose}
        footer={
          <>
            <Button appearance="primary" disabled={isRunning} onClick={() => void run({})}>
              {report === undefined ? texts.start : texts.again}
            </Button>
            {isRunning && <Button onClick={stop}>{syncTexts.walk.stop}</Button>}
            {!isRunning && mendable > 0 && <Button onClick={() => setAsked('repair')}>{texts.repair}</Button>}
            {!isRunning && sums !== undefined && sums.onlyThere > 0 && (
              <Button onClick={() => setAsked('remove')}>{texts.remove}</Button>
            )}
          </>
        }
      >
        <Text>{texts.hint}</Text>
        {problem !== undefined && <Failure problem={problem} />}
        {isRunning && <WalkProgress text={texts.running(formatNumber(report?.found ?? 0))} />}
        {report !== undefined && <Found report={report} name={name} />}
      </Drawer>
      {asked !== undefined && sums !== undefined && (
        <Question
          title={asked === 'repair' ? texts.repairTitle(name) : texts.removeTitle(formatNumber(sums.onlyThere))}
          hint={asked === 'repair' ? texts.repairHint(formatNumber(mendable)) : texts.removeHint}
          confirm={texts[asked]}
          onConfirm={() => {
            void run({ [asked]: true });
            return Promise.resolve();
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

const COLOURS = { onlyHere: 'brand', onlyThere: 'warning', different: 'danger' } as const;

function Found({ report, name }: { readonly report: Walked<Difference, Sums>; readonly name: string }) {
  const styles = useStyles();
  const { found, sums } = report;
  const columns: readonly Column<Difference>[] = [
    {
      name: 'what',
      label: texts.what,
      show: ({ what }) => (
        <Badge appearance="tint" color={COLOURS[what]}>
          {texts.whats[what]}
        </Badge>
      ),
    },
    { name: 'kind', label: syncTexts.items.kind, show: ({ kind }) => syncTexts.items.kinds[kind] },
    { name: 'externalId', label: syncTexts.items.externalId, show: ({ externalId }) => externalId },
    {
      name: 'properties',
      label: texts.properties,
      show: ({ properties }) => properties.map(toLabel).join(', '),
    },
    {
      name: 'id',
      label: texts.id,
      show: ({ id, remoteId }) => <span className={styles.id}>{id ?? remoteId}</span>,
    },
  ];
  return (
    <>
      {sums !== undefined && (
        <>
          <MessageBar intent={found === 0 ? 'success' : 'warning'} layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{found === 0 ? texts.same : texts.differs(formatNumber(found))}</MessageBarTitle>
              {!sums.isListed && texts.incomplete}
            </MessageBarBody>
          </MessageBar>
          <Figures
            isSmall
            figures={(['compared', 'onlyHere', 'onlyThere', 'different', 'waiting'] as const).map((figure) => ({
              label: texts.figures[figure],
              value: formatNumber(sums[figure]),
            }))}
          />
        </>
      )}
      <WalkReport
        report={report}
        fileName={`${name}.differences.ndjson`}
        label={texts.what}
        columns={columns}
        keyOf={({ kind, id, remoteId }) => `${kind} ${id ?? ''} ${remoteId ?? ''}`}
      />
    </>
  );
}
