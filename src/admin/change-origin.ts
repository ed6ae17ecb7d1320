/** Who makes the changes of the admin API, as the change log keeps it. */
import type { Origin } from '../store/changes/change.ts';
import type { AdminContext } from './context.ts';

/** @param operation the id of the route */
export function originOf({ server }: Pick<AdminContext, 'server'>, operation: string): () => Origin {
  return () => ({ channel: server === undefined ? 'commandLine' : 'admin', operation });
}
