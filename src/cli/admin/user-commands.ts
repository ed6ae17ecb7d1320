/** `vivarium user` and `vivarium licence` */
import { readFileSync } from 'node:fs';
import { Argument, Option } from 'commander';
import { StartError } from '../../lib/start-error.ts';
import type { LicenceHolders, UserDescription } from '../../library/admin-types.ts';
import { collect } from '../flags.ts';
import { confirm, yesFlag } from '../confirm.ts';
import { formatTable } from '../print-table.ts';
import { readCount } from '../read-argument.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';
import { tenantFlag, tenantOf } from './tenant-flag.ts';

const USER = new Argument('<userPrincipalName>', 'Or the id of the user.');
const LICENCES = ['none', 'seeded', 'premium'];

const licenceFlag = (): Option => new Option('--licence <licence>', 'Of Viva Learning.').choices(LICENCES);

/** By flag, the property that it sets; an empty text removes what is optional. */
const PROPERTIES: Readonly<Record<string, string>> = {
  'display-name': 'The name that people see.',
  mail: 'The mail address.',
  'employee-id': 'Up to 16 characters.',
  'given-name': 'The first name.',
  surname: 'The last name.',
  'job-title': 'The title of the job.',
  department: 'The department.',
  'usage-location': 'Two letters of a country.',
};

const propertyFlags = (): Option[] => [
  ...Object.entries(PROPERTIES).map(([flag, description]) => new Option(`--${flag} <text>`, description)),
  new Option('--role <role>', 'A directory role, such as "Knowledge Administrator"; may be repeated.').argParser(
    collect,
  ),
  new Option('--password-file <file>', 'A file that has the password.'),
];

function readProperties(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(PROPERTIES).map((flag) =>
    flag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
  );
  const given = names.flatMap((name) =>
    options[name] === undefined ? [] : [[name, options[name] === '' ? null : options[name]]],
  );
  const { role, passwordFile, licence } = options;
  return {
    ...(Object.fromEntries(given) as object),
    ...(licence !== undefined && { licence }),
    ...(role !== undefined && { directoryRoles: role }),
    ...(passwordFile !== undefined && { password: readText(passwordFile as string).replace(/\r?\n$/, '') }),
  };
}

const list: AdminCommand = {
  summary: 'List users by display name.',
  options: [
    tenantFlag(),
    new Option('--search <words>', 'Only those that have the words in one of their names.'),
    new Option('--limit <number>', 'How many at most. Default: 100.').argParser(readCount),
  ],
  run: async ({ admin, options: { tenant, search, limit } }) => {
    const query = { tenant: tenant as string, search: search as string, limit: limit as number };
    const { value } = (await admin.call({ path: '/users', query })) as { readonly value: readonly UserDescription[] };
    if (value.length === 0) return { json: value, text: 'There are no such users.' };
    const rows = value.map(({ userPrincipalName, displayName, licence, accountEnabled, id }) => [
      ...[displayName, userPrincipalName, licence],
      accountEnabled ? 'yes' : 'no',
      id,
    ]);
    return { json: value, text: formatTable([['NAME', 'USER', 'LICENCE', 'ENABLED', 'ID'], ...rows]).join('\n') };
  },
};

const add: AdminCommand = {
  summary: 'Add a user.',
  args: [new Argument('<userPrincipalName>', 'Such as ada@contoso.com.')],
  options: [
    new Option('--display-name <text>', 'The name that people see.').makeOptionMandatory(),
    ...propertyFlags().slice(1),
    licenceFlag(),
    new Option('--id <id>', 'A GUID. Default: one that is made.'),
    tenantFlag(),
  ],
  run: async ({ admin, args: [userPrincipalName = ''], options }) => {
    const json = {
      userPrincipalName,
      ...readProperties(options),
      ...(options['id'] !== undefined && { id: options['id'] }),
    };
    const call = { method: 'POST', path: '/users', query: tenantOf(options), json } as const;
    const user = (await admin.call(call)) as UserDescription;
    return { json: user, text: `Added ${user.userPrincipalName} (${user.id}).` };
  },
};

