/** For commands that cannot be undone: a person is asked, a script says that it means it. */
import { Option } from 'commander';
import { readTerminal } from '../config/load.ts';
import { StartError } from '../lib/start-error.ts';
import type { CommandInput } from './server-command.ts';

export const yesFlag = (): Option => new Option('--yes', 'Do it without asking.');

/** @param warning what would be done, as a sentence @throws StartError when the person does not say yes */
export async function confirm(
  warning: string,
  { options, isJson, fail }: Pick<CommandInput, 'options' | 'isJson' | 'fail'>,
): Promise<void> {
  if (options['yes'] === true) return;
  if (isJson || !readTerminal().isStdinTerminal) fail(`${warning} Give --yes to do it`);
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${warning} Continue? [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new StartError('Nothing was changed.');
}
