// What the control API says of itself, kept in the repository so that every change of it is seen.
import { tmpdir } from 'node:os';
import { startApp } from '../src/app.ts';
import { loadSettings } from '../src/config/load.ts';

/** Where the server of the golden file stands. */
const ORIGIN = 'https://sandbox.vivarium.test';

/** The text by its path from the root. */
export async function printControlDocument(): Promise<ReadonlyMap<string, string>> {
  const flags = { ephemeral: true, sandbox: true, publicUrl: ORIGIN, port: 0, httpPort: 0, logLevel: 'silent' };
  await using app = await startApp(loadSettings({ flags, env: {}, directory: tmpdir() }));
  const response = await fetch(`${app.httpUrl}/_vivarium/openapi.json`);
  const document: unknown = await response.json();
  return new Map([['test/golden/openapi.control.json', `${JSON.stringify(document, null, 2)}\n`]]);
}
