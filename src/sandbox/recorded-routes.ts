/** Changes of what a sandbox has in memory, in the change log: one that cannot be recorded is taken back. */
import type { ControlRoute, ControlSender } from '../control/route.ts';
import { NO_TENANT } from '../store/changes/change.ts';
import type { Image, Origin } from '../store/changes/change.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { SandboxStore } from './store.ts';

/** A part of a sandbox. */
export interface RecordedPart {
  readonly store: SandboxStore;
  /** Values by name, of which those are recorded that a change makes different. */
  describe(): Image;
}

/** The routes, of which those that change the part are recorded, and run one after another. */
export function recordedRoutes(
  routes: readonly ControlRoute[],
  { store, describe }: RecordedPart,
  connection: Pick<SqlConnection, 'write'>,
): readonly ControlRoute[] {
  let last: Promise<unknown> = Promise.resolve();
  const record = async (route: ControlRoute, input: Parameters<ControlRoute['run']>[0]) => {
    const [before, state] = [describe(), store.capture()];
    const answer = await route.run(input);
    const after = describe();
    if (JSON.stringify(before) === JSON.stringify(after)) return answer;
    const changes = [{ tenantKey: NO_TENANT, kind: 'sandbox', itemId: undefined, before, after }] as const;
    try {
      await connection.write([], { origin: originOf(route, input), changes });
    } catch (error) {
      store.restore(state);
      throw error;
    }
    return answer;
  };
  return routes.map((route) => {
    if (route.method === 'GET') return route;
    const run: ControlRoute['run'] = (input) => {
      const turn = last.then(() => record(route, input));
      last = turn.catch(() => undefined);
      return turn;
    };
    return { ...route, run };
  });
}

function originOf({ id }: ControlRoute, { holder, requestId }: ControlSender): Origin {
  return { channel: requestId === undefined ? 'library' : 'control', operation: id, actor: holder.name, requestId };
}
