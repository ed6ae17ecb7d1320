/** A form for an object of the API, made from the rows of its properties: labels, limits and choices are the model's. */
import { Dropdown, Field, Input, Option, Textarea } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { PropertyRow } from '../../../src/model/rows.ts';
import { isEnum, membersOf } from '../api/model.ts';
import { texts } from '../texts.ts';
import { textOf } from './entity-value.tsx';
import { FormDrawer, problemAt } from './form-drawer.tsx';
import { readLines, toLabel } from './format.ts';
import { useFieldProblems } from './use-explained.ts';

const LONG_TEXT = 1024;

export interface EntityFormProps {
  readonly title: string;
  readonly properties: readonly PropertyRow[];
  /** What is stored: the form then sends what was changed. */
  readonly stored?: Readonly<Record<string, unknown>>;
  /** What the fields hold at first. */
  readonly initial?: Readonly<Record<string, unknown>>;
  /** Fields that are not of the model's rows; they keep their own values, and show what a refusal says of them. */
  before?(problemOf: (field: string) => string | undefined): ReactNode;
  /** Sends the body. Rejects with the refusal. */
  onSend(body: Readonly<Record<string, unknown>>): Promise<void>;
  onClose(): void;
}

export function EntityForm({ title, properties, stored, initial, before, onSend, onClose }: EntityFormProps) {
  const fields = properties.filter((row) => isShown(row, stored));
  const [edited, setEdited] = useState<Readonly<Record<string, string>>>({});
  const textOfRow = (row: PropertyRow): string => edited[row.name] ?? toText(row, (stored ?? initial)?.[row.name]);
  const sending = useMutation({ mutationFn: onSend, onSuccess: onClose });
  const { error } = sending;
  const problemOf = useFieldProblems(error);
  return (
    <FormDrawer
      title={title}
      isNew={stored === undefined}
      sending={sending}
      onSubmit={() => sending.mutate(toBody(fields, textOfRow, stored))}
      onClose={onClose}
    >
      {before?.(problemOf)}
      {fields.map((row) => (
        <Field
          key={row.name}
          label={toLabel(row.name)}
          required={isRequired(row, stored)}
          hint={hintOf(row) ?? null}
          {...problemAt(problemOf(row.name))}
        >
          <ValueInput
            row={row}
            value={textOfRow(row)}
            onChange={(value) => setEdited({ ...edited, [row.name]: value })}
          />
        </Field>
      ))}
    </FormDrawer>
  );
}

function isRequired(row: PropertyRow, stored: unknown): boolean {
  return (stored === undefined ? row.onCreate : row.onUpdate) === 'required';
}

function isShown(row: PropertyRow, stored: Readonly<Record<string, unknown>> | undefined): boolean {
  if (stored === undefined) return row.onCreate !== 'ignored';
  return row.onUpdate !== 'fixed' && !(row.onUpdate === 'setOnce' && stored[row.name] !== null);
}

function hintOf({ type, maxLength, range, isUrl }: PropertyRow): string | undefined {
  if (range !== undefined && range[1] <= 100) return texts.form.range(range[0], range[1]);
  if (type === 'Edm.DateTimeOffset' || type === 'graph.dateTimeTimeZone') return texts.form.utc;
  if (type === 'Edm.Duration') return texts.form.duration;
  if (type === 'Collection(Edm.String)') return texts.form.lines;
  if (isUrl === true) return texts.form.url;
  return maxLength !== undefined && maxLength > 128 ? texts.form.maxLength(maxLength) : undefined;
}

interface ValueInputProps {
  readonly row: PropertyRow;
  readonly value: string;
  onChange(value: string): void;
}

function ValueInput({ row, value, onChange, ...field }: ValueInputProps) {
  const choices = choicesOf(row);
  if (choices !== undefined) {
    return (
      <Dropdown
        {...field}
        value={value === '' ? '' : labelOf(value)}
        selectedOptions={[value]}
        onOptionSelect={(_, { optionValue = '' }) => onChange(optionValue)}
      >
        {choices.map((name) => (
          <Option key={name} value={name}>
            {name === '' ? texts.values.none : labelOf(name)}
          </Option>
        ))}
      </Dropdown>
    );
  }
  const isLong =
    row.type === 'Collection(Edm.String)' ||
    row.type === 'graph.itemBody' ||
    ((row.maxLength ?? 0) > LONG_TEXT && row.isUrl !== true);
  if (isLong)
    return (
      <Textarea {...field} value={value} rows={3} resize="vertical" onChange={(_, data) => onChange(data.value)} />
    );
  return (
    <Input
      {...field}
      type={inputTypeOf(row)}
      {...(inputTypeOf(row) === 'datetime-local' && { step: 1 })}
      value={value}
      onChange={(_, data) => onChange(data.value)}
    />
  );
}

function labelOf(choice: string): string {
  return texts.choices[choice] ?? toLabel(choice);
}

function choicesOf({ type, nullable, onCreate }: PropertyRow): readonly string[] | undefined {
  const none = nullable && onCreate !== 'required' ? [''] : [];
  if (type === 'Edm.Boolean') return [...none, 'true', 'false'];
  return isEnum(type) ? [...none, ...membersOf(type)] : undefined;
}

function inputTypeOf({ type, isUrl }: PropertyRow): 'number' | 'datetime-local' | 'url' | 'text' {
  if (type === 'Edm.Int32') return 'number';
  if (type === 'Edm.DateTimeOffset' || type === 'graph.dateTimeTimeZone') return 'datetime-local';
  return isUrl === true ? 'url' : 'text';
}

function toText({ type }: PropertyRow, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (type === 'Edm.DateTimeOffset') return new Date(textOf(value)).toISOString().slice(0, 19);
  if (type === 'graph.dateTimeTimeZone') return (value as { dateTime: string }).dateTime.slice(0, 19);
  if (type === 'graph.itemBody') return (value as { content: string | null }).content ?? '';
  return Array.isArray(value) ? value.join('\n') : textOf(value);
}

function toValue({ type }: PropertyRow, text: string): unknown {
  if (type === 'Collection(Edm.String)') return readLines(text);
  if (text === '') return null;
  if (type === 'Edm.Boolean') return text === 'true';
  // The server refuses anything else, and its message is shown.
  if (type === 'Edm.Int32') return Number.isNaN(Number(text)) ? text : Number(text);
  if (type === 'Edm.DateTimeOffset') return `${withSeconds(text)}Z`;
  if (type === 'graph.dateTimeTimeZone') return { dateTime: withSeconds(text), timeZone: 'UTC' };
  if (type === 'graph.itemBody') return { contentType: 'text', content: text };
  return text;
}

/** An input leaves seconds out when they are zero. */
function withSeconds(text: string): string {
  return text.length === 16 ? `${text}:00` : text;
}

/** Of a new object what was filled in; of a stored one what was changed, and what an update must name. */
function toBody(
  fields: readonly PropertyRow[],
  textOfRow: (row: PropertyRow) => string,
  stored: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> {
  const sent = fields.filter((row) => {
    const text = textOfRow(row);
    if (stored === undefined) return text !== '' || row.onCreate === 'required';
    return row.onUpdate === 'required' || text !== toText(row, stored[row.name]);
  });
  return Object.fromEntries(sent.map((row) => [row.name, toValue(row, textOfRow(row))]));
}
