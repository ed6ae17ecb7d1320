/** `vivarium validate`: whether a server could start with its settings file and its seed. */
import { relative } from 'node:path';
import { checkSeedFile } from '../app/commands/check-seed.ts';
import { loadSettings, SettingsError } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { EXIT_CODES } from './exit-codes.ts';

/**
 * Prints all that is wrong, each with file and line, and gives the exit code; `undefined` when there is nothing to check.
 * @throws StartError when the seed cannot be read
 */
export async function validate(load: () => Settings): Promise<number | undefined> {
  const { settings, problems } = readSettings(load);
  const { configFile, seedFile } = settings;
  if (configFile === undefined && seedFile === undefined && problems.length === 0) return undefined;
  const seedName = seedFile === undefined ? undefined : nameOf(seedFile);
  const wrong = seedFile === undefined ? [] : await checkSeedFile(settings, seedFile);
  const checked = [
    { file: configFile === undefined ? 'the settings' : nameOf(configFile), problems },
    ...(seedName === undefined ? [] : [{ file: seedName, problems: wrong.map((problem) => `${seedName}:${problem}`) }]),
  ];
  print(checked, settings);
  return checked.every((each) => each.problems.length === 0) ? EXIT_CODES.ok : EXIT_CODES.failure;
}

interface Checked {
  readonly file: string;
  readonly problems: readonly string[];
}

/** What could be read of wrong settings, with defaults for the rest: the seed is checked all the same. */
function readSettings(load: () => Settings): { readonly settings: Settings; readonly problems: readonly string[] } {
  try {
    return { settings: load(), problems: [] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const readable = Object.entries(error.readable).filter(([, value]) => value !== undefined);
    const defaults = loadSettings({ env: {}, isFileSought: false });
    return { settings: { ...defaults, ...Object.fromEntries(readable) }, problems: error.problems };
  }
}

function print(checked: readonly Checked[], { output }: Settings): void {
  if (output === 'json') {
    const problems = checked.flatMap((each) => each.problems);
    console.log(JSON.stringify({ isValid: problems.length === 0, problems }));
    return;
  }
  for (const { file, problems } of checked) {
    for (const line of problems.length === 0 ? [`${file}: valid`] : problems) console.log(line);
  }
}

function nameOf(path: string): string {
  const way = relative('.', path);
  return way.startsWith('..') ? path : way;
}
