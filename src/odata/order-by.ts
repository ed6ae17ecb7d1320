/** $orderby: `status desc, dueDateTime/dateTime`. Keywords and names match in any casing. */
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import { clauseError, clauseReason } from './clause-error.ts';
import { isMainMember } from './field-path.ts';
import type { Field, FieldFinder } from './field-path.ts';

/** Null is below every value: first when ascending. Enumerations are sorted by number, also hidden members. */
export interface OrderItem {
  readonly field: Field;
  readonly isDescending: boolean;
}

const MAX_ITEMS = 5;

/** @throws orderByInvalid, propertyUnknown */
export function parseOrderBy(text: string, fields: FieldFinder): readonly OrderItem[] {
  const parts = text.split(',');
  if (parts.length > MAX_ITEMS) throw clauseError('orderByInvalid', 'tooManyProperties', { limit: MAX_ITEMS });
  const items = parts.map((part) => parseItem(part.trim(), fields));
  const paths = items.map(({ field }) => field.path);
  const repeated = paths.find((path, index) => paths.indexOf(path) < index);
  if (repeated !== undefined) throw clauseError('orderByInvalid', 'repeated', { property: repeated });
  return items;
}

function parseItem(text: string, fields: FieldFinder): OrderItem {
  if (text === '') throw clauseError('orderByInvalid', 'empty');
  const [path = '', ...rest] = text.split(/\s+/);
  const direction = rest.join(' ').toLowerCase();
  if (!['', 'asc', 'desc'].includes(direction)) {
    throw clauseError('orderByInvalid', 'directionUnknown', { text: rest.join(' ') });
  }
  return { field: getField(path, fields), isDescending: direction === 'desc' };
}

function getField(path: string, fields: FieldFinder): Field {
  const field = fields.getField(path);
  const { property, member, onlyOf } = field;
  const isSortable = property.isSortable === true && (member === undefined || isMainMember(member));
  // No index has an order in which an inherited property is null for some types.
  if (isSortable && onlyOf === undefined) return field;
  throw new GraphError('orderByInvalid', {
    values: { reason: clauseReason('notSortable', { property: path }) },
    reasons: [reason('notSortable', { found: path, known: fields.sortable })],
  });
}
