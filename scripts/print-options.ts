// src/library/options.ts, printed from the settings table: what a program may set has a type and an explanation each.
import { SETTINGS } from '../src/config/settings.ts';
import type { Setting } from '../src/config/settings.ts';
import { CLI_ONLY } from '../src/library/read-options.ts';
import { printComment } from './print-types.ts';

/** A program may give a seed as an object, too: its type is written by hand. */
const WRITTEN = ['seed'];

export function printOptions(): string {
  const shown = SETTINGS.filter(({ name }) => ![...CLI_ONLY, ...WRITTEN].includes(name));
  return `/** Printed from \`src/config/rows/\` by \`npm run docs\`. */

/** The settings of a server that is started by a program. */
export interface SettingOptions {
${shown.map(printOption).join('\n')}
}
`;
}

function printOption(setting: Setting): string {
  const text = `${setting.description}${printDefault(setting)}`;
  return `${printComment(text, '  ')}  readonly ${setting.name}?: ${printType(setting)} | undefined;`;
}

/** A server of a program starts with these three as it needs them. */
function printDefault({ name, default: value }: Setting): string {
  if (value === undefined || value === '' || ['port', 'ephemeral', 'logLevel', 'data'].includes(name)) return '';
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return text === '' ? '' : ` Default: ${text}.`;
}

function printType(setting: Setting): string {
  switch (setting.type) {
    case 'integer':
      return 'number';
    case 'count':
      return "number | 'auto'";
    case 'boolean':
      return 'boolean';
    case 'choice':
      return setting.values.map((value) => `'${value}'`).join(' | ');
    case 'list':
      return 'readonly string[]';
    case 'issuers':
    case 'targets':
      return 'readonly Readonly<Record<string, unknown>>[]';
    case 'text':
    case 'host':
    case 'url':
    case 'database':
    case 'path':
      return 'string';
    default:
      return setting satisfies never;
  }
}
