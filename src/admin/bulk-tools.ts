/** What imports and exports of an admin API work with; made once for each. */
import type { BulkTools } from '../bulk/bulk-kind.ts';
import { V1 } from '../model/versions.ts';
import { createProtocol } from '../odata/protocol.ts';
import { createBulkStore } from '../store/bulk-store.ts';
import { createImportJobStore } from '../store/import-job-store.ts';
import { createLearningStore } from '../store/learning-store.ts';
import type { AdminContext } from './context.ts';

const opened = new WeakMap<AdminContext, BulkTools>();

export function openBulkTools(context: AdminContext): BulkTools {
  const known = opened.get(context);
  if (known !== undefined) return known;
  const { connection, people: directory, settings, ids } = context;
  const tools: BulkTools = {
    bulk: createBulkStore(connection),
    jobs: createImportJobStore(connection),
    store: createLearningStore(connection),
    directory,
    reading: { protocol: createProtocol(V1, settings), behaviour: settings },
    newId: () => ids.newId('entity'),
    newActivityGuid: () => ids.newActivityGuid(),
  };
  opened.set(context, tools);
  return tools;
}
