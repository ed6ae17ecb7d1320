/** Which column becomes which property: a line each, with the first values of the column and what is wrong with them. */
import { Badge, Field, Input, makeStyles, mergeClasses, Select, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { ImportMapping, ImportSuggestion } from '../../../src/library/admin-types.ts';
import { isEnum, membersOf } from '../api/model.ts';
import { textOf } from '../parts/entity-value.tsx';
import { formatNumber, toLabel } from '../parts/format.ts';
import { importTexts } from './import-texts.ts';
import { showMapped } from './slots.ts';
import type { MappedSource, ShownValue, Slot, SlotProblem } from './slots.ts';

const texts = importTexts.map;

const useStyles = makeStyles({
  table: { display: 'flex', flexDirection: 'column' },
  line: {
    display: 'grid',
    gridTemplateColumns: 'minmax(140px, 1fr) minmax(200px, 1.2fr) minmax(160px, 1.6fr)',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    alignItems: 'start',
    paddingBlock: tokens.spacingVerticalS,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    '@media (max-width: 760px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  head: { color: tokens.colorNeutralForeground2, '@media (max-width: 760px)': { display: 'none' } },
  label: { paddingTop: '6px', '@media (max-width: 760px)': { paddingTop: 0 } },
  star: { color: tokens.colorPaletteRedForeground1 },
  controls: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, minWidth: 0 },
  pair: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)', gap: tokens.spacingHorizontalXS },
  select: { minWidth: 0, width: '100%' },
  input: { minWidth: 0, width: '100%', '& input': { minWidth: 0, width: '100%' } },
  says: { minWidth: 0, display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, paddingTop: '6px' },
  sample: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  custom: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
  problem: { color: tokens.colorPaletteRedForeground1, overflowWrap: 'anywhere' },
  values: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1.2fr)',
    gap: tokens.spacingHorizontalXS,
    alignItems: 'center',
    overflowWrap: 'anywhere',
  },
});

export interface MappingFormProps {
  readonly mapping: ImportMapping;
  readonly slots: readonly Slot[];
  readonly sample: ImportSuggestion;
  readonly problems: ReadonlyMap<string, SlotProblem>;
  onChange(mapping: ImportMapping): void;
}

export function MappingForm({ mapping, slots, sample, problems, onChange }: MappingFormProps) {
  const styles = useStyles();
  return (
    <div className={styles.table}>
      <div className={mergeClasses(styles.line, styles.head)} aria-hidden>
        <Text size={200}>{texts.property}</Text>
        <Text size={200}>{texts.from}</Text>
        <Text size={200}>{texts.sample}</Text>
      </div>
      {slots.map((slot) => (
        <Line key={slot.id} {...{ slot, mapping, sample, onChange }} problem={problems.get(slot.id)} />
      ))}
    </div>
  );
}

interface LineProps extends Pick<MappingFormProps, 'mapping' | 'sample' | 'onChange'> {
  readonly slot: Slot;
  readonly problem: SlotProblem | undefined;
}

const CUSTOM = 'custom';
const FIXED = 'fixed';
const COLUMN = 'column:';

function Line({ slot, mapping, sample, problem, onChange }: LineProps) {
  const styles = useStyles();
  const shown = showMapped(slot.get(mapping));
  const named = mapping.asIs === true ? findNamed(slot, sample.columns) : undefined;
  const column = shown.kind === 'column' ? shown.column : shown.kind === 'none' ? named : undefined;
  const set = (value: Parameters<Slot['set']>[1]): void => onChange(slot.set(mapping, value));
  return (
    <div className={styles.line} role="group" aria-label={slot.label}>
      <Text weight={slot.isRequired ? 'semibold' : 'regular'} className={styles.label}>
        {slot.label}
        {slot.isRequired && <span className={styles.star}> *</span>}
      </Text>
      <div className={styles.controls}>
        <Field validationState={problem === undefined ? 'none' : 'error'}>
          <Select
            className={styles.select}
            aria-label={texts.columnOf(slot.label)}
            value={keyOf(shown)}
            onChange={(_, { value }) => set(fromKey(value))}
          >
            <option value="">{named === undefined ? texts.none : texts.byName(named)}</option>
            {shown.kind === 'custom' && <option value={CUSTOM}>{texts.custom}</option>}
            {columnsWith(sample.columns, shown).map((name) => (
              <option key={name} value={COLUMN + name}>
                {name}
              </option>
            ))}
            <option value={FIXED}>{texts.fixed}</option>
          </Select>
        </Field>
        {shown.kind === 'fixed' && <FixedValue slot={slot} value={shown.value} onChange={set} />}
        {shown.kind === 'column' && (
          <Reading slot={slot} source={shown.source} sample={sample} onChange={(source) => set(source)} />
        )}
      </div>
      <div className={styles.says}>
        {shown.kind === 'custom' && <span className={styles.custom}>{shown.text}</span>}
        {column !== undefined && (
          <Text size={200} className={styles.sample}>
            {valuesOf(sample, column).slice(0, SHOWN_VALUES).join(' · ')}
          </Text>
        )}
        {problem !== undefined && (
          <Text size={200} className={styles.problem} role="alert">
            <Badge appearance="tint" color="danger">
              {texts.rows(formatNumber(problem.rows))}
            </Badge>{' '}
            {problem.message}
          </Text>
        )}
      </div>
    </div>
  );
}

const SHOWN_VALUES = 4;

/** With the one that the mapping names, though the file may not have it. */
function columnsWith(columns: readonly string[], shown: ShownValue): readonly string[] {
  return shown.kind === 'column' && !columns.includes(shown.column) ? [shown.column, ...columns] : columns;
}

