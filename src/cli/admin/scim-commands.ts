/** `vivarium scim credential` */
import { Argument, Option } from 'commander';
import type { MadeScimCredential, ScimCredentialDescription } from '../../library/admin-types.ts';
import { LICENCES } from '../../model/directory.ts';
import { confirm, yesFlag } from '../confirm.ts';
import { formatTable } from '../print-table.ts';
import { readCount } from '../read-argument.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';
import { tenantFlag, tenantOf } from './tenant-flag.ts';

const PATH = '/scim/credentials';

const list: AdminCommand = {
  summary: 'List the credentials of provisioning clients.',
  options: [tenantFlag()],
  run: async ({ admin, options }) => {
    const { value } = (await admin.call({ path: PATH, query: tenantOf(options) })) as {
      readonly value: readonly ScimCredentialDescription[];
    };
    const rows = value.map(({ id, displayName, licence, createdDateTime, endDateTime, hasEnded }) => [
      ...[displayName, id, licence, createdDateTime, endDateTime ?? 'never', hasEnded ? 'ended' : 'good'],
    ]);
    const table = formatTable([['NAME', 'ID', 'LICENCE', 'CREATED', 'ENDS', 'STATE'], ...rows]);
    return { json: value, text: value.length === 0 ? 'There are no credentials.' : table.join('\n') };
  },
};

const create: AdminCommand = {
  summary: 'Make a credential for a client that provisions users over SCIM, and print its token once.',
  args: [new Argument('<name>', 'What people know it by, such as "Entra ID".')],
  options: [
    new Option('--days <days>', 'Until it ends. Default: 365.').argParser(readCount).conflicts('noEnd'),
    new Option('--no-end', 'It does not end.'),
    new Option('--licence <licence>', 'Of users that the client creates without saying which. Default: none.').choices(
      LICENCES,
    ),
    tenantFlag(),
  ],
  run: async ({ admin, args: [displayName = ''], options }) => {
    const { days, end, licence } = options;
    const json = {
      displayName,
      ...(days !== undefined && { days }),
      ...(end === false && { days: null }),
      ...(licence !== undefined && { licence }),
    };
    const call = { method: 'POST', path: PATH, query: tenantOf(options), json } as const;
    const made = (await admin.call(call)) as MadeScimCredential;
    const { id, endDateTime } = made.credential;
    const lines = [
      `Made the credential ${displayName}.`,
      `Id          ${id}`,
      `URL         ${admin.baseUrl ?? '<base URL of the server>'}${made.path}`,
      `Token       ${made.token}`,
      `Good until  ${endDateTime ?? 'it is revoked'}`,
    ];
    return { json: made, text: lines.join('\n') };
  },
};

const revoke: AdminCommand = {
  summary: 'Revoke a credential: requests with its token are refused from now on.',
  args: [new Argument('<id>', 'Its id, as the list has it.')],
  options: [tenantFlag(), yesFlag()],
  run: async ({ admin, args: [id = ''], ...given }) => {
    await confirm(`The client that uses the credential ${id} can no longer provision users.`, given);
    const path = `${PATH}/${encodeURIComponent(id)}`;
    await admin.call({ method: 'DELETE', path, query: tenantOf(given.options) });
    return { json: {}, text: `Revoked ${id}.` };
  },
};

export const SCIM_COMMANDS: AdminGroup = {
  name: 'scim',
  summary: 'Let clients provision users over SCIM.',
  groups: [
    {
      name: 'credential',
      summary: 'List, make and revoke what clients authenticate with.',
      commands: { list, create, revoke },
    },
  ],
};
