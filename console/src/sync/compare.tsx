/** Compares the record with the other side, shows what differs while it is found, and mends it when asked to. */
import {
  Badge,
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Spinner,
  Text,
  tokens,
} from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { readNdjson } from '../api/read-ndjson.ts';
import { adminResponse } from '../api/server.ts';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatNumber, toLabel } from '../parts/format.ts';
import { Question } from '../parts/question.tsx';
import { saveFile } from '../parts/save-file.ts';
import { Failure } from '../parts/states.tsx';
import { syncTexts } from './sync-texts.ts';
import { TARGETS } from './target-action.ts';
import type { TargetActionProps } from './target-action.ts';

const texts = syncTexts.compare;

const useStyles = makeStyles({
  line: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
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

type Line = Difference | { readonly summary: Sums } | { readonly error: string };
type Order = { readonly repair?: true; readonly remove?: true };

interface Report {
  readonly shown: readonly Difference[];
  readonly found: number;
  readonly lines: readonly string[];
  readonly sums: Sums | undefined;
}

const MOST = 100;
/** Between two looks at what was found so far. */
const TELL_MS = 250;

export function Compare({ name, path, onClose }: TargetActionProps) {
  const styles = useStyles();
  const queries = useQueryClient();
  const [report, setReport] = useState<Report>();
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const [asked, setAsked] = useState<'repair' | 'remove'>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const run = async (order: Order): Promise<void> => {
    const aborter = new AbortController();
    stop.current = aborter;
    setRunning(true);
    setProblem(undefined);
    const lines: string[] = [];
    const shown: Difference[] = [];
    let toldAt = 0;
    const tell = (sums?: Sums): void => {
      toldAt = performance.now();
      setReport({ shown: [...shown], found: lines.length, lines, sums });
    };
    tell();
    try {
      const call = { method: 'POST', body: order, signal: aborter.signal };
      for await (const line of readNdjson<Line>(await adminResponse(`${path}/diff`, call))) {
        if ('error' in line) throw new Error(line.error);
        if ('summary' in line) {
          tell(line.summary);
          continue;
        }
        lines.push(JSON.stringify(line));
        if (shown.length < MOST) shown.push(line);
        if (performance.now() - toldAt > TELL_MS) tell();
      }
    } catch (cause) {
      if (!aborter.signal.aborted) setProblem(cause);
    }
    setRunning(false);
    await queries.invalidateQueries({ queryKey: TARGETS });
  };
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
            {isRunning && <Button onClick={() => stop.current?.abort()}>{texts.stop}</Button>}
            {!isRunning && mendable > 0 && <Button onClick={() => setAsked('repair')}>{texts.repair}</Button>}
            {!isRunning && sums !== undefined && sums.onlyThere > 0 && (
              <Button onClick={() => setAsked('remove')}>{texts.remove}</Button>
            )}
          </>
        }
      >
        <Text>{texts.hint}</Text>
        {problem !== undefined && <Failure problem={problem} />}
        {isRunning && (
          <div className={styles.line} role="status">
            <Spinner size="tiny" label={texts.running} />
            <Text>{texts.found(formatNumber(report?.found ?? 0))}</Text>
          </div>
        )}
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

function Found({ report: { shown, found, lines, sums }, name }: { readonly report: Report; readonly name: string }) {
  const styles = useStyles();
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
    { name: 'kind', label: texts.kind, show: ({ kind }) => syncTexts.items.kinds[kind] },
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
          <Facts
            facts={(['compared', 'onlyHere', 'onlyThere', 'different', 'waiting'] as const).map((figure) => [
              texts.figures[figure],
              formatNumber(sums[figure]),
            ])}
          />
        </>
      )}
      {shown.length > 0 && (
        <DataTable
          label={texts.what}
          columns={columns}
          rows={shown}
          keyOf={({ kind, id, remoteId }) => `${kind} ${id ?? ''} ${remoteId ?? ''}`}
        />
      )}
      {found > shown.length && <Text size={200}>{texts.shown(formatNumber(shown.length), formatNumber(found))}</Text>}
      {lines.length > 0 && (
        <div>
          <Button
            icon={<ArrowDownloadRegular />}
            onClick={() =>
              saveFile(
                new Blob([`${lines.join('\n')}\n`], { type: 'application/x-ndjson' }),
                `${name}.differences.ndjson`,
              )
            }
          >
            {texts.save}
          </Button>
        </div>
      )}
    </>
  );
}
