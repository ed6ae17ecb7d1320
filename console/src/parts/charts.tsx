/** Bars and a line, each with a name for those who cannot see it and its numbers in a table beside. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useId } from 'react';
import { texts } from '../texts.ts';
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
  },
  track: {
    height: '14px',
    borderRadius: tokens.borderRadiusSmall,
    backgroundColor: tokens.colorNeutralBackground4,
    overflow: 'hidden',
    padding: 0,
  },
  bar: { height: '100%', backgroundColor: tokens.colorBrandBackground },
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
  // As high in a narrow place as in a wide one.
  line: { display: 'block', width: '100%', height: '140px' },
  axis: { stroke: tokens.colorNeutralStroke2 },
  path: { stroke: tokens.colorBrandStroke1, fill: 'none', strokeWidth: '2.5px', strokeLinejoin: 'round' },
  area: { fill: tokens.colorBrandBackground2 },
  ends: { display: 'flex', justifyContent: 'space-between', color: tokens.colorNeutralForeground2 },
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

/** A table whose second column is drawn. */
export function Bars({ label, bars, total }: BarsProps) {
  const styles = useStyles();
  const most = Math.max(1, ...bars.map(({ value }) => value));
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
              <div className={styles.bar} style={{ width: `${(value / most) * 100}%` }} />
            </td>
            <td className={styles.number}>{formatNumber(value)}</td>
            <td className={styles.share}>{formatShare(total === 0 ? 0 : value / total)}</td>
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

const WIDTH = 600;
const HEIGHT = 160;
const MARGIN = 6;

export function Line({ label, points }: { readonly label: string; readonly points: readonly Point[] }) {
  const styles = useStyles();
  const id = useId();
  const most = Math.max(1, ...points.map(({ value }) => value));
  const places = points.map(({ value }, index) => {
    const x = MARGIN + (index / Math.max(1, points.length - 1)) * (WIDTH - 2 * MARGIN);
    return `${x.toFixed(1)},${(HEIGHT - MARGIN - (value / most) * (HEIGHT - 3 * MARGIN)).toFixed(1)}`;
  });
  const sum = points.reduce((all, { value }) => all + value, 0);
  return (
    <figure aria-labelledby={id} style={{ margin: 0 }}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className={styles.line}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${formatNumber(sum)}`}
      >
        <line x1={MARGIN} x2={WIDTH - MARGIN} y1={HEIGHT - MARGIN} y2={HEIGHT - MARGIN} className={styles.axis} />
        <polygon
          points={`${MARGIN},${HEIGHT - MARGIN} ${places.join(' ')} ${WIDTH - MARGIN},${HEIGHT - MARGIN}`}
          className={styles.area}
        />
        <polyline points={places.join(' ')} className={styles.path} vectorEffect="non-scaling-stroke" />
      </svg>
      <div className={styles.ends}>
        <Text size={200}>{points[0]?.name}</Text>
        <Text size={200}>{texts.charts.most(formatNumber(most))}</Text>
        <Text size={200}>{points.at(-1)?.name}</Text>
      </div>
      <details>
        <summary id={id}>{texts.charts.table(label)}</summary>
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
