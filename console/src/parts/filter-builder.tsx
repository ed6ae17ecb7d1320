/** Puts together one condition of a `$filter` for those who do not know its language. */
import {
  Button,
  Field,
  Input,
  makeStyles,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Select,
  tokens,
} from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { useState } from 'react';
import type { SubmitEvent } from 'react';
import type { PropertyRow } from '../../../src/model/rows.ts';
import { isEnum, membersOf } from '../api/model.ts';
import { pageTexts } from '../page-texts.ts';
import { toLabel } from './format.ts';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, width: '260px' },
});

const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
const FUNCTIONS = ['startswith', 'contains'] as const;
type Operator = (typeof COMPARISONS)[number] | (typeof FUNCTIONS)[number];

export interface FilterBuilderProps {
  readonly properties: readonly PropertyRow[];
  onAdd(condition: string): void;
}

export function FilterBuilder({ properties, onAdd }: FilterBuilderProps) {
  const styles = useStyles();
  const rows = properties.filter(({ isFilterable }) => isFilterable === true);
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState(rows[0]?.name ?? '');
  const [operator, setOperator] = useState<Operator>('eq');
  const [value, setValue] = useState('');
  const row = rows.find((property) => property.name === name);
  if (row === undefined) return null;
  const operators =
    row.type === 'Edm.String'
      ? [...COMPARISONS, ...FUNCTIONS]
      : row.type === 'Edm.Boolean' || isEnum(row.type)
        ? (['eq', 'ne'] as const)
        : COMPARISONS;
  const choices = row.type === 'Edm.Boolean' ? ['true', 'false'] : isEnum(row.type) ? membersOf(row.type) : undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onAdd(toCondition(row, operator, value || (choices?.[0] ?? '')));
    setOpen(false);
  };
  return (
    <Popover open={isOpen} onOpenChange={(_, { open }) => setOpen(open)} trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button icon={<AddRegular />}>{pageTexts.list.addCondition}</Button>
      </PopoverTrigger>
      <PopoverSurface aria-label={pageTexts.list.addCondition}>
        <form className={styles.form} onSubmit={submit}>
          <Field label={pageTexts.list.property}>
            <Select
              value={name}
              onChange={(_, data) => {
                setName(data.value);
                setOperator('eq');
                setValue('');
              }}
            >
              {rows.map((property) => (
                <option key={property.name} value={property.name}>
                  {toLabel(property.name)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={pageTexts.list.operator}>
            <Select value={operator} onChange={(_, data) => setOperator(data.value as Operator)}>
              {operators.map((known) => (
                <option key={known} value={known}>
                  {pageTexts.list.operators[known]}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={pageTexts.list.value}>
            {choices === undefined ? (
              <Input
                value={value}
                type={isInstant(row) ? 'datetime-local' : row.type === 'Edm.Int32' ? 'number' : 'text'}
                onChange={(_, data) => setValue(data.value)}
              />
            ) : (
              <Select value={value} onChange={(_, data) => setValue(data.value)}>
                {choices.map((choice) => (
                  <option key={choice} value={choice}>
                    {toLabel(choice)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Button type="submit" appearance="primary">
            {pageTexts.list.add}
          </Button>
        </form>
      </PopoverSurface>
    </Popover>
  );
}

function isInstant({ type }: PropertyRow): boolean {
  return type === 'Edm.DateTimeOffset' || type === 'graph.dateTimeTimeZone';
}

function toCondition(row: PropertyRow, operator: Operator, value: string): string {
  const field =
    row.type === 'graph.dateTimeTimeZone'
      ? `${row.name}/dateTime`
      : row.type === 'graph.itemBody'
        ? `${row.name}/content`
        : row.name;
  const literal = toLiteral(row, value);
  return operator === 'startswith' || operator === 'contains'
    ? `${operator}(${field},${literal})`
    : `${field} ${operator} ${literal}`;
}

function toLiteral({ type }: PropertyRow, value: string): string {
  if (type === 'Edm.Int32' || type === 'Edm.Boolean') return value;
  if (type === 'Edm.DateTimeOffset') return `${value.length === 16 ? `${value}:00` : value}Z`;
  if (type === 'graph.dateTimeTimeZone') return `'${value}'`;
  if (type === 'Edm.Duration') return `duration'${value}'`;
  return `'${value.replaceAll("'", "''")}'`;
}
