/** Commands that are there for the sake of those below them. */
import type { Command } from 'commander';
import { findSimilar } from '../lib/suggest.ts';

/** Its own action says which commands there are. Commands of two APIs may share one. */
export function addGroup(program: Command, name: string, summary: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  if (known !== undefined) return known;
  const group: Command = program.command(name).description(summary).usage('<command> [flags]').argument('[words...]');
  return group.action((words: readonly string[]) => refuseWord(group, words[0]));
}

/** Ends with a line on the command that was meant. */
export function refuseWord(command: Command, word: string | undefined): never {
  const names = command.commands.map((each) => each.name());
  if (word === undefined) return command.error(`${command.name()} needs a command: ${names.join(', ')}`);
  const similar = findSimilar(word, names);
  return command.error(`unknown command '${word}'${similar === undefined ? '' : ` (Did you mean ${similar}?)`}`);
}
