/** Changes of people, apps and tenants, without their secrets: that one has changed is told, not to what. */
import { hash } from 'node:crypto';

import { guidTextOfHex } from '../../lib/guid-bytes.ts';
import type { AppRegistration, DirectoryUser, ScimCredential, Tenant } from '../../model/directory.ts';
import { NO_TENANT } from './change.ts';
import type { ItemChange, Image } from './change.ts';

/** What was before and what is then; one of them is `undefined` for what is added or removed. */
export interface Images<Item> {
  readonly before?: Item | undefined;
  readonly after?: Item | undefined;
}

/** A tenant that has gone has its removal among what belongs to none, where it is found without a name. */
export function tenantChange({ before, after }: Images<Tenant>): ItemChange {
  const tenantKey = after?.key ?? NO_TENANT;
  const itemId = (after ?? before)?.id;
  return { tenantKey, kind: 'tenant', itemId, before: before && { ...before }, after: after && { ...after } };
}

export function userChange(tenant: Tenant, { before, after }: Images<DirectoryUser>): ItemChange {
  const id = (after ?? before)?.id ?? '';
  return { tenantKey: tenant.key, kind: 'user', itemId: userItemId(tenant, id), ...shown({ before, after }) };
}

export function appChange(tenant: Tenant, { before, after }: Images<AppRegistration>): ItemChange {
  return { tenantKey: tenant.key, kind: 'app', itemId: (after ?? before)?.id, ...shown({ before, after }) };
}

export function scimCredentialChange(tenant: Tenant, { before, after }: Images<ScimCredential>): ItemChange {
  return { tenantKey: tenant.key, kind: 'scimCredential', itemId: (after ?? before)?.id, ...shown({ before, after }) };
}

/** The id of a user is personal, and a header is not erased: so the log finds the user by a hash of it. */
export function userItemId({ key }: Pick<Tenant, 'key'>, userId: string): string {
  return guidTextOfHex(hash('sha256', `${key} ${userId.toLowerCase()}`).slice(0, 32));
}

const SECRETS = ['passwordHash', 'secretSha256', 'tokenSha256'];
const MARK_LENGTH = 8;

function shown({ before, after }: Images<object>): Pick<ItemChange, 'before' | 'after'> {
  return { before: before && withoutSecrets(before as Image), after: after && withoutSecrets(after as Image) };
}

/** Of a secret, which is random or salted, the mark says only whether it is the same one. */
function withoutSecrets(image: Image): Image {
  return JSON.parse(
    JSON.stringify(image, (name, value: unknown) => {
      const isSecret = SECRETS.includes(name) && typeof value === 'string';
      return isSecret ? hash('sha256', value).slice(0, MARK_LENGTH) : value;
    }),
  ) as Image;
}
