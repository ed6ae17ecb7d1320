/** Every table. */
import type { Table } from '../row.ts';
import { createTable } from './create.ts';
import { deleteTable } from './delete.ts';
import { updateTable } from './update.ts';

export const TABLES: readonly Table[] = [createTable, updateTable, deleteTable];
