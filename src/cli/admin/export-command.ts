/** `vivarium export` */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Argument, Option } from 'commander';
import { StartError } from '../../lib/start-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { pick } from '../flags.ts';
import type { AdminCommand } from './admin-command.ts';
import { tenantFlag } from './tenant-flag.ts';

export const EXPORT_COMMAND: AdminCommand = {
  summary: 'Export activities, contents or users in a form that import reads: NDJSON, CSV or JSON.',
  args: [new Argument('<kind>', 'What to export.').choices(['activities', 'contents', 'users'])],
  options: [
    new Option('--file <file>', 'The file to write; compressed where its name ends in .gz. Default: standard output.'),
    new Option('--format <format>', 'Default: what the name of the file says, or ndjson.').choices([
      'ndjson',
      'csv',
      'json',
    ]),
    new Option('--filter <filter>', 'As in $filter, such as "status eq \'completed\'".'),
    new Option(
      '--since <time>',
      'Only what was created, updated or removed since, UTC: 2026-01-01T00:00:00Z. Needs the audit trail.',
    ),
    new Option('--provider <id>', 'Only activities or contents of this provider.'),
    tenantFlag(),
  ],
  run: async ({ admin, args: [kind = ''], options }) => {
    const { file, format = formatOf(file) } = options as {
      readonly file?: string;
      readonly format?: string;
    };
    const query = { ...pick(options, ['filter', 'since', 'provider', 'tenant']), format } as Readonly<
      Record<string, string>
    >;
    const parts = admin.stream({ path: `/exports/${kind}`, query });
    if (file === undefined) {
      await printParts(parts);
      return { json: undefined, text: '' };
    }
    await writeParts(file, parts);
    return { json: { file }, text: `Wrote ${file}.` };
  },
};

async function printParts(parts: AsyncIterable<Uint8Array>): Promise<void> {
  // Nobody reads any more, as when `head` has seen enough.
  process.stdout.once('error', () => process.exit(EXIT_CODES.ok));
  for await (const part of parts) if (!process.stdout.write(part)) await once(process.stdout, 'drain');
}

/** @throws StartError when it cannot be written */
async function writeParts(file: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const out = createWriteStream(file, { mode: 0o600 });
  try {
    await (file.endsWith('.gz') ? pipeline(parts, createGzip(), out) : pipeline(parts, out));
  } catch (cause) {
    const { code = '', syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    throw new StartError(`The file ${file} cannot be written (${code}).`, { hint: 'Name another one.', cause });
  }
}

function formatOf(file = ''): string | undefined {
  return /\.(ndjson|csv|json)(\.gz)?$/i.exec(file)?.[1]?.toLowerCase();
}
