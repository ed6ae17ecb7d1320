/** A target that is worked on: its client, and who sends to it. */
import type { RegistrationId } from '../lib/ids.ts';
import { createGraphClient } from './graph-client.ts';
import type { GraphClient } from './graph-client.ts';
import { createHttpClient } from './http.ts';
import type { HeldLease } from './lease.ts';
import { createPace } from './pace.ts';
import type { Pace } from './pace.ts';
import type { OutwardParts } from './parts.ts';
import { createItemPlanner } from './plan.ts';
import { createSender } from './sender.ts';
import type { Sender } from './sender.ts';
import { createTokenSource, TargetTrouble } from './token.ts';

export interface OpenTarget extends AsyncDisposable {
  readonly parts: OutwardParts;
  readonly pace: Pace;
  /** For requests that change nothing, or need no lease. */
  readonly client: GraphClient;
  /** The provider there. @throws TargetTrouble when it is not known */
  findProvider(): Promise<RegistrationId>;
  /** @throws TargetTrouble */
  openSender(lease: HeldLease): Promise<Sender>;
}

/** @throws Node's error when its file of CAs cannot be read */
export function openSyncTarget(parts: OutwardParts): OpenTarget {
  const { target, store } = parts;
  const http = createHttpClient(target);
  const tokens = createTokenSource(target, http);
  const pace = createPace(target.requestsPerMinute);
  const shared = { target, http, tokens, pace };
  const findProvider = async (): Promise<RegistrationId> => {
    const provider = target.remoteProvider ?? (await store.findTarget())?.remoteProviderId;
    if (provider !== undefined) return provider;
    throw new TargetTrouble(
      `${target.name} has no provider in the other tenant: register one with "vivarium sync provider ${target.name}", or set remoteProvider.`,
    );
  };
  return {
    parts,
    pace,
    client: createGraphClient(shared),
    findProvider,
    openSender: async (lease) => {
      const provider = await findProvider();
      const client = createGraphClient({ ...shared, check: lease.check });
      return createSender({ ...parts, lease, client, pace, planner: createItemPlanner(parts, provider), provider });
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
