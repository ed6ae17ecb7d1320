// `npm run scim-tester`: the checks of scim2-tester, a public tester of SCIM servers, against a server that is started for it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { launchServer } from './support/launch.ts';

const PROJECT = join(import.meta.dirname, '..');
const PROGRAM = join(PROJECT, 'bin', 'vivarium.js');
const VENV = join(PROJECT, 'node_modules', '.cache', 'scim-tester');
const TESTER = join(VENV, 'bin', 'scim2');
/** Of PyPI. */
const PACKAGES = ['scim2-cli==0.6.0', 'scim2-tester==0.5.2', 'scim2-client==0.13.2', 'scim2-models==0.12.3'];
const PASSED = ['SUCCESS', 'COMPLIANT', 'ACCEPTABLE'];

const run = promisify(execFile);

if (!existsSync(TESTER)) {
  console.log(`Installing ${PACKAGES.join(', ')} into ${VENV} …`);
  await run('python3', ['-m', 'venv', VENV]);
  await run(join(VENV, 'bin', 'pip'), ['install', '--quiet', ...PACKAGES]);
}

await using server = await launchServer();
const { baseUrl, caFile, own } = server.target;
const where = ['--data', own?.dataFolder ?? '', '--output', 'json'];
const made = await run(process.execPath, [PROGRAM, 'scim', 'credential', 'create', 'scim2-tester', ...where]);
const { token, path } = JSON.parse(made.stdout) as { readonly token: string; readonly path: string };
const env = {
  ...process.env,
  SSL_CERT_FILE: caFile ?? '',
  SCIM_CLI_HEADERS: `Authorization: Bearer ${token}`,
};
const { stdout } = await run(TESTER, ['--url', `${baseUrl}${path}`, 'test'], { env });
console.log(stdout);

const results = [...stdout.matchAll(/^([A-Z]+) \w+$/gm)].map(([, status = '']) => status);
const counts = Object.entries(Object.groupBy(results, (status) => status)).map(
  ([status, all = []]) => `${all.length} ${status}`,
);
console.log(counts.join(', '));
const hasFailed = results.length === 0 || results.some((status) => !PASSED.includes(status));
process.exitCode = hasFailed ? 1 : 0;
