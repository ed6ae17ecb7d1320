/** Services whose requests are answered as a test says, before any operation: for tests of sockets and routes. */
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import { BETA, V1 } from '../../src/model/versions.ts';
import { createProtocol } from '../../src/odata/protocol.ts';
import type { GraphResponse } from '../../src/odata/message.ts';
import type { RequestContext, Services } from '../../src/graph/context.ts';

export type Answer = (context: RequestContext) => GraphResponse | Promise<GraphResponse>;

const protocols = { [V1]: createProtocol(V1, DEFAULT_BEHAVIOUR), [BETA]: createProtocol(BETA, DEFAULT_BEHAVIOUR) };

export function answeringServices(
  answer: Answer,
  { authenticator, errorStyle, ...others }: Pick<Services, 'authenticator' | 'errorStyle'> & Partial<Services>,
): Services {
  const unused = (): never => {
    throw new Error('No operation is run.');
  };
  return {
    store: {} as Services['store'],
    feed: undefined,
    notifying: undefined,
    directory: {} as Services['directory'],
    behaviour: DEFAULT_BEHAVIOUR,
    newId: unused,
    newActivityGuid: unused,
    protocols,
    documents: undefined,
    authenticator,
    admit: () => undefined,
    errorStyle,
    interceptor: async (context) => answer(context),
    ...others,
  };
}
