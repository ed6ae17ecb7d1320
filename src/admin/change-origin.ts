/** Who makes the changes of the admin API, as the change log keeps it. */
import type { ControlSender } from '../control/route.ts';
import type { Channel, Origin } from '../store/changes/change.ts';
import type { AdminContext } from './context.ts';

/** @param operation the id of the route */
export function originOf(
  { server }: Pick<AdminContext, 'server'>,
  operation: string,
  { holder, requestId }: ControlSender,
): () => Origin {
  const channel: Channel = server === undefined ? 'commandLine' : requestId === undefined ? 'library' : 'admin';
  return () => ({ channel, operation, actor: holder.name, requestId });
}