const change: AdminCommand = {
  summary: 'Change a user. An empty text removes what is optional.',
  args: [USER],
  options: [
    ...propertyFlags(),
    licenceFlag(),
    new Option('--user-principal-name <name>', 'Another userPrincipalName.'),
    new Option('--enable', 'Let the user sign in.').conflicts('disable'),
    new Option('--disable', 'Do not let the user sign in.'),
    tenantFlag(),
  ],
  run: async ({ admin, args: [name = ''], options, fail }) => {
    const { userPrincipalName, enable, disable } = options;
    const json = {
      ...readProperties(options),
      ...(userPrincipalName !== undefined && { userPrincipalName }),
      ...((enable ?? disable) !== undefined && { accountEnabled: enable === true }),
    };
    if (Object.keys(json).length === 0) fail('nothing to change: give a flag, such as --licence premium');
    const user = await changeUser(admin, { name, query: tenantOf(options), json });
    return { json: user, text: `Changed ${user.userPrincipalName}.` };
  },
};

const remove: AdminCommand = {
  summary: 'Remove a user. Activities of the user stay.',
  args: [USER],
  options: [tenantFlag(), yesFlag()],
  run: async ({ admin, args: [name = ''], ...given }) => {
    await confirm(`The user ${name} is removed.`, given);
    await admin.call({ method: 'DELETE', path: pathOf(name), query: tenantOf(given.options) });
    return { json: {}, text: `Removed ${name}.` };
  },
};

export const USER_COMMANDS: AdminGroup = {
  name: 'user',
  summary: 'List, add, change and remove users; import takes many from a file.',
  commands: { list, add, change, remove },
};

const assign: AdminCommand = {
  summary: 'Give a user a licence of Viva Learning, or none.',
  args: [USER, new Argument('<licence>', 'The licence.').choices(LICENCES)],
  options: [tenantFlag()],
  run: async ({ admin, args: [name = '', licence = ''], options }) => {
    const user = await changeUser(admin, { name, query: tenantOf(options), json: { licence } });
    return { json: user, text: `${user.userPrincipalName} has the licence ${user.licence}.` };
  },
};

const listLicences: AdminCommand = {
  summary: 'List the licences of Viva Learning, and how many users hold each.',
  options: [tenantFlag()],
  run: async ({ admin, options }) => {
    const { value } = (await admin.call({ path: '/licences', query: tenantOf(options) })) as {
      readonly value: readonly LicenceHolders[];
    };
    const rows = value.map(({ licence, users }) => [licence, `${users}`]);
    return { json: value, text: formatTable([['LICENCE', 'USERS'], ...rows]).join('\n') };
  },
};

const removeLicence: AdminCommand = {
  summary: 'Take the licence of Viva Learning from a user.',
  args: [USER],
  options: [tenantFlag()],
  run: async ({ admin, args: [name = ''], options }) => {
    const user = await changeUser(admin, { name, query: tenantOf(options), json: { licence: 'none' } });
    return { json: user, text: `${user.userPrincipalName} has no licence.` };
  },
};

export const LICENCE_COMMANDS: AdminGroup = {
  name: 'licence',
  summary: 'List, assign and remove licences of Viva Learning.',
  commands: { list: listLicences, assign, remove: removeLicence },
};

type Admin = Parameters<AdminCommand['run']>[0]['admin'];

async function changeUser(
  admin: Admin,
  { name, query, json }: { readonly name: string; readonly query: { readonly tenant?: string }; readonly json: object },
): Promise<UserDescription> {
  return (await admin.call({ method: 'PATCH', path: pathOf(name), query, json })) as UserDescription;
}

function pathOf(name: string): string {
  return `/users/${encodeURIComponent(name)}`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(`The file ${file} cannot be used (${code}).`, { hint: 'Name another one.', cause });
  }
}
