/** The local certificate authority of a data folder, replaced. */
import type { Settings } from '../../config/settings.ts';
import { ownKeys } from '../key-makers.ts';
import { openServerFolder } from '../open-folder.ts';
import { renewTls } from '../open-tls.ts';

/**
 * Replaces the local CA in the data folder by one for the names of the settings.
 * @returns the file that clients must trust; @throws StartError when a server uses the folder, or it cannot be used
 */
export async function renewLocalCa(settings: Settings): Promise<string> {
  using own = openServerFolder({ ...settings, ephemeral: false });
  return await renewTls(settings, own.folder, ownKeys);
}
