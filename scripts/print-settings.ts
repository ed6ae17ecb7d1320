// docs/settings.md, printed from the settings table.
import { CONFIG_FILE_NAMES } from '../src/config/config-file.ts';
import type { FieldRows } from '../src/config/entry-fields.ts';
import { describeType } from '../src/config/read-value.ts';
import { TARGET_FIELDS } from '../src/config/sync-targets.ts';
import { SETTING_GROUPS, SETTINGS } from '../src/config/settings.ts';
import type { Setting } from '../src/config/settings.ts';
import { ISSUER_FIELDS } from '../src/config/trusted-issuers.ts';
import { code, markdownTable } from './markdown.ts';

const HEAD = ['In the file', 'Flag', 'Environment', 'Value', 'Default', 'Meaning'];

export function printSettings(): string {
  return `# Settings

Printed from \`src/config/rows/\` by \`npm run docs\`.

A setting is taken from the first of these that gives it: flag, environment variable, configuration file, default.
An empty variable and a \`null\` in the file count as not given. A variable \`VIVARIUM_…\` or a key of the file that is not
listed here is refused, as is an invalid value: the server does not start, lists every problem, and exits with code 2.

The configuration file is YAML or JSON. It is named by \`--config\`; otherwise the one of ${formatNames()}
that is in the working directory is read. Relative paths in it start at its own folder, all others at the working directory.

\`\`\`yaml
port: 9443
data: ./data
audiences:
  - https://graph.microsoft.com
lenientPatch: true
\`\`\`

A flag without a value, such as \`--ephemeral\`, has a counterpart that undoes what the environment or the file says:
\`--no-ephemeral\`. A list is written with commas in a flag or a variable; the flag may be repeated.
${SETTING_GROUPS.map(printGroup).join('')}${printIssuers()}${printTargets()}`;
}

function printIssuers(): string {
  return `
## Trusted issuers

Members of an entry of \`trustedIssuers\`. What to enter for Microsoft Entra and others is in [identity.md](identity.md).

${printFields(ISSUER_FIELDS)}

\`\`\`yaml
trustedIssuers:
  - issuer: https://login.microsoftonline.com/{tenantid}/v2.0
    audiences: [api://0d9f7c5e-3b1a-4f2d-8c6b-5a4938271605]
    tenants: [2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10]
\`\`\`
`;
}

function printTargets(): string {
  return `
## Sync targets

Members of an entry of \`syncTargets\`. [sync.md](sync.md) is the guide.

${printFields(TARGET_FIELDS)}

\`\`\`yaml
syncTargets:
  - name: viva
    tenant: contoso.onmicrosoft.com
    provider: 01e8f81b-3060-4dec-acf0-0389665a0a38
    remoteTenant: contoso.onmicrosoft.com
    remoteProvider: 9c1e0d3a-5f57-4c7e-a1d4-2f8f6f5b7e01
    clientId: 6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a99
    certificateFile: viva.pem
\`\`\`
`;
}

function printFields(fields: FieldRows): string {
  const rows = Object.entries(fields).map(([name, { value, isRequired, description }]) => [
    code(name),
    `${value}${isRequired === true ? '; required' : ''}`,
    description,
  ]);
  return markdownTable(['Member', 'Value', 'Meaning'], rows);
}

function formatNames(): string {
  return CONFIG_FILE_NAMES.map(code).join(', ');
}

function printGroup(group: string): string {
  const rows = SETTINGS.filter((setting) => setting.group === group).map(printRow);
  return `\n## ${group}\n\n${[HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function printRow(setting: Setting): readonly string[] {
  const flags = [...(setting.short === undefined ? [] : [`-${setting.short}`]), setting.flag];
  return [
    setting.isNotForFile === true ? '' : code(setting.name),
    flags.map(code).join(', '),
    code(setting.env),
    `${describeType(setting)}${setting.isSecret === true ? '; secret' : ''}`,
    printDefault(setting.default),
    setting.description.replaceAll('|', '\\|'),
  ];
}

function printDefault(value: Setting['default']): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.map(code).join(', ') : code(String(value));
}
