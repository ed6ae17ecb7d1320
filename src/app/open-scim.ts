/** SCIM on a server. Loaded with its first request, as most servers get none. */
import { once } from '../lib/once.ts';
import type { ScimApi } from '../scim/api.ts';
import { openAdmit } from './open-throttle.ts';
import type { Parts } from './parts.ts';

export function openScim(parts: Parts): () => Promise<ScimApi> {
  const { people, tenants, sandbox } = parts;
  const admit = openAdmit(parts);
  return once(async () => {
    const { createScimApi } = await import('../scim/api.ts');
    return createScimApi({
      directory: people,
      findTenant: (id) => tenants.find(id),
      admit: ({ tenantId, id }) => admit({ tenantId, appId: id }),
      pass: sandbox?.pass,
    });
  });
}
