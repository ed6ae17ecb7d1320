/** The shape of one numbered step of the schema. */
import type { ColumnKind } from '../dialect.ts';

export interface Migration {
  readonly name: string;
  /** The statements, separated by semicolons; the argument gives each column kind its type in the dialect. */
  sql(types: Readonly<Record<ColumnKind, string>>): string;
}
