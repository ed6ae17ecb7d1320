/** The console on a server: its files, from a build of the checkout or from the package. */
import { fileURLToPath } from 'node:url';
import type { Settings } from '../config/settings.ts';
import { registerConsole } from '../server/console-route.ts';
import type { HttpPlugin } from '../server/server.ts';

/** The same from src/ and from dist/. */
const FOLDER = fileURLToPath(new URL('../../dist/console', import.meta.url));

export function consolePlugin({ consoleClientId, trustedIssuers: [issuer] }: Settings): HttpPlugin {
  const isOutside = consoleClientId !== undefined && issuer !== undefined;
  const issuerOrigin = isOutside ? new URL(issuer.names[0]).origin : undefined;
  return async (app) => app.register(registerConsole, { folder: FOLDER, issuerOrigin });
}
