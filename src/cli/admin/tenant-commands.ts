/** `vivarium tenant` */
import type { TenantDescription } from '../../library/admin-types.ts';
import { formatTable } from '../print-table.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';

const list: AdminCommand = {
  summary: 'List the tenants.',
  run: async ({ admin }) => {
    const { value } = (await admin.call({ path: '/tenants' })) as { readonly value: readonly TenantDescription[] };
    const rows = value.map(({ id, displayName, domainName, hasServicePlan }) => [
      ...[displayName, domainName, id],
      hasServicePlan ? 'yes' : 'no',
    ]);
    return { json: value, text: formatTable([['NAME', 'DOMAIN', 'ID', 'SERVICE PLAN'], ...rows]).join('\n') };
  },
};

export const TENANT_COMMANDS: AdminGroup = {
  name: 'tenant',
  summary: 'See the tenants of the server.',
  commands: { list },
};
