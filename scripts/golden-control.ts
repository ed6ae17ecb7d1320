// What the control API and the admin API say of themselves, kept in the repository so that every change of it is seen.
import { tmpdir } from 'node:os';
import { startApp } from '../src/app.ts';
import { loadSettings } from '../src/config/load.ts';
import { ADMIN_ROOT, CONTROL_ROOT } from '../src/lib/control-root.ts';

/** Where the server of the golden file stands. */
const ORIGIN = 'https://sandbox.vivarium.test';

/** The texts by their paths from the root. */
export async function printControlDocuments(): Promise<ReadonlyMap<string, string>> {
  const flags = { ephemeral: true, sandbox: true, publicUrl: ORIGIN, port: 0, httpPort: 0, logLevel: 'silent' };
  await using app = await startApp(loadSettings({ flags, env: {}, directory: tmpdir() }));
  const print = async (root: string): Promise<string> => {
    const response = await fetch(`${app.httpUrl}${root}/openapi.json`);
    return `${JSON.stringify(await response.json(), null, 2)}\n`;
  };
  return new Map([
    ['test/golden/openapi.admin.json', await print(ADMIN_ROOT)],
    ['test/golden/openapi.control.json', await print(CONTROL_ROOT)],
  ]);
}
