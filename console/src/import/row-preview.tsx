/** The first rows of the file, with what would become of each. */
import { Badge, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components';
import type { ImportResult, ImportSuggestion } from '../../../src/library/admin-types.ts';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { textOf } from '../parts/entity-value.tsx';
import { formatNumber } from '../parts/format.ts';
import { Panel } from '../parts/panel.tsx';
import { importTexts as texts } from './import-texts.ts';
import { saidOf } from './slots.ts';
import type { SlotProblem } from './slots.ts';

const useStyles = makeStyles({
  counts: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '24px',
  },
  list: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL, color: tokens.colorPaletteRedForeground1 },
});

type Outcome = ImportResult['outcome'];

const COLOURS: Readonly<Record<Outcome, 'success' | 'brand' | 'informative' | 'danger' | 'warning'>> = {
  created: 'success',
  updated: 'brand',
  removed: 'brand',
  unchanged: 'informative',
  skipped: 'informative',
  refused: 'danger',
  notDone: 'warning',
};

export function OutcomeBadge({ outcome, count }: { readonly outcome: Outcome; readonly count?: number }) {
  return (
    <Badge appearance="tint" color={COLOURS[outcome]}>
      {count === undefined
        ? texts.outcomes[outcome]
        : `${formatNumber(count)} ${texts.outcomes[outcome].toLowerCase()}`}
    </Badge>
  );
}

export function describeError({ error }: ImportResult): string {
  return error === undefined
    ? ''
    : saidOf(error)
        .map(([text]) => text)
        .join(' ');
}

export interface RowPreviewProps {
  readonly suggestion: ImportSuggestion;
  /** Of the first rows. */
  readonly results: readonly ImportResult[];
  readonly isChecking: boolean;
}

interface PreviewRow {
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly result: ImportResult | undefined;
}

export function RowPreview({ suggestion, results, isChecking }: RowPreviewProps) {
  const styles = useStyles();
  const rows = suggestion.rows.map(({ line, values }, index): PreviewRow => ({ line, values, result: results[index] }));
  const outcomes = Object.keys(texts.outcomes) as Outcome[];
  const columns: readonly Column<PreviewRow>[] = [
    { name: 'line', label: texts.check.line, show: ({ line }) => formatNumber(line) },
    {
      name: 'outcome',
      label: texts.check.outcome,
      show: ({ result }) => (result === undefined ? '…' : <OutcomeBadge outcome={result.outcome} />),
    },
    ...(results.some(({ error }) => error !== undefined)
      ? [
          {
            name: 'why',
            label: texts.check.why,
            show: ({ result }: PreviewRow) => {
              const text = result === undefined ? '' : describeError(result);
              return <span title={text}>{text}</span>;
            },
          },
        ]
      : []),
    ...suggestion.columns.map((name) => ({
      name: `column ${name}`,
      label: name,
      show: ({ values }: PreviewRow) => (values[name] === undefined ? '' : textOf(values[name])),
    })),
  ];
  return (
    <Panel title={texts.check.title}>
      <div className={styles.counts} role="status">
        {isChecking ? (
          <Spinner size="tiny" label={texts.check.running} />
        ) : results.length === 0 ? (
          <Text>{texts.check.waiting}</Text>
        ) : (
          <>
            <Text>{texts.check.of(formatNumber(results.length))}</Text>
            {outcomes
              .map((outcome) => [outcome, results.filter((one) => one.outcome === outcome).length] as const)
              .filter(([, count]) => count > 0)
              .map(([outcome, count]) => (
                <OutcomeBadge key={outcome} outcome={outcome} count={count} />
              ))}
          </>
        )}
      </div>
      <DataTable label={texts.check.title} columns={columns} rows={rows} keyOf={({ line }) => String(line)} />
    </Panel>
  );
}

const SHOWN = 5;

/** What is about no single property. */
export function OtherProblems({ problems }: { readonly problems: readonly SlotProblem[] }) {
  const styles = useStyles();
  if (problems.length === 0) return null;
  return (
    <section aria-label={texts.map.others}>
      <Text weight="semibold">{texts.map.others}</Text>
      <ul className={styles.list}>
        {problems.slice(0, SHOWN).map(({ message, rows }) => (
          <li key={message}>{`${message} (${texts.map.rows(formatNumber(rows))})`}</li>
        ))}
      </ul>
    </section>
  );
}
