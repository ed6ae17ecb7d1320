/** `vivarium app` */
import { readFileSync } from 'node:fs';
import { Argument, Option } from 'commander';
import { StartError } from '../../lib/start-error.ts';
import type { AddedApp, AppCredential, AppDescription, AppSecret } from '../../library/admin-types.ts';
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

const credentials: AdminCommand = {
  summary: 'List the secrets and certificates of an app, and when they end.',
  args: [APP],
  options: [tenantFlag()],
  run: async ({ admin, args: [name = ''], options }) => {
    const path = `${pathOf(name)}/credentials`;
    const { value } = (await admin.call({ path, query: tenantOf(options) })) as {
      readonly value: readonly AppCredential[];
    };
    if (value.length === 0) return { json: value, text: `${name} has neither a secret nor a certificate.` };
    const rows = value.map(({ kind, name: own, endDateTime, keyId }) => [
      ...[kind, own ?? 'of the seed', endDateTime ?? 'never', keyId],
    ]);
    return { json: value, text: formatTable([['KIND', 'NAME', 'ENDS', 'KEY ID'], ...rows]).join('\n') };
  },
};

const addCertificate: AdminCommand = {
  summary: 'Give an app another certificate, to sign its assertions with.',
  args: [APP, new Argument('<file>', 'The certificate in PEM, of an RSA key.')],
  options: [new Option('--display-name <text>', 'Default: its subject.'), tenantFlag()],
  run: async ({ admin, args: [name = '', file = ''], options }) => {
    const { displayName } = options;
    const json = { certificate: readPem(file), ...(displayName !== undefined && { displayName }) };
    const path = `${pathOf(name)}/certificates`;
    const call = { method: 'POST', path, query: tenantOf(options), json } as const;
    const made = (await admin.call(call)) as AppCredential;
    return { json: made, text: `Added ${made.name} (${made.keyId}), good until ${made.endDateTime}.` };
  },
};

const removeCredential: AdminCommand = {
  summary: 'Remove a secret or a certificate of an app: vivarium app credentials lists them.',
  args: [APP, new Argument('<key-id>', 'Its key id.')],
  options: [tenantFlag(), yesFlag()],
  run: async ({ admin, args: [name = '', keyId = ''], ...given }) => {
    await confirm(`${name} cannot prove itself with ${keyId} any more.`, given);
    const path = `${pathOf(name)}/credentials/${encodeURIComponent(keyId)}`;
    await admin.call({ method: 'DELETE', path, query: tenantOf(given.options) });
    return { json: {}, text: `Removed ${keyId}.` };
  },
};

export const APP_COMMANDS: AdminGroup = {
  name: 'app',
  summary: 'List, add, change and remove apps, and rotate their secrets and certificates.',
  commands: {
    ...{ list, add, change, remove, credentials },
    'rotate-secret': rotate,
    'add-certificate': addCertificate,
    'remove-credential': removeCredential,
  },
};

function describeSecret({ secretText, endDateTime }: AppSecret): readonly string[] {
  return [`Secret     ${secretText}`, `Good until ${endDateTime}`];
}

/** @throws StartError */
function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(`The certificate ${file} cannot be read: ${code}.`, { cause });
  }
}

function pathOf(name: string): string {
  return `/apps/${encodeURIComponent(name)}`;
}
