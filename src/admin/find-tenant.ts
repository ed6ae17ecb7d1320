/** The tenant that a request is about. */
import { Type } from 'typebox';

import { ControlError } from '../control/route.ts';
import type { Tenant } from '../model/directory.ts';
import type { DirectoryStore } from '../store/directory-store.ts';

/** A member of queries. */
export const TENANT = Type.Optional(
  Type.String({ minLength: 1, description: 'Id or domain name; it may be left out where there is one tenant.' }),
);

/** @throws ControlError 404, and 400 when one has to be named */
export async function getNamedTenant(directory: DirectoryStore, name: string | undefined): Promise<Tenant> {
  if (name !== undefined) {
    const found = await directory.findTenant(name);
    if (found !== undefined) return found;
    throw new ControlError(404, `There is no tenant ${name}.`);
  }
  const [only, ...others] = await directory.listTenants();
  if (only !== undefined && others.length === 0) return only;
  throw new ControlError(400, 'The request is not valid.', ['tenant is missing: the server has several tenants']);
}
