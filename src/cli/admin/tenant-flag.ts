/** The flag that says which tenant is meant. */
import { Option } from 'commander';
import type { Options } from '../flags.ts';

export const tenantFlag = (): Option =>
  new Option('--tenant <tenant>', 'Id or domain name, where there are several tenants.');

/** As a query. */
export function tenantOf({ tenant }: Options): { readonly tenant?: string } {
  return tenant === undefined ? {} : { tenant: tenant as string };
}
