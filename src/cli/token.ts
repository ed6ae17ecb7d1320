/** `vivarium token`: an access token from the keys of the data folder, also while no server runs. */
import { mintToken } from '../app.ts';
import type { TokenHolder } from '../app.ts';
import type { Settings } from '../config/settings.ts';

/** Prints the token and nothing else. Throws StartError when the data folder knows no such app or user. */
export async function printToken(settings: Settings, holder: TokenHolder): Promise<void> {
  process.stdout.write(`${await mintToken(settings, holder)}\n`);
}
