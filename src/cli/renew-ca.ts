/** `vivarium renew-ca`: another local authority for the servers of a data folder. */
import { renewLocalAuthority } from '../app.ts';
import type { Settings } from '../config/settings.ts';

/** Prints the file that clients are to trust. Throws StartError when a server uses the data folder. */
export async function renewCa(settings: Settings): Promise<void> {
  const caFile = await renewLocalAuthority(settings);
  const text = `Made a new local authority: ${caFile}. Clients have to trust it in place of the one before.`;
  console.log(settings.output === 'json' ? JSON.stringify({ caFile }) : text);
}
