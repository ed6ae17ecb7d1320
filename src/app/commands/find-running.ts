/** What lies on a data folder: the credentials of its sandbox, and where its server is. */
import { existsSync } from 'node:fs';

import type { App } from '../../app.ts';
import type { Settings } from '../../config/settings.ts';
import { findDataFolder } from '../../lib/data-folder.ts';
import { findCredentialsFile, readCredentials } from '../../seed/credentials.ts';
import type { SandboxCredentials } from '../../seed/credentials.ts';
import { findTokenUrl } from '../token-url.ts';

/** What the server that runs on the data folder has noted there; `undefined` when none does. */
export function findRunning(
  settings: Settings,
): Pick<App, 'baseUrl' | 'caFile' | 'tokenUrl' | 'credentials'> | undefined {
  const { readFacts, authority } = findDataFolder(settings.dataDir);
  const { baseUrl, server } = readFacts();
  const credentials = findCredentials(settings);
  if (server?.url === undefined || baseUrl === undefined || credentials === undefined) return undefined;
  const caFile = existsSync(authority) ? authority : undefined;
  return { baseUrl, caFile, tokenUrl: findTokenUrl(settings, baseUrl, credentials), credentials };
}

/** Of the folder, whether or not a server runs on it; `undefined` when there are none. */
export function findCredentials({ dataDir }: Settings): SandboxCredentials | undefined {
  const kept = findCredentialsFile(findDataFolder(dataDir).credentials);
  return kept === undefined ? undefined : readCredentials(kept);
}
