/** The settings as flags of a command, grouped as in the table. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { SETTINGS } from '../config/settings.ts';
import type { Setting, SettingGroup } from '../config/settings.ts';

/** Adds every setting as a flag; the help shows those of the groups given. */
export function addSettingFlags(command: Command, shownGroups: readonly SettingGroup[]): void {
  for (const setting of SETTINGS) {
    const isShown = shownGroups.includes(setting.group);
    for (const option of createOptions(setting)) {
      command.addOption(option.helpGroup(`${setting.group}:`).hideHelp(!isShown || option.hidden));
    }
  }
}

/** Headings that the help has above flags. */
export const FLAG_GROUPS = { own: 'Flags:', server: 'Server:' } as const;

/** Adds the settings of these names as flags of the command's own. */
export function addNamedFlags(command: Command, names: readonly string[], group: string = FLAG_GROUPS.own): void {
  for (const setting of SETTINGS.filter(({ name }) => names.includes(name))) {
    for (const option of createOptions(setting)) command.addOption(option.helpGroup(group));
  }
}

/** As commander gives them: flags in camel case. */
export type Options = Readonly<Record<string, unknown>>;

/** Those of these names that were given. */
export function pick(options: Options, names: readonly string[]): Options {
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

/** Of a command's options, those that were given and are settings, by the setting's name. */
export function readSettingFlags(options: Options): Options {
  return pick(
    options,
    SETTINGS.map(({ name }) => name),
  );
}

/** Reads a flag that may be repeated. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** A boolean has two flags, so that each can undo what the environment or the file says; the help has one line for both. */
function createOptions(setting: Setting): readonly Option[] {
  const { flag } = setting;
  const description = describe(setting);
  if (setting.type === 'boolean') {
    return [new Option(flag, description), new Option(`--no-${flag.slice(2)}`).hideHelp()];
  }
  const short = setting.short === undefined ? '' : `-${setting.short}, `;
  const option = new Option(`${short}${flag} <${placeholderOf(setting)}>`, description);
  if (setting.type !== 'list') return [option];
  return [option.argParser(collect)];
}

function placeholderOf(setting: Setting): string {
  if (setting.type === 'integer') return setting.unit ?? 'number';
  if (setting.type === 'count') return 'number';
  if (setting.type === 'issuers' || setting.type === 'targets') return 'json';
  if (setting.type === 'database') return 'url';
  return setting.type === 'path' ? setting.holds : setting.type;
}

function describe(setting: Setting): string {
  const facts = [
    ...(setting.type === 'choice' ? [`one of: ${setting.values.join(', ')}`] : []),
    ...(setting.default === undefined ? [] : [`default: ${String(setting.default) || 'none'}`]),
    `env: ${setting.env}`,
  ];
  return `${setting.description}\n${facts.join('; ')}`;
}
