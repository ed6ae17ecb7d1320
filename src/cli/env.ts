/** `vivarium env`: what a client needs, as variables of a shell. */
import { findRunning } from '../app/commands/find-running.ts';
import { findDataFolder } from '../lib/data-folder.ts';
import { SHOWN_NAMES } from '../lib/some-names.ts';
import { GRAPH_PREFIX } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { EnvShell } from './completion/shells.ts';
import { getReady, noServer } from './control/target.ts';
import type { ReadyContent } from './ready-file.ts';

/** Prints a line a variable, or one JSON object. @throws StartError when no server runs */
export function printEnv(settings: Settings, shell: EnvShell): void {
  const { readyFile } = settings;
  const known = readyFile === undefined ? readFolder(settings) : getReady(readyFile);
  const variables = listVariables(known);
  if (settings.output === 'json') return console.log(JSON.stringify(Object.fromEntries(variables)));
  for (const [name, value] of variables) console.log(WRITERS[shell](name, value));
  const more = Object.keys(known.users).length - SHOWN_NAMES;
  // A comment in each of the shells.
  if (more > 0) console.log(`# Left out: ${more} more users. A token for any of them: vivarium token --user NAME`);
}

const WRITERS: Readonly<Record<EnvShell, (name: string, value: string) => string>> = {
  sh: (name, value) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`,
  powershell: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
  // As $GITHUB_ENV, reports of GitLab and `docker run --env-file` read it: up to the end of the line, without quotes.
  dotenv: (name, value) => `${name}=${value}`,
};

type Known = Pick<
  ReadyContent,
  'baseUrl' | 'caFile' | 'tokenUrl' | 'tenantId' | 'apps' | 'signInApps' | 'certificateApps' | 'users' | 'samples'
>;

/** Of the first apps and users: an environment has no room for the variables of thousands. */
function listVariables(known: Known): readonly (readonly [name: string, value: string])[] {
  const { baseUrl, caFile, tokenUrl, tenantId, apps, signInApps, certificateApps, users, samples } = known;
  return [
    [nameOf('baseUrl'), baseUrl],
    ...(tokenUrl === null ? [] : [[nameOf('tokenUrl'), tokenUrl] as const]),
    ...(caFile === null ? [] : [[nameOf('caFile'), caFile] as const]),
    [nameOf('tenantId'), tenantId],
    ...firstOf(apps).flatMap(([name, { clientId, clientSecret }]) => [
      [nameOf(name, 'clientId'), clientId] as const,
      [nameOf(name, 'clientSecret'), clientSecret] as const,
    ]),
    ...firstOf({ ...signInApps, ...certificateApps })
      .filter(([name]) => !Object.hasOwn(apps, name))
      .map(([name, { clientId }]) => [nameOf(name, 'clientId'), clientId] as const),
    ...firstOf(users).flatMap(([name, { id, userPrincipalName, password }]) => [
      [nameOf(name, 'userId'), id] as const,
      [nameOf(name, 'userPrincipalName'), userPrincipalName] as const,
      [nameOf(name, 'password'), password] as const,
    ]),
    ...Object.entries(samples).map(([name, id]) => [nameOf(name), id] as const),
  ];
}

function firstOf<Item>(items: Readonly<Record<string, Item>>): readonly (readonly [name: string, item: Item])[] {
  return Object.entries(items).slice(0, SHOWN_NAMES);
}

/** `writer` and `clientId` as `GRAPH_WRITER_CLIENT_ID`. */
function nameOf(...words: readonly string[]): string {
  const snake = words.map((word) => word.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|[^a-zA-Z0-9]+/g, '_'));
  return GRAPH_PREFIX + snake.join('_').toUpperCase();
}

/** What the server on the folder has written there. @throws UnreachableError when none runs */
function readFolder(settings: Settings): Known {
  const found = findRunning(settings);
  if (found === undefined) throw noServer(findDataFolder(settings.dataDir));
  const { credentials, baseUrl, caFile = null, tokenUrl = null } = found;
  return { ...credentials, baseUrl, caFile, tokenUrl };
}
