/** The flag that says which tenant is meant. */
import { Option } from 'commander';
import type { Options } from '../flags.ts';

export const tenantFlag = (description = 'Id or domain name, where there are several tenants.'): Option =>
  new Option('--tenant <tenant>', description);

/** As a query. */
export function tenantOf({ tenant }: Options): { readonly tenant?: string } {
  return tenant === undefined ? {} : { tenant: tenant as string };
}
