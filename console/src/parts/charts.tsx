/** Bars and columns, each with a name for those who cannot see it and its numbers in a table beside. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useId } from 'react';
import { pageTexts } from '../page-texts.ts';
import { formatNumber, formatShare } from './format.ts';

const useStyles = makeStyles({
  bars: {
    display: 'grid',
    gridTemplateColumns: 'minmax(90px, max-content) minmax(60px, 1fr) max-content max-content',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    alignItems: 'center',
    width: '100%',
    borderCollapse: 'collapse',
  },
  row: { display: 'contents' },
  name: {
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    maxWidth: '220px',
    textAlign: 'start',
    fontWeight: tokens.fontWeightRegular,
    padding: 0,
  },
  track: {
    height: '14px',
    borderRadius: tokens.borderRadiusSmall,
    backgroundColor: tokens.colorNeutralBackground4,
    overflow: 'hidden',
    padding: 0,
  },
  bar: { height: '100%', backgroundColor: tokens.colorCompoundBrandBackground },
  number: { textAlign: 'end', fontVariantNumeric: 'tabular-nums', padding: 0 },
  share: { textAlign: 'end', color: tokens.colorNeutralForeground2, fontVariantNumeric: 'tabular-nums', padding: 0 },
  hidden: {
    position: 'absolute',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  },
  figure: { margin: 0 },
  most: { display: 'block', color: tokens.colorNeutralForeground2, fontVariantNumeric: 'tabular-nums' },
  // As high in a narrow place as in a wide one.
  columns: {
    display: 'block',
    width: '100%',
    height: '140px',
    borderTop: `1px dashed ${tokens.colorNeutralStroke2}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  column: { fill: tokens.colorCompoundBrandBackground, ':hover': { fill: tokens.colorCompoundBrandBackgroundHover } },
  ends: { display: 'flex', justifyContent: 'space-between', color: tokens.colorNeutralForeground2 },
  more: { marginTop: tokens.spacingVerticalS, '& summary': { cursor: 'pointer' } },
  details: { maxHeight: '240px', overflowY: 'auto' },
  table: {
    borderCollapse: 'collapse',
    fontSize: tokens.fontSizeBase200,
    '& td, & th': { textAlign: 'start', padding: `2px ${tokens.spacingHorizontalM} 2px 0` },
  },
});

export interface Bar {
  readonly name: string;
  readonly value: number;
}

export interface BarsProps {
  readonly label: string;
  readonly bars: readonly Bar[];
  /** What the shares are of. */
  readonly total: number;
}

/** A table whose second column is drawn: of each place, what its share of the total fills. */
export function Bars({ label, bars, total }: BarsProps) {
  const styles = useStyles();
  const shareOf = (value: number): number => (total === 0 ? 0 : value / total);
  return (
    <table className={styles.bars}>
      <caption className={styles.hidden}>{label}</caption>
      <tbody className={styles.row}>
        {bars.map(({ name, value }) => (
          <tr key={name} className={styles.row}>
            <th scope="row" className={styles.name} title={name}>
              {name}
            </th>
            <td className={styles.track} aria-hidden>
              <div className={styles.bar} style={{ width: `${shareOf(value) * 100}%` }} />
            </td>
            <td className={styles.number}>{formatNumber(value)}</td>
            <td className={styles.share}>{formatShare(shareOf(value))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export interface Point {
  readonly name: string;
  readonly value: number;
}

const HEIGHT = 100;
/** Of the place of a point, what its column takes. */
const FILLED = 0.72;
/** That there is something is seen, however much there is elsewhere. */
const LEAST = 2;

/** A column for each point in time, under a line at the height of the most. */
export function Columns({ label, points }: { readonly label: string; readonly points: readonly Point[] }) {
  const styles = useStyles();
  const id = useId();
  const most = Math.max(0, ...points.map(({ value }) => value));
  const sum = points.reduce((all, { value }) => all + value, 0);
  return (
    <figure aria-labelledby={id} className={styles.figure}>
      <Text size={200} className={styles.most}>
        {formatNumber(most)}
      </Text>
      <svg
        viewBox={`0 0 ${points.length} ${HEIGHT}`}
        className={styles.columns}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${formatNumber(sum)}`}
      >
        {points.map(({ name, value }, index) => {
          const height = value === 0 ? 0 : Math.max(LEAST, (value / most) * HEIGHT);
          return (
            <rect
              key={name}
              x={index + (1 - FILLED) / 2}
              y={HEIGHT - height}
              width={FILLED}
              height={height}
              className={styles.column}
            >
              <title>{`${name}: ${formatNumber(value)}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className={styles.ends}>
        <Text size={200}>{points[0]?.name}</Text>
        <Text size={200}>{points.at(-1)?.name}</Text>
      </div>
      <details className={styles.more}>
        <summary id={id}>{pageTexts.charts.table(label)}</summary>
        <div className={styles.details} tabIndex={0} role="region" aria-label={label}>
          <table className={styles.table}>
            <tbody>
              {points
                .filter(({ value }) => value > 0)
                .map(({ name, value }) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td>{formatNumber(value)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
