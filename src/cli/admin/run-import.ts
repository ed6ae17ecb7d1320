/** What `vivarium import` does with its flags. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { StartError, UsageError } from '../../lib/start-error.ts';
import type { Import, ImportOrder } from '../../library/admin-types.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import type { CommandOutcome } from '../server-command.ts';
import type { AdminCommand } from './admin-command.ts';
import { importFile } from './import-file.ts';
import { tenantOf } from './tenant-flag.ts';

interface ImportFlags {
  readonly kind?: NonNullable<ImportOrder['kind']>;
  readonly profile?: string;
  readonly mapping?: string;
  readonly format?: NonNullable<ImportOrder['format']>;
  readonly provider?: string;
  readonly dryRun?: boolean;
  readonly allOrNothing?: boolean;
  readonly results?: string;
  readonly fromStart?: boolean;
}

export async function runImport({
  admin,
  args,
  options,
  isJson,
  fail,
}: Parameters<AdminCommand['run']>[0]): Promise<CommandOutcome> {
  const files = args[0] as unknown as readonly string[];
  const given = options as ImportFlags;
  if (given.results !== undefined && files.length > 1) fail('--results takes one file at a time');
  const order = orderOf(given);
  const imported: Import[] = [];
  for (const file of files)
    imported.push(await importFile(admin, { file, ...given, order, query: tenantOf(options), isJson }));
  const isRefused = imported.some(({ counts }) => (counts['refused'] ?? 0) > 0);
  return {
    json: { event: 'finished', imports: imported },
    text: imported.map((one) => describe(one, given.results)).join('\n'),
    ...(isRefused && { exitCode: EXIT_CODES.failure }),
  };
}

function orderOf({ kind, profile, mapping, format, provider, dryRun, allOrNothing }: ImportFlags): ImportOrder {
  return {
    ...(kind !== undefined && { kind }),
    ...(profile !== undefined && { profile }),
    ...(mapping !== undefined && { mapping: readMappingFile(mapping) }),
    ...(format !== undefined && { format }),
    ...(provider !== undefined && { provider }),
    ...(dryRun === true && { dryRun }),
    ...(allOrNothing === true && { allOrNothing }),
  };
}

/** What is in it is checked by the API. @throws StartError, UsageError */
function readMappingFile(file: string): NonNullable<ImportOrder['mapping']> {
  if (!existsSync(file))
    throw new StartError(`There is no file ${file}.`, { hint: 'Name another one with --mapping.' });
  try {
    return parse(readFileSync(file, 'utf8')) as NonNullable<ImportOrder['mapping']>;
  } catch (cause) {
    throw new UsageError(`${file} is not valid YAML: ${(cause as Error).message}`, { cause });
  }
}

const WORDS = [
  ['created', 'created'],
  ['updated', 'updated'],
  ['removed', 'removed'],
  ['unchanged', 'unchanged'],
  ['skipped', 'skipped'],
  ['refused', 'refused'],
  ['notDone', 'not stored because others were refused'],
] as const;

function describe({ name, kind, rows, counts, isDryRun }: Import, results: string | undefined): string {
  const told = WORDS.filter(([outcome]) => (counts[outcome] ?? 0) > 0 || outcome === 'created');
  const parts = told.map(([outcome, word]) => `${(counts[outcome] ?? 0).toLocaleString('en')} ${word}`);
  const lines = [
    `${name ?? ''}: ${rows.toLocaleString('en')} ${kind}: ${parts.join(', ')}.${isDryRun ? ' Dry run: nothing was stored.' : ''}`,
  ];
  if ((counts['refused'] ?? 0) > 0)
    lines.push(
      results === undefined ? 'Add --results FILE to see why each row was refused.' : `The reasons are in ${results}.`,
    );
  return lines.join('\n');
}
