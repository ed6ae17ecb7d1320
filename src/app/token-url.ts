import type { Settings } from '../config/settings.ts';
import type { SandboxCredentials } from '../seed/credentials.ts';

/** Where apps of the first tenant get tokens; `undefined` when the server issues none. */
export function findTokenUrl(
  { embeddedIssuer }: Settings,
  baseUrl: string,
  { tenantId }: SandboxCredentials,
): string | undefined {
  return embeddedIssuer ? `${baseUrl}/${tenantId}/oauth2/v2.0/token` : undefined;
}
