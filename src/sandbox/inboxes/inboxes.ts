/** The inboxes of a sandbox: their requests, their state, and the control API's paths of them. */
import type { Clock } from '../../lib/clock.ts';
import type { ControlRoute } from '../../control/route.ts';
import type { InboxAnswer, ReceivedRequest } from '../../server/inbox-route.ts';
import type { Image } from '../../store/changes/change.ts';
import { sharedStore } from '../common-store.ts';
import type { SandboxStore } from '../store.ts';
import type { InboxSettings } from './inbox.ts';
import { InboxRegistry } from './inbox-registry.ts';
import type { InboxesState } from './inbox-registry.ts';

export interface Inboxes {
  receive(request: ReceivedRequest): InboxAnswer;
  readonly store: SandboxStore;
  /** What they are set to, by their names, without secrets. */
  describe(): Image;
  /** Loaded when the control API is first asked for. */
  loadRoutes(): Promise<readonly ControlRoute[]>;
}

export interface InboxesOptions {
  readonly clock: Clock;
  readonly findBaseUrl: () => string;
}

export function createInboxes({ clock, findBaseUrl }: InboxesOptions): Inboxes {
  const registry = new InboxRegistry(clock);
  const shown = ([name, { secret, reply }]: readonly [string, InboxSettings]) =>
    [name, { hasSecret: secret !== undefined, ...(reply && { reply }) }] as const;
  return {
    receive: (request) => registry.receive(request),
    store: sharedStore('inboxes', {
      capture: () => structuredClone(registry.capture()),
      restore: (state: InboxesState) => registry.restore(structuredClone(state)),
      reset: () => registry.clear(),
    }),
    describe: () => Object.fromEntries([...registry.settings].map(shown)),
    loadRoutes: async () => {
      const { inboxRoutes } = await import('./inbox-routes.ts');
      return inboxRoutes({ registry, findBaseUrl });
    },
  };
}
