/** The control API of a test server. */
import type { Answer, TestServer } from './server.ts';

export type Control = (method: string, path: string, json?: unknown) => Promise<Answer>;

/** Sends with the token of the control API; paths are those below its root. */
export function openControl({ app, call }: TestServer): Control {
  return (method, path, json) => call({ method, path: `/_vivarium${path}`, token: app.control?.token, json });
}
