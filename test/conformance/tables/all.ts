/** Every table. */
import type { Table } from '../row.ts';
import { createTable } from './create.ts';
import { deleteTable } from './delete.ts';
import { getTable } from './get.ts';
import { keyTable } from './keys.ts';
import { updateTable } from './update.ts';

export const TABLES: readonly Table[] = [createTable, updateTable, deleteTable, getTable, keyTable];
