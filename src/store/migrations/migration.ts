/** The shape of one numbered step of the schema. */
import type { ColumnKind, Dialect } from '../dialect.ts';

export interface Migration {
  readonly name: string;
  /**
   * The migration that a server must know to go on working after this one: an earlier one when it only adds what older
   * servers pass over. Without it, a server has to know this one.
   */
  readonly compatibleSince?: string;
  /** The statements, separated by semicolons. @param types of the column kinds in the dialect */
  sql(types: Readonly<Record<ColumnKind, string>>, dialect: Dialect['name']): string;
}
