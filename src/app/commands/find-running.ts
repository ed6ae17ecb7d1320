/** The server that runs on a data folder, by what lies there. */
import { existsSync } from 'node:fs';

import type { App } from '../../app.ts';
import type { Settings } from '../../config/settings.ts';
import { findDataFolder } from '../../lib/data-folder.ts';
import { findCredentialsFile, readCredentials } from '../../seed/credentials.ts';
import { findTokenUrl } from '../token-url.ts';

/** What the server that runs on the data folder has noted there; `undefined` when none does. */
export function findRunning(
  settings: Settings,
): Pick<App, 'baseUrl' | 'caFile' | 'tokenUrl' | 'credentials'> | undefined {
  const { readFacts, authority, credentials: credentialsFile } = findDataFolder(settings.dataDir);
  const { baseUrl, server } = readFacts();
  const kept = findCredentialsFile(credentialsFile);
  if (server?.url === undefined || baseUrl === undefined || kept === undefined) return undefined;
  const credentials = readCredentials(kept);
  const caFile = existsSync(authority) ? authority : undefined;
  return { baseUrl, caFile, tokenUrl: findTokenUrl(settings, baseUrl, credentials), credentials };
}
