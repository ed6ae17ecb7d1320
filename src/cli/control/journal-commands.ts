/** `vivarium journal` */
import { writeFileSync } from 'node:fs';
import { Argument, InvalidArgumentError, Option } from 'commander';
import { StartError } from '../../lib/start-error.ts';
import type { ControlCall } from '../../library/call-control.ts';
import type { JournalCount, JournalEntry, JournalMatch, JournalVerification } from '../../library/control-types.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { pick } from '../flags.ts';
import type { Options } from '../flags.ts';
import { checked, readCount, readJson } from '../read-argument.ts';
import type { Control } from './connect.ts';
import type { ControlCommand, ControlGroup, ControlGiven } from './control-command.ts';
import { formatDetails, formatEntry, formatPage, formatVerification } from './journal-lines.ts';
import { entryMatchFlags, readEntrySelection, readVerifyMatch, verifyMatchFlags } from './match-flags.ts';

const ID = [
  new Argument(
    '<entry>',
    'Id of the entry, as journal list shows it, or its request-id or client-request-id.',
  ).argParser(checked(readEntryId)),
];

const afterFlag = (description: string): Option => new Option('--after <entry>', description).argParser(readCount);

const list: ControlCommand = {
  summary: 'List requests with their answers, and why they were refused.',
  options: [
    ...entryMatchFlags(),
    new Option('--limit <n>', 'How many; 100 unless given, 1000 at most.').argParser(readCount),
    new Option('--order <order>', 'Which come first; newest unless given.').choices(['newest', 'oldest']),
    afterFlag('Those that come after this entry; of the newest first, those before it.'),
  ],
  run: async ({ control, options }) => {
    const selection = { ...readEntrySelection(options), ...pick(options, ['after']) };
    const page = await control.sandbox.journal.query({
      ...selection,
      ...pick(options, ['limit', 'order']),
    });
    if (page.value.length > 0) return { json: page, text: formatPage(page) };
    const isAll = Object.keys(selection).length === 0;
    return { json: page, text: isAll ? 'The journal is empty.' : 'No entry matches.' };
  },
};

const show: ControlCommand = {
  summary: 'Show one request with its answer and the reasons of a refusal.',
  args: ID,
  run: async ({ control, args: [id] }) => {
    const entry = await control.sandbox.journal.get(await findEntryId(control, id));
    return { json: entry, text: formatDetails(entry) };
  },
};

const clear: ControlCommand = {
  summary: 'Remove all entries.',
  run: async ({ control }) => {
    await control.sandbox.journal.clear();
    return { json: {}, text: 'The journal is empty.' };
  },
};

const verify: ControlCommand = {
  summary: 'Check that the expected requests were received; if not, show the nearest and exit with 1.',
  options: [
    ...verifyMatchFlags(),
    new Option('--exactly <n>', 'Exact number of requests. Default: at least one.').argParser(readCount),
    new Option('--at-least <n>', 'Minimum number of requests.').argParser(readCount),
    new Option('--at-most <n>', 'Maximum number of requests.').argParser(readCount),
    new Option('--unexpected', 'Expect no requests but those that match the other flags or --allow.').conflicts([
      'exactly',
      'atLeast',
      'atMost',
    ]),
    new Option('--allow <json>', 'Also allow these requests: a match as in docs/sandbox.md; repeatable.')
      .argParser((text: string, previous: readonly unknown[] | undefined) => [...(previous ?? []), readJson(text)])
      .implies({ unexpected: true }),
    afterFlag('Only entries that come after this one.'),
  ],
  run: async (given) => {
    const found = await runVerify(given);
    const exitCode = found.isSatisfied ? EXIT_CODES.ok : EXIT_CODES.failure;
    return { json: found, text: formatVerification(found), exitCode };
  },
};

const curl: ControlCommand = {
  summary: 'Print a request as a command for a shell, which reads the token from the variable TOKEN.',
  args: ID,
  run: async ({ control, args: [id] }) => {
    const command = (await control.sandbox.journal.curl(await findEntryId(control, id))).trimEnd();
    return { json: { command }, text: command };
  },
};

const har: ControlCommand = {
  summary: 'Export an HTTP archive (HAR 1.2), oldest first.',
  options: [
    ...entryMatchFlags(),
    afterFlag('Only entries that come after this one.'),
    new Option('--file <file>', 'The file to write; standard output unless given.'),
  ],
  run: async ({ control, options }) => {
    const { file } = options as { readonly file?: string };
    const query = { ...readEntrySelection(options), ...pick(options, ['after']) };
    const archive = await control.sandbox.journal.har(query);
    if (file === undefined) return { json: archive, text: JSON.stringify(archive) };
    writeFile(file, JSON.stringify(archive));
    return { json: { file }, text: `Wrote ${file}.` };
  },
};

const follow: ControlCommand = {
  summary: 'Print requests as they come, until Ctrl-C or until the server stops.',
  options: [...entryMatchFlags(), afterFlag('Start after this entry. Default: only new requests.')],
  run: async ({ control, options, isJson }) => {
    const query = { ...readEntrySelection(options), ...pick(options, ['after']) } as NonNullable<ControlCall['query']>;
    // Nobody reads any more, as when `head` has seen enough.
    process.stdout.once('error', () => process.exit(EXIT_CODES.ok));
    for await (const { name, data } of control.listen({ path: '/journal/stream', query })) {
      if (name === 'gap') warnOfGap(data);
      else process.stdout.write(`${isJson ? data : formatEntry(JSON.parse(data) as JournalEntry)}\n`);
    }
    return { json: undefined, text: '' };
  },
};

export const JOURNAL_COMMANDS: ControlGroup = {
  name: 'journal',
  summary: 'List, show, export and verify recorded requests.',
  commands: { list, show, follow, verify, curl, har, clear },
};

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

function readEntryId(text: string): unknown {
  if (GUID.test(text)) return text;
  if (/^\d{1,15}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a whole number, or a request id.');
}

/** Of several entries with the request id, such as those of a repeated client-request-id, the latest. */
async function findEntryId({ sandbox }: Control, id = ''): Promise<number> {
  if (!GUID.test(id)) return Number(id);
  const { value } = await sandbox.journal.query({ requestId: [id], limit: 1 });
  if (value[0] !== undefined) return value[0].id;
  throw new StartError(`The journal has no entry with the request id ${id}.`, { hint: 'See vivarium journal list.' });
}

function runVerify({ control, options }: ControlGiven): Promise<JournalVerification> {
  const { journal } = control.sandbox;
  const { unexpected, allow = [], after } = options as VerifyOptions;
  const match = readVerifyMatch(options) as JournalMatch;
  const hasMatch = Object.keys(match).length > 0;
  if (unexpected === true) return journal.verifyNoneBut([...(hasMatch ? [match] : []), ...allow], after);
  const count = pick(options, ['exactly', 'atLeast', 'atMost']) as JournalCount;
  return journal.verify({ match, ...(Object.keys(count).length > 0 && { count }), after });
}

interface VerifyOptions extends Options {
  readonly unexpected?: true;
  readonly allow?: readonly JournalMatch[];
  readonly after?: number;
}

function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(`${file} cannot be written (${code}).`, { hint: 'Name another with --file.', cause });
  }
}

function warnOfGap(data: string): void {
  const { after, until } = JSON.parse(data) as { readonly after: number; readonly until: number };
  console.error(`vivarium: entries between ${after} and ${until} were evicted before they could be shown.`);
}
