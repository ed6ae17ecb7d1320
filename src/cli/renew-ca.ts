/** `vivarium renew-ca`: replaces the local authority of a data folder. */
import { renewLocalCa } from '../app/commands/renew-authority.ts';
import type { Settings } from '../config/settings.ts';

/** Prints the file that clients must trust. Throws StartError when a server uses the data folder. */
export async function renewCa(settings: Settings): Promise<void> {
  const caFile = await renewLocalCa(settings);
  const text = `Made a new local CA: ${caFile}. Clients must now trust this file.`;
  console.log(settings.output === 'json' ? JSON.stringify({ caFile }) : text);
}
