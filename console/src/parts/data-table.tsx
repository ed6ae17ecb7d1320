/** A page of rows: columns, selection, and the way to the next page. The server filters, orders and pages. */
import { Button, Checkbox, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { ArrowDownRegular } from '@fluentui/react-icons/svg/arrow-down';
import { ArrowUpRegular } from '@fluentui/react-icons/svg/arrow-up';
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right';
import { PreviousRegular } from '@fluentui/react-icons/svg/previous';
import type { ReactNode } from 'react';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';
import { formatNumber } from './format.ts';

/** There each row is a card, as a table would have to be scrolled in two directions. */
const NARROW = '@media (max-width: 640px)';

const useStyles = makeStyles({
  frame: {
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    overflow: 'hidden',
    flexShrink: 0,
  },
  scroll: {
    overflowX: 'auto',
    // A shadow at the end where there is more to scroll to: what moves along covers it at the end.
    backgroundImage: [
      `linear-gradient(${tokens.colorNeutralBackground1}, ${tokens.colorNeutralBackground1})`,
      `linear-gradient(${tokens.colorNeutralBackground1}, ${tokens.colorNeutralBackground1})`,
      `linear-gradient(to right, ${tokens.colorNeutralShadowKey}, transparent)`,
      `linear-gradient(to left, ${tokens.colorNeutralShadowKey}, transparent)`,
    ].join(', '),
    backgroundPosition: 'left center, right center, left center, right center',
    backgroundRepeat: 'no-repeat',
    backgroundSize: '24px 100%, 24px 100%, 12px 100%, 12px 100%',
    backgroundAttachment: 'local, local, scroll, scroll',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    fontSize: tokens.fontSizeBase300,
    // A switch is as high as a line of text, and begins where that would.
    '& .fui-Switch': { verticalAlign: 'middle' },
    '& .fui-Switch__indicator': { margin: 0 },
    '& .fui-Switch__input': { width: '100%' },
    [NARROW]: { display: 'block' },
  },
  block: { [NARROW]: { display: 'block' } },
  headRow: {
    [NARROW]: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      backgroundColor: tokens.colorNeutralBackground2,
    },
  },
  head: {
    textAlign: 'start',
    whiteSpace: 'nowrap',
    padding: 0,
    backgroundColor: tokens.colorNeutralBackground2,
    fontWeight: tokens.fontWeightSemibold,
  },
  /** Each cell has its name beside it there. */
  headUnused: {
    [NARROW]: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' },
  },
  headText: { display: 'block', padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}` },
  sort: {
    justifyContent: 'start',
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    width: '100%',
    minWidth: 0,
    // The text is in line with those below.
    paddingInlineStart: '11px',
    [NARROW]: { paddingInlineEnd: 0 },
  },
  cell: {
    padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalM}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    verticalAlign: 'middle',
    maxWidth: '340px',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    [NARROW]: {
      display: 'block',
      border: 'none',
      maxWidth: 'none',
      whiteSpace: 'normal',
      overflowWrap: 'anywhere',
      paddingBlock: '2px',
    },
  },
  // Nothing to say of a row: a card has no line for it.
  missing: { [NARROW]: { display: 'none' } },
  first: { maxWidth: 'clamp(200px, 20vw, 340px)', [NARROW]: { maxWidth: 'none' } },
  number: { textAlign: 'end', fontVariantNumeric: 'tabular-nums', [NARROW]: { textAlign: 'start' } },
  long: { maxWidth: '440px', [NARROW]: { maxWidth: 'none' } },
  wrapped: {
    whiteSpace: 'normal',
    maxWidth: '640px',
    minWidth: '220px',
    overflowWrap: 'anywhere',
    [NARROW]: { minWidth: 0 },
  },
  row: {
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
    [NARROW]: {
      display: 'block',
      position: 'relative',
      borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
      paddingBlock: tokens.spacingVerticalS,
      ':first-child': { borderTop: 'none' },
    },
  },
  named: {
    [NARROW]: {
      display: 'grid',
      gridTemplateColumns: '128px minmax(0, 1fr)',
      justifyItems: 'start',
      alignItems: 'center',
      gap: tokens.spacingHorizontalS,
      '::before': {
        content: 'attr(data-name)',
        color: tokens.colorNeutralForeground2,
        fontSize: tokens.fontSizeBase200,
      },
    },
  },
  title: { [NARROW]: { fontWeight: tokens.fontWeightSemibold, paddingInlineEnd: '48px' } },
  rowOpen: { backgroundColor: tokens.colorNeutralBackground1Selected },
  check: { width: '40px', padding: 0 },
  // In line with those of the cards, and with words, as nothing else is there.
  checkHead: {
    [NARROW]: {
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'end',
      flexGrow: 1,
      order: 1,
      width: 'auto',
      paddingInlineEnd: tokens.spacingHorizontalM,
      '::before': {
        content: 'attr(data-name)',
        fontWeight: tokens.fontWeightRegular,
        fontSize: tokens.fontSizeBase200,
      },
    },
  },
  checkCell: { [NARROW]: { position: 'absolute', top: tokens.spacingVerticalXS, right: tokens.spacingHorizontalXS } },
  link: {
    border: 'none',
    padding: 0,
    font: 'inherit',
    textAlign: 'start',
    cursor: 'pointer',
    color: tokens.colorBrandForegroundLink,
    backgroundColor: 'transparent',
    maxWidth: '100%',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    ':hover': { textDecorationLine: 'underline' },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
  },
  foot: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '36px',
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  count: { flexGrow: 1, color: tokens.colorNeutralForeground2 },
});

export interface Column<Row> {
  readonly name: string;
  readonly label: string;
  readonly isSortable?: boolean;
  /** Figures stand at the end of their column, below each other. */
  readonly isNumber?: boolean;
  /** It may take more of the width than others. */
  readonly isLong?: boolean;
  /** Sentences, which take the lines that they need. */
  readonly isWrapped?: boolean;
  /** Nothing where the row has no such value. */
  show(row: Row): ReactNode;
}

export interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  keyOf(row: Row): string;
  /** The row whose details are shown. */
  readonly openKey?: string | undefined;
  onOpen?(row: Row): void;
  /** As `$orderby` has it: a property, perhaps with desc. */
  readonly order?: string | undefined;
  onOrder?(order: string | undefined): void;
  readonly selected?: ReadonlySet<string>;
  onSelect?(keys: ReadonlySet<string>): void;
  /** Rows in all, where the server counted them. */
  readonly total?: number | undefined;
  onFirst?: (() => void) | undefined;
  onNext?: (() => void) | undefined;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const styles = useStyles();
  const { label, columns, rows, keyOf, selected, onSelect } = props;
  const keys = rows.map(keyOf);
  const picked = keys.filter((key) => selected?.has(key));
  const toggle = (some: readonly string[], isOn: boolean): void => {
    const next = new Set(selected);
    for (const key of some)
      if (isOn) next.add(key);
      else next.delete(key);
    onSelect?.(next);
  };
  return (
    <div className={styles.frame}>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
        {/* Roles, as what is not shown as a table is none to some readers of the screen. */}
        <table role="table" className={styles.table}>
          <thead role="rowgroup" className={styles.block}>
            <tr role="row" className={styles.headRow}>
              {onSelect !== undefined && (
                <th
                  role="columnheader"
                  scope="col"
                  data-name={pageTexts.table.all}
                  className={mergeClasses(styles.head, styles.check, styles.checkHead)}
                >
                  <Checkbox
                    aria-label={pageTexts.table.selectAll}
                    checked={picked.length === 0 ? false : picked.length === keys.length ? true : 'mixed'}
                    onChange={(_, { checked }) => toggle(keys, checked === true)}
                  />
                </th>
              )}
              {columns.map((column) => (
                <Head key={column.name} column={column} order={props.order} onOrder={props.onOrder} />
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup" className={styles.block}>
            {rows.map((row, index) => {
              const key = keys[index] as string;
              return (
                <tr key={key} role="row" className={mergeClasses(styles.row, key === props.openKey && styles.rowOpen)}>
                  {onSelect !== undefined && (
                    <td role="cell" className={mergeClasses(styles.cell, styles.check, styles.checkCell)}>
                      <Checkbox
                        aria-label={pageTexts.table.select(key)}
                        checked={selected?.has(key) ?? false}
                        onChange={(_, { checked }) => toggle([key], checked === true)}
                      />
                    </td>
                  )}
                  {columns.map((column, position) => {
                    const shown = column.show(row);
                    const isMissing = shown === undefined || shown === null || shown === false || shown === '';
                    return (
                      <td
                        key={column.name}
                        role="cell"
                        data-name={column.label}
                        className={mergeClasses(
                          styles.cell,
                          position === 0 ? mergeClasses(styles.title, styles.first) : styles.named,
                          column.isNumber === true && styles.number,
                          column.isWrapped === true && styles.wrapped,
                          column.isLong === true && styles.long,
                          isMissing && position > 0 && styles.missing,
                        )}
                      >
                        {position === 0 && props.onOpen !== undefined ? (
                          <button type="button" className={styles.link} onClick={() => props.onOpen?.(row)}>
                            {shown}
                          </button>
                        ) : isMissing ? (
                          texts.values.missing
                        ) : (
                          shown
                        )}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Foot {...props} />
    </div>
  );
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly order: string | undefined;
  readonly onOrder: DataTableProps<Row>['onOrder'];
}

function Head<Row>({ column, order = '', onOrder }: HeadProps<Row>) {
  const styles = useStyles();
  const [property, direction] = order.split(' ');
  const isOrdered = property === column.name;
  const isDown = isOrdered && direction === 'desc';
  if (column.isSortable !== true || onOrder === undefined) {
    return (
      <th
        role="columnheader"
        scope="col"
        className={mergeClasses(styles.head, styles.headUnused, column.isNumber === true && styles.number)}
      >
        <span className={styles.headText}>{column.label}</span>
      </th>
    );
  }
  const next = isDown ? undefined : isOrdered ? `${column.name} desc` : column.name;
  return (
    <th
      role="columnheader"
      scope="col"
      className={styles.head}
      aria-sort={isOrdered ? (isDown ? 'descending' : 'ascending') : 'none'}
    >
      <Button
        appearance="transparent"
        className={styles.sort}
        iconPosition="after"
        {...(isOrdered && { icon: isDown ? <ArrowDownRegular /> : <ArrowUpRegular /> })}
        onClick={() => onOrder(next)}
      >
        {column.label}
      </Button>
    </th>
  );
}

function Foot<Row>({ rows, total, selected, onFirst, onNext }: DataTableProps<Row>) {
  const styles = useStyles();
  const shown =
    total === undefined || total === rows.length
      ? pageTexts.table.shown(formatNumber(rows.length))
      : pageTexts.table.shownOf(formatNumber(rows.length), formatNumber(total));
  return (
    <div className={styles.foot}>
      <Text size={200} className={styles.count} aria-live="polite">
        {shown}
        {selected !== undefined && selected.size > 0 && ` · ${pageTexts.table.selected(formatNumber(selected.size))}`}
      </Text>
      {(onFirst !== undefined || onNext !== undefined) && (
        <>
          <Button
            size="small"
            appearance="subtle"
            icon={<PreviousRegular />}
            disabled={onFirst === undefined}
            onClick={onFirst}
          >
            {pageTexts.table.first}
          </Button>
          <Button
            size="small"
            appearance="subtle"
            icon={<ChevronRightRegular />}
            iconPosition="after"
            disabled={onNext === undefined}
            onClick={onNext}
          >
            {pageTexts.table.next}
          </Button>
        </>
      )}
    </div>
  );
}
