/** A value of the API as people read it, by the type that the model gives its property. */
import { Badge, Link, makeStyles, mergeClasses, shorthands, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { PropertyRow } from '../../../src/model/rows.ts';
import { isEnum } from '../api/model.ts';
import { texts } from '../texts.ts';
import { formatMoment, formatZoned, toLabel } from './format.ts';

const STATUS_COLOURS: Readonly<Record<string, 'informative' | 'success'>> = {
  notStarted: 'informative',
  inProgress: 'informative',
  completed: 'success',
};

const useStyles = makeStyles({
  // Fluent's badges have no colour for what is under way: their brand colour is as green as success here.
  inProgress: {
    backgroundColor: tokens.colorPaletteBlueBackground2,
    color: tokens.colorPaletteBlueForeground2,
    '::after': { ...shorthands.borderColor(tokens.colorPaletteBlueBorderActive) },
  },
});

/** Every object that the lists hold. */
export type Entity = Readonly<Record<string, unknown>> & { readonly id: string };

export function showValue(row: Pick<PropertyRow, 'name' | 'type'> & Partial<PropertyRow>, value: unknown): ReactNode {
  if (value === null || value === undefined || value === '') return '';
  if (row.type === 'Edm.DateTimeOffset') return formatMoment(textOf(value));
  if (row.type === 'Edm.Boolean') return value === true ? texts.values.yes : texts.values.no;
  if (row.type === 'graph.dateTimeTimeZone') return formatZoned(value as { dateTime: string; timeZone: string });
  if (row.type === 'graph.itemBody') return (value as { content: string | null }).content ?? '';
  if (row.type === 'graph.courseStatus') return <StatusBadge status={textOf(value)} />;
  if (isEnum(row.type)) return toLabel(textOf(value));
  if (Array.isArray(value)) return value.join(', ');
  if (row.name === 'completionPercentage') return `${textOf(value)}%`;
  if (row.isUrl === true) {
    return (
      <Link href={textOf(value)} target="_blank" rel="noreferrer">
        {textOf(value)}
      </Link>
    );
  }
  const text = textOf(value);
  return MAIL_ADDRESS.test(text) ? <MailAddress text={text} /> : text;
}

const MAIL_ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** Where it takes two lines, the second one begins with the domain. */
function MailAddress({ text }: { readonly text: string }) {
  const end = text.indexOf('@') + 1;
  return (
    <>
      {text.slice(0, end)}
      <wbr />
      {text.slice(end)}
    </>
  );
}

export function StatusBadge({ status }: { readonly status: string }) {
  const styles = useStyles();
  return (
    <Badge
      appearance="tint"
      color={STATUS_COLOURS[status] ?? 'warning'}
      className={mergeClasses(status === 'inProgress' && styles.inProgress)}
    >
      {toLabel(status)}
    </Badge>
  );
}

/** Of whatever JSON has. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
