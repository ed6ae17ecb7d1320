/** `vivarium env`: what a client needs, as variables of a shell. */
import { findDataFolder } from '../lib/data-folder.ts';
import type { Settings } from '../config/settings.ts';
import type { EnvShell } from './completion/shells.ts';
import { getReady, noServer } from './control/target.ts';
import type { ReadyContent } from './ready-file.ts';

/** Not that of the settings: every command would refuse variables that it does not know. */
const PREFIX = 'GRAPH';

/** Prints a line a variable, or one JSON object. @throws StartError when no server runs */
export async function printEnv(settings: Settings, shell: EnvShell): Promise<void> {
  const { readyFile } = settings;
  const variables = listVariables(readyFile === undefined ? await readFolder(settings) : getReady(readyFile));
  if (settings.output === 'json') console.log(JSON.stringify(Object.fromEntries(variables)));
  else for (const [name, value] of variables) console.log(WRITERS[shell](name, value));
}

const WRITERS: Readonly<Record<EnvShell, (name: string, value: string) => string>> = {
  sh: (name, value) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`,
  powershell: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
};

type Known = Pick<
  ReadyContent,
  'baseUrl' | 'caFile' | 'tokenUrl' | 'tenantId' | 'apps' | 'signInApps' | 'users' | 'samples'
>;

function listVariables(known: Known): readonly (readonly [name: string, value: string])[] {
  const { baseUrl, caFile, tokenUrl, tenantId, apps, signInApps, users, samples } = known;
  return [
    [nameOf('baseUrl'), baseUrl],
    ...(tokenUrl === null ? [] : [[nameOf('tokenUrl'), tokenUrl] as const]),
    ...(caFile === null ? [] : [[nameOf('caFile'), caFile] as const]),
    [nameOf('tenantId'), tenantId],
    ...Object.entries(apps).flatMap(([name, { clientId, clientSecret }]) => [
      [nameOf(name, 'clientId'), clientId] as const,
      [nameOf(name, 'clientSecret'), clientSecret] as const,
    ]),
    ...Object.entries(signInApps)
      .filter(([name]) => !Object.hasOwn(apps, name))
      .map(([name, { clientId }]) => [nameOf(name, 'clientId'), clientId] as const),
    ...Object.entries(users).flatMap(([name, { id, userPrincipalName, password }]) => [
      [nameOf(name, 'userId'), id] as const,
      [nameOf(name, 'userPrincipalName'), userPrincipalName] as const,
      [nameOf(name, 'password'), password] as const,
    ]),
    ...Object.entries(samples).map(([name, id]) => [nameOf(name), id] as const),
  ];
}

/** `writer` and `clientId` as `GRAPH_WRITER_CLIENT_ID`. */
function nameOf(...words: readonly string[]): string {
  const snake = words.map((word) => word.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|[^a-zA-Z0-9]+/g, '_'));
  return [PREFIX, ...snake].join('_').toUpperCase();
}

/** What the server on the folder has written there. @throws UnreachableError when none runs */
async function readFolder(settings: Settings): Promise<Known> {
  const { findRunning } = await import('../app.ts');
  const found = findRunning(settings);
  if (found === undefined) throw noServer(findDataFolder(settings.dataDir));
  const { credentials, baseUrl, caFile = null, tokenUrl = null } = found;
  return { ...credentials, baseUrl, caFile, tokenUrl };
}