function findNamed({ names, id }: Slot, columns: readonly string[]): string | undefined {
  if (!id.startsWith('properties.')) return undefined;
  return columns.find((column) => column.toLowerCase() === names[0]?.toLowerCase());
}

function keyOf(shown: ShownValue): string {
  if (shown.kind === 'column') return COLUMN + shown.column;
  return shown.kind === 'none' ? '' : shown.kind;
}

function fromKey(key: string): MappedSource | undefined {
  if (key === '') return undefined;
  return key === FIXED ? { value: '' } : { column: key.slice(COLUMN.length) };
}

/** Different ones, in the order of the file. */
function valuesOf({ rows }: Pick<ImportSuggestion, 'rows'>, column: string): readonly string[] {
  return [...new Set(rows.flatMap(({ values }) => (values[column] === undefined ? [] : [textOf(values[column])])))];
}

interface FixedValueProps {
  readonly slot: Slot;
  readonly value: string;
  onChange(source: MappedSource): void;
}

function FixedValue({ slot: { label, type }, value, onChange }: FixedValueProps) {
  if (!isEnum(type))
    return (
      <Input aria-label={texts.fixedOf(label)} value={value} onChange={(_, data) => onChange({ value: data.value })} />
    );
  return (
    <Select aria-label={texts.fixedOf(label)} value={value} onChange={(_, data) => onChange({ value: data.value })}>
      <option value="" />
      {membersOf(type).map((name) => (
        <option key={name} value={name}>
          {toLabel(name)}
        </option>
      ))}
    </Select>
  );
}

interface ReadingProps {
  readonly slot: Slot;
  readonly source: MappedSource;
  readonly sample: ImportSuggestion;
  onChange(source: MappedSource): void;
}

/** How the texts of the column are read. */
function Reading({ slot: { label, type }, source, sample, onChange }: ReadingProps) {
  const styles = useStyles();
  if (type === 'Edm.DateTimeOffset' || type === 'graph.dateTimeTimeZone') {
    return (
      <div className={styles.pair}>
        <Dates key={source.column} label={label} source={source} onChange={onChange} />
        <Input
          className={styles.input}
          aria-label={texts.zoneOf(label)}
          placeholder="UTC"
          value={source.timeZone ?? ''}
          onChange={(_, { value }) => onChange(withOptional(source, 'timeZone', value))}
        />
      </div>
    );
  }
  if (type === 'Edm.Int32') {
    return (
      <Select
        aria-label={texts.numberOf(label)}
        value={source.number ?? ''}
        onChange={(_, { value }) => onChange(withOptional(source, 'number', value))}
      >
        {Object.entries(texts.numbers).map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </Select>
    );
  }
  return isEnum(type) ? <Values {...{ label, type, source, sample, onChange }} /> : null;
}

interface ValuesProps extends Omit<ReadingProps, 'slot'> {
  readonly label: string;
  readonly type: Parameters<typeof membersOf>[0];
}

const MOST_VALUES = 20;

/** What each value of the column becomes. */
function Values({ label, type, source, sample, onChange }: ValuesProps) {
  const styles = useStyles();
  const { values = {} } = source;
  const members = membersOf(type);
  const found = valuesOf(sample, source.column ?? '').filter((value) => !members.includes(value));
  const names = [...new Set([...Object.keys(values), ...found])].slice(0, MOST_VALUES);
  const change = (name: string, member: string): void => {
    const { [name]: _old, ...others } = values;
    // Members of the API stand for themselves, once a mapping names any value.
    const own = Object.fromEntries(members.map((one) => [one, one] as const));
    const next = member === '' ? others : { ...own, ...others, [name]: member };
    onChange(Object.keys(next).length === 0 ? { column: source.column ?? '' } : { ...source, values: next });
  };
  const shown = names.filter((name) => values[name] !== name);
  if (shown.length === 0) return null;
  return (
    <div className={styles.values} role="group" aria-label={texts.valuesOf(label)}>
      {shown.map((name) => [
        <Text key={`${name} name`} size={200}>
          {name}
        </Text>,
        <Select
          key={name}
          size="small"
          aria-label={texts.valueOf(label, name)}
          value={String(values[name] ?? '')}
          onChange={(_, { value }) => change(name, value)}
        >
          <option value="">{texts.unmapped}</option>
          {members.map((member) => (
            <option key={member} value={member}>
              {toLabel(member)}
            </option>
          ))}
        </Select>,
      ])}
    </div>
  );
}

/** Its own text while it is typed: what is sent of it has no spaces at its ends. */
function Dates({ label, source, onChange }: Pick<ReadingProps, 'source' | 'onChange'> & { readonly label: string }) {
  const styles = useStyles();
  const [text, setText] = useState((source.dates ?? []).join(' | '));
  const edit = (next: string): void => {
    setText(next);
    const { dates: _old, ...others } = source;
    const dates = next
      .split('|')
      .map((format) => format.trim())
      .filter(Boolean);
    onChange(dates.length === 0 ? others : { ...others, dates });
  };
  return (
    <Input
      className={styles.input}
      aria-label={texts.datesOf(label)}
      title={texts.datesHint}
      placeholder="iso"
      value={text}
      onChange={(_, { value }) => edit(value)}
    />
  );
}

function withOptional(source: MappedSource, name: 'timeZone' | 'number', value: string): MappedSource {
  const { [name]: _old, ...others } = source;
  return value === '' ? others : { ...others, [name]: value };
}
