/** The script of a shell that completes commands, flags and their values, for `vivarium` and for `npx vivarium`. */
import { realpathSync } from 'node:fs';
import type { Command } from 'commander';
import { listCommandWords } from './command-words.ts';
import { printFish } from './fish-script.ts';
import { printBash, printZsh } from './posix-scripts.ts';
import { printPowerShell } from './powershell-script.ts';
import type { Shell } from './shells.ts';

const PRINTERS = { bash: printBash, zsh: printZsh, fish: printFish, powershell: printPowerShell };

/** Ends with a line feed. */
export function printCompletion(program: Command, shell: Shell): string {
  // Where no vivarium is found when values are asked for: the one that has made the script.
  const maker = realpathSync(process.argv[1] ?? '');
  return PRINTERS[shell](listCommandWords(program), maker);
}
