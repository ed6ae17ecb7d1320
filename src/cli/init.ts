/** `vivarium init`: a seed file and a settings file to begin with, both with comments. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { schemaIdOf } from '../lib/schema-files.ts';
import { SHIPPED_SEEDS } from '../lib/shipped-seeds.ts';
import { StartError } from '../lib/start-error.ts';
import { CONFIG_FILE_NAMES } from '../config/config-file.ts';
import { describeType } from '../config/read-value.ts';
import { SETTING_GROUPS, SETTINGS } from '../config/settings.ts';
import type { Setting, Settings } from '../config/settings.ts';

const SEED_FILE = 'seed.yaml';
const [SETTINGS_FILE] = CONFIG_FILE_NAMES;
const WIDTH = 100;

/** What stands in the settings file as it is; all others stand there as comments. */
const WRITTEN: Readonly<Record<string, string>> = { seed: `./${SEED_FILE}`, data: './.vivarium' };

/** Writes into the folder, which is made when it is missing. @throws StartError when one of the files is there already */
export function init(folder: string, { output }: Pick<Settings, 'output'>): void {
  const files = { [SEED_FILE]: writeSeed(), [SETTINGS_FILE]: writeSettings() };
  const taken = [...new Set([...CONFIG_FILE_NAMES, SEED_FILE])].filter((name) => existsSync(join(folder, name)));
  if (taken.length > 0) {
    const hint = 'Nothing was written. Name another folder, or move what is there away.';
    const names = taken.map((name) => join(folder, name)).join(' and ');
    throw new StartError(`${names} ${taken.length > 1 ? 'are' : 'is'} there already.`, { hint });
  }
  const written = Object.entries(files).map(([name, text]) => write(folder, name, text));
  if (output === 'json') console.log(JSON.stringify({ files: written }));
  else console.log(describe(folder, written));
}

function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(`${path} cannot be written (${code}).`, { hint: 'Name another folder.', cause });
  }
  return path;
}

function describe(folder: string, [seed, settings]: readonly string[]): string {
  const isHere = relative('.', folder) === '';
  const flag = isHere ? '' : ` --config ${settings}`;
  return [
    `Wrote ${seed}: tenants, users, apps, courses and activities to begin with.`,
    `Wrote ${settings}: every setting with its default, to be changed.`,
    '',
    `Check them after a change:  npx vivarium validate${flag}`,
    `Start a server with them:   npx vivarium start${flag}`,
  ].join('\n');
}

/** The one that comes along, without the remark that is for itself. */
function writeSeed(): string {
  const text = readFileSync(SHIPPED_SEEDS.default, 'utf8');
  const head = [
    `# yaml-language-server: $schema=${schemaIdOf('seed')}`,
    '# What an empty data folder is filled with: change it as you like, then check it with: vivarium validate',
    '# A server that has data already takes it with: vivarium seed reload',
    '# The ids are those of the documentation of Microsoft Graph, so that its examples run as printed.',
  ];
  return `${head.join('\n')}\n\n${text.slice(text.indexOf('tenants:'))}`;
}

function writeSettings(): string {
  const head = [
    `# yaml-language-server: $schema=${schemaIdOf('settings')}`,
    '# Settings of the server. Lines that are commented out show the defaults.',
    '# A flag or an environment variable takes precedence: --port, VIVARIUM_PORT.',
    '# Relative paths start at the folder of this file.',
  ];
  return `${head.join('\n')}\n${SETTING_GROUPS.map(writeGroup).join('')}`;
}

function writeGroup(group: Setting['group']): string {
  const settings = SETTINGS.filter((setting) => setting.group === group && setting.isNotForFile !== true);
  return `\n# ${group}\n${settings.map(writeSetting).join('')}`;
}

function writeSetting(setting: Setting): string {
  const { name, default: value } = setting;
  const written = WRITTEN[name];
  const comment = wrap(`${setting.description} (${describeType(setting)})`).map((line) => `# ${line}\n`);
  const line =
    written === undefined
      ? `# ${stringify({ [name]: value ?? null }, { lineWidth: 0 }).trim()}`
      : `${name}: ${written}`;
  return `\n${comment.join('')}${line.replaceAll('\n', '\n# ')}\n`;
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
