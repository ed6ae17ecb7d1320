/** The console on a server: its files, from a build of the checkout or from the package. */
import { fileURLToPath } from 'node:url';
import { registerConsole } from '../server/console-route.ts';
import type { HttpPlugin } from '../server/server.ts';

/** The same from src/ and from dist/. */
const FOLDER = fileURLToPath(new URL('../../dist/console', import.meta.url));

export const consolePlugin: HttpPlugin = async (app) => app.register(registerConsole, { folder: FOLDER });
