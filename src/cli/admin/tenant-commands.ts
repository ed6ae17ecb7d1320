/** `vivarium tenant` */
import { Argument, Option } from 'commander';
import type { TenantCounts, TenantDescription } from '../../library/admin-types.ts';
import { confirmName, yesFlag } from '../confirm.ts';
import type { Options } from '../flags.ts';
import { formatTable } from '../print-table.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';

const TENANT = new Argument('<tenant>', 'Id or domain name.');
const LICENCES = ['none', 'seeded', 'premium'];
/** Of flags that a tenant may leave to the settings. */
const BY_SETTING = 'default';

const propertyFlags = (): Option[] => [
  new Option('--service-plan <yes-or-no>', 'Without one, its requests for learning are refused.').choices([
    'yes',
    'no',
  ]),
  new Option(
    '--directory <mode>',
    'registered: activities are of its users. open: of any learner, who becomes a user with the first one.',
  ).choices(['registered', 'open', BY_SETTING]),
  new Option('--open-licence <licence>', 'What learners get who become users so.').choices([...LICENCES, BY_SETTING]),
];

function readProperties({ displayName, domainName, servicePlan, directory, openLicence }: Options): object {
  const orNull = (value: unknown): unknown => (value === BY_SETTING ? null : value);
  return {
    ...(displayName !== undefined && { displayName }),
    ...(domainName !== undefined && { domainName }),
    ...(servicePlan !== undefined && { hasServicePlan: servicePlan === 'yes' }),
    ...(directory !== undefined && { directory: orNull(directory) }),
    ...(openLicence !== undefined && { openLicence: orNull(openLicence) }),
  };
}

const list: AdminCommand = {
  summary: 'List the tenants.',
  run: async ({ admin }) => {
    const { value } = (await admin.call({ path: '/tenants' })) as { readonly value: readonly TenantDescription[] };
    const rows = value.map(({ id, displayName, domainName, hasServicePlan, directory }) => [
      ...[displayName, domainName, id],
      ...[hasServicePlan ? 'yes' : 'no', directory ?? BY_SETTING],
    ]);
    const head = ['NAME', 'DOMAIN', 'ID', 'SERVICE PLAN', 'DIRECTORY'];
    return { json: value, text: formatTable([head, ...rows]).join('\n') };
  },
};

const add: AdminCommand = {
  summary: 'Add a tenant, without users and apps.',
  args: [new Argument('<domain>', 'Its domain name, such as contoso.com.')],
  options: [
    new Option('--display-name <text>', 'The name that people see.').makeOptionMandatory(),
    ...propertyFlags(),
    new Option('--id <id>', 'A GUID, as in Microsoft Entra. Default: one that is made.'),
  ],
  run: async ({ admin, args: [domainName = ''], options }) => {
    const { id } = options;
    const json = { domainName, ...readProperties(options), ...(id !== undefined && { id }) };
    const tenant = (await admin.call({ method: 'POST', path: '/tenants', json })) as TenantDescription;
    const next = `Add its people and apps with vivarium user add and vivarium app add, each with --tenant ${tenant.domainName}.`;
    return { json: tenant, text: `Added ${tenant.domainName} (${tenant.id}).\n${next}` };
  },
};

const change: AdminCommand = {
  summary: 'Change a tenant.',
  args: [TENANT],
  options: [
    new Option('--display-name <text>', 'The name that people see.'),
    new Option('--domain-name <domain>', 'Another domain name.'),
    ...propertyFlags(),
  ],
  run: async ({ admin, args: [name = ''], options, fail }) => {
    const json = readProperties(options);
    if (Object.keys(json).length === 0) fail('nothing to change: give a flag, such as --directory open');
    const tenant = (await admin.call({ method: 'PATCH', path: pathOf(name), json })) as TenantDescription;
    return { json: tenant, text: `Changed ${tenant.domainName}.` };
  },
};

const remove: AdminCommand = {
  summary: 'Remove a tenant with all that it has. Its audit trail stays.',
  args: [TENANT],
  options: [yesFlag()],
  run: async ({ admin, args: [name = ''], ...given }) => {
    const counts = (await admin.call({ path: '/counts', query: { tenant: name } })) as TenantCounts;
    const parts = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
    await confirmName(`The tenant ${name} is removed for good, with ${parts.join(', ')}.`, name, given);
    await admin.call({ method: 'DELETE', path: pathOf(name) });
    return { json: {}, text: `Removed ${name}.` };
  },
};

export const TENANT_COMMANDS: AdminGroup = {
  name: 'tenant',
  summary: 'List, add, change and remove tenants.',
  commands: { list, add, change, remove },
};

function pathOf(name: string): string {
  return `/tenants/${encodeURIComponent(name)}`;
}
