/** `@microsoft/microsoft-graph-client`, pointed at the target as its users point it. */
import { Client, GraphError } from '@microsoft/microsoft-graph-client';
import type { Scene } from './scene.ts';

export interface GraphClientOptions {
  /** Who sends; the writing app when not given. At hand, for the client hides why one could not be had. */
  readonly token?: string;
  readonly version?: 'v1.0' | 'beta';
}

export function openGraphClient(scene: Scene, options: GraphClientOptions = {}): Client {
  const { token, version = 'v1.0' } = options;
  return Client.init({
    baseUrl: scene.target.baseUrl,
    defaultVersion: version,
    customHosts: new Set([scene.host]),
    authProvider: (done) => {
      (token === undefined ? scene.appToken('writer') : Promise.resolve(token)).then(
        (text) => done(null, text),
        (problem: unknown) => done(problem, null),
      );
    },
  });
}

/** What the call was refused with. Throws when it was not. */
export async function refusalOf(call: Promise<unknown>): Promise<GraphError> {
  try {
    await call;
  } catch (thrown) {
    if (thrown instanceof GraphError) return thrown;
    throw thrown;
  }
  throw new Error('The call was not refused.');
}
