/** For commands that cannot be undone: a person is asked, a script says that it means it. */
import { Option } from 'commander';
import { readTerminal } from '../config/load.ts';
import { StartError } from '../lib/start-error.ts';
import type { CommandInput } from './server-command.ts';

export const yesFlag = (): Option => new Option('--yes', 'Do it without asking.');

/** @param warning what would be done, as a sentence @throws StartError when the person does not say yes */
export async function confirm(warning: string, given: Given): Promise<void> {
  await ask(`${warning} Continue? [y/N]`, /^y(es)?$/i, { warning, ...given });
}

/** For what takes much along: a person types the name again. @throws StartError when they do not */
export async function confirmName(warning: string, name: string, given: Given): Promise<void> {
  const pattern = new RegExp(`^${RegExp.escape(name)}$`, 'i');
  await ask(`${warning}\nType ${name} to do it:`, pattern, { warning, ...given });
}

type Given = Pick<CommandInput, 'options' | 'isJson' | 'fail'>;

async function ask(
  question: string,
  isMeant: RegExp,
  { warning, options, isJson, fail }: Given & { readonly warning: string },
): Promise<void> {
  if (options['yes'] === true) return;
  if (isJson || !readTerminal().isStdinTerminal) fail(`${warning} Give --yes to do it`);
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} `);
  terminal.close();
  if (!isMeant.test(answer.trim())) throw new StartError('Nothing was changed.');
}
