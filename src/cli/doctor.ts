/** `vivarium doctor`: whether a server can start and serve here, and what to do if it cannot. */
import { diagnose } from '../app/commands/diagnose.ts';
import type { Settings } from '../config/settings.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { formatTable, paint } from './print-table.ts';

const COLOURS = { ok: 'green', warning: 'yellow', problem: 'red' } as const;

/** Prints what was found of each check and gives the exit code: warnings alone are no failure. */
export async function examine(settings: Settings): Promise<number> {
  const diagnoses = await diagnose(settings);
  if (settings.output === 'json') for (const diagnosis of diagnoses) console.log(JSON.stringify(diagnosis));
  else {
    const rows = formatTable(diagnoses.map(({ check, status, message }) => [status, check, message]));
    for (const [index, { status, remedy }] of diagnoses.entries()) {
      console.log(paint(COLOURS[status], rows[index] ?? ''));
      if (remedy !== undefined) console.log(`         ${remedy}`);
    }
  }
  return diagnoses.some(({ status }) => status === 'problem') ? EXIT_CODES.failure : EXIT_CODES.ok;
}
