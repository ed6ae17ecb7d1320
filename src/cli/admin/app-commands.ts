/** `vivarium app` */
import { Argument, Option } from 'commander';
import type { AddedApp, AppDescription, AppSecret } from '../../library/admin-types.ts';
import { collect } from '../flags.ts';
import { confirm, yesFlag } from '../confirm.ts';
import { formatTable } from '../print-table.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';
import { tenantFlag, tenantOf } from './tenant-flag.ts';

const APP = new Argument('<app>', 'Client id, or name.');

const listFlags = (): Option[] => [
  new Option('--role <permission>', 'An application permission; may be repeated.').argParser(collect),
  new Option('--scope <permission>', 'A delegated permission; may be repeated.').argParser(collect),
  new Option('--redirect-uri <uri>', 'Where answers to sign-in requests may go; may be repeated.').argParser(collect),
];

function readLists({ role, scope, redirectUri }: Readonly<Record<string, unknown>>): object {
  return {
    ...(role !== undefined && { roles: role }),
    ...(scope !== undefined && { scopes: scope }),
    ...(redirectUri !== undefined && { redirectUris: redirectUri }),
  };
}

const list: AdminCommand = {
  summary: 'List the apps.',
  options: [tenantFlag()],
  run: async ({ admin, options }) => {
    const { value } = (await admin.call({ path: '/apps', query: tenantOf(options) })) as {
      readonly value: readonly AppDescription[];
    };
    const rows = value.map(({ displayName, clientId, secrets, certificates, accountEnabled, roles, scopes }) => [
      ...[displayName, clientId, accountEnabled ? 'yes' : 'no', `${secrets}`, `${certificates}`],
      [...roles, ...scopes].join(' '),
    ]);
    const head = ['NAME', 'CLIENT ID', 'ENABLED', 'SECRETS', 'CERTIFICATES', 'PERMISSIONS'];
    return { json: value, text: formatTable([head, ...rows]).join('\n') };
  },
};

const add: AdminCommand = {
  summary: 'Add an app, and print its secret once.',
  args: [new Argument('<name>', 'The name that people see.')],
  options: [
    ...listFlags(),
    new Option('--public', 'It cannot keep a secret, and gets none.'),
    new Option('--id <id>', 'The client id, a GUID. Default: one that is made.'),
    tenantFlag(),
  ],
  run: async ({ admin, args: [displayName = ''], options }) => {
    const { id, public: isPublicClient } = options;
    const json = {
      displayName,
      ...readLists(options),
      ...(id !== undefined && { id }),
      ...(isPublicClient === true && { isPublicClient }),
    };
    const added = (await admin.call({ method: 'POST', path: '/apps', query: tenantOf(options), json })) as AddedApp;
    const { app, secret } = added;
    const lines = [`Added ${app.displayName}.`, `Client id  ${app.clientId}`];
    return { json: added, text: [...lines, ...(secret === null ? [] : describeSecret(secret))].join('\n') };
  },
};

const change: AdminCommand = {
  summary: 'Change an app. Permissions and redirect URIs that are given replace those that it has.',
  args: [APP],
  options: [
    ...listFlags(),
    new Option('--display-name <text>', 'The name that people see.'),
    new Option('--enable', 'Let the app get tokens.').conflicts('disable'),
    new Option('--disable', 'Do not let the app get tokens.'),
    tenantFlag(),
  ],
  run: async ({ admin, args: [name = ''], options, fail }) => {
    const { displayName, enable, disable } = options;
    const json = {
      ...readLists(options),
      ...(displayName !== undefined && { displayName }),
      ...((enable ?? disable) !== undefined && { accountEnabled: enable === true }),
    };
    if (Object.keys(json).length === 0) fail('nothing to change: give a flag, such as --disable');
    const call = { method: 'PATCH', path: pathOf(name), query: tenantOf(options), json } as const;
    const app = (await admin.call(call)) as AppDescription;
    return { json: app, text: `Changed ${app.displayName}.` };
  },
};

const remove: AdminCommand = {
  summary: 'Remove an app.',
  args: [APP],
  options: [tenantFlag(), yesFlag()],
  run: async ({ admin, args: [name = ''], ...given }) => {
    await confirm(`The app ${name} is removed.`, given);
    await admin.call({ method: 'DELETE', path: pathOf(name), query: tenantOf(given.options) });
    return { json: {}, text: `Removed ${name}.` };
  },
};

const rotate: AdminCommand = {
  summary: 'Give an app a new secret, and print it once. Earlier ones end at once.',
  args: [APP],
  options: [new Option('--keep-old', 'Earlier secrets stay good until they end.'), tenantFlag(), yesFlag()],
  run: async ({ admin, args: [name = ''], ...given }) => {
    const { options } = given;
    const keepOld = options['keepOld'] === true;
    if (!keepOld) await confirm(`The secrets that ${name} has end at once.`, given);
    const call = {
      method: 'POST',
      path: `${pathOf(name)}/secret`,
      query: tenantOf(options),
      json: { keepOld },
    } as const;
    const secret = (await admin.call(call)) as AppSecret;
    return { json: secret, text: describeSecret(secret).join('\n') };
  },
};

export const APP_COMMANDS: AdminGroup = {
  name: 'app',
  summary: 'List, add, change and remove apps, and rotate their secrets.',
  commands: { list, add, change, remove, 'rotate-secret': rotate },
};

function describeSecret({ secretText, endDateTime }: AppSecret): readonly string[] {
  return [`Secret     ${secretText}`, `Good until ${endDateTime}`];
}

function pathOf(name: string): string {
  return `/apps/${encodeURIComponent(name)}`;
}
