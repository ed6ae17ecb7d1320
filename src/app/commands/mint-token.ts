/** Access tokens from the keys of a data folder. */
import { randomUUID } from 'node:crypto';

import { generateSigningKey } from '../../auth/signing-keys.ts';
import type { Settings } from '../../config/settings.ts';
import { systemClock } from '../../lib/clock.ts';
import { createDirectoryStore } from '../../store/directory-store.ts';
import { openKeys } from '../open-data.ts';
import { noData, openExisting } from '../open-existing.ts';
import { signFor } from '../sign-token.ts';
import type { TokenHolder } from '../sign-token.ts';

/**
 * Signs an access token with the keys of a data folder, whether or not a server runs on it.
 * @throws StartError when the folder holds no data or the name is unknown
 */
export async function mintToken(settings: Settings, holder: TokenHolder): Promise<string> {
  await using opening = new AsyncDisposableStack();
  const { folder, connection } = await openExisting(settings, opening);
  const directory = createDirectoryStore(connection);
  if ((await directory.listSigningKeys()).length === 0) throw noData(folder.path);
  // A key made here would be unknown to a server that runs on the folder.
  const keys = await openKeys(directory, {
    ...settings,
    clock: systemClock,
    signingKeyDays: Infinity,
    makers: { signingKey: generateSigningKey },
  });
  const origin = settings.publicUrl ?? folder.readFacts().baseUrl ?? `https://${settings.host}:${settings.port}`;
  const ids = { newId: () => randomUUID() };
  return await signFor(holder, { settings, clock: systemClock, ids, directory, keys, origin });
}
