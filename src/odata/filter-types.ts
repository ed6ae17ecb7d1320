/**
 * A filter as a tree. Its logic has two values: a field without a value is never equal to, above, below or like a
 * value, and `not` turns that false into true. So `ne` is `not` around `oneOf`.
 */
import type { EntityName } from '../model/schema.ts';
import type { Field } from './field-path.ts';

/**
 * A value to compare with, of the field's kind: dates as canonical UTC text (`odata/edm.ts`), local dates as text with
 * seven fractional digits, GUIDs in lower case, enum members by name.
 */
export type FilterValue = string | number | boolean;

export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly operand: FilterNode }
  | { readonly kind: 'constant'; readonly isTrue: boolean }
  | { readonly kind: 'isNull'; readonly field: Field }
  /** Equal to one of the values, of which there is at least one. */
  | { readonly kind: 'oneOf'; readonly field: Field; readonly values: readonly FilterValue[] }
  | { readonly kind: 'compare'; readonly field: Field; readonly operator: Inequality; readonly value: FilterValue }
  | { readonly kind: 'match'; readonly field: Field; readonly test: TextTest; readonly text: string }
  /** Of one of these concrete types. */
  | { readonly kind: 'isOf'; readonly types: readonly EntityName[] };

export type Inequality = 'gt' | 'ge' | 'lt' | 'le';
export type TextTest = 'startswith' | 'endswith' | 'contains';
