/** Every table. */
import type { RuleTable } from '../row.ts';
import { accessTable } from './access.ts';
import { appTable } from './apps.ts';
import { batchItemTable } from './batch-items.ts';
import { batchTable } from './batch.ts';
import { bodyTable } from './bodies.ts';
import { contentValueTable } from './content-values.ts';
import { contentTable } from './contents.ts';
import { createTable } from './create.ts';
import { deltaTable } from './delta.ts';
import { deleteTable } from './delete.ts';
import { getTable } from './get.ts';
import { headerTable } from './headers.ts';
import { keyTable } from './keys.ts';
import { keyedWriteTable } from './keyed-writes.ts';
import { listTable } from './list.ts';
import { openDirectoryTable } from './open-directory.ts';
import { orderTable } from './order.ts';
import { pageTable } from './pages.ts';
import { pathTable } from './paths.ts';
import { permissionTable } from './permission-rules.ts';
import { providerTable } from './providers.ts';
import { queryTable } from './query.ts';
import { serviceTable } from './service.ts';
import { strictTable } from './strict.ts';
import { subscriptionTable } from './subscriptions.ts';
import { updateFixedTable } from './update-fixed.ts';
import { updateTable } from './update.ts';
import { userWriteTable } from './user-writes.ts';
import { userTable } from './users.ts';
import { valueTable } from './values.ts';

export const RULE_TABLES: readonly RuleTable[] = [
  accessTable,
  permissionTable,
  createTable,
  bodyTable,
  valueTable,
  updateTable,
  updateFixedTable,
  deleteTable,
  getTable,
  keyTable,
  keyedWriteTable,
  listTable,
  pageTable,
  deltaTable,
  subscriptionTable,
  queryTable,
  providerTable,
  contentTable,
  contentValueTable,
  userTable,
  userWriteTable,
  openDirectoryTable,
  appTable,
  headerTable,
  pathTable,
  orderTable,
  batchTable,
  batchItemTable,
  serviceTable,
  strictTable,
];
