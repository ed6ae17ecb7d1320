/** Flags that say which requests are meant. */
import { InvalidArgumentError, Option } from 'commander';
import { collect, pick } from '../flags.ts';
import type { Options } from '../flags.ts';
import { readJson } from '../read-argument.ts';

/** By member; each takes several values by being repeated. */
const CALL_WORDS = {
  method: ['<method>', 'HTTP method, in any casing.'],
  path: ['<path>', 'Path below the version; {name} is any text without a slash, ** any text.'],
  operation: ['<operation>', 'Operation id, such as createLearningCourseActivity.'],
  app: ['<app>', 'Client id, or name in the seed.'],
  user: ['<user>', 'Signed-in user: id, userPrincipalName, or name in the seed.'],
  tenant: ['<tenant>', 'Id, domain name or display name.'],
} as const;

const ENTRY_WORDS = {
  kind: ['<kind>', 'graph, batchItem, issuer or unreadable.'],
  status: ['<status>', 'Status, or a class such as 4xx.'],
  learner: ['<user>', 'Learner whom it concerns: id, userPrincipalName, or name in the seed.'],
  requestId: ['<id>', "The answer's request-id, or the client-request-id."],
  refusal: ['<error>', 'Why it was refused: a row of docs/errors.md, such as assignmentNotFound.'],
} as const;

/** Each with one value. */
const ENTRY_TEXTS = {
  text: ['<text>', 'Text in URL, bodies or notes; case-insensitive.'],
  since: ['<time>', 'Received then or later, by the clock of the sandbox: 2026-01-02T03:04:05Z.'],
  until: ['<time>', 'Received before then.'],
} as const;

type Words = Readonly<Record<string, readonly [placeholder: string, description: string]>>;

/** Which calls a fault or a limit is about. */
export function callMatchFlags(): readonly Option[] {
  return [
    ...repeated(CALL_WORDS),
    new Option('--in-batch', 'Items of batches only.'),
    new Option('--no-in-batch', 'No items of batches.'),
  ];
}

export function readCallMatch(options: Options): Options {
  return pick(options, [...Object.keys(CALL_WORDS), 'inBatch']);
}

/** Which entries of the journal are meant. */
export function entryMatchFlags(): readonly Option[] {
  return [...repeated({ ...CALL_WORDS, ...ENTRY_WORDS }), ...single(ENTRY_TEXTS)].map((option) =>
    option.long === '--status' ? option.argParser(collectStatus) : option,
  );
}

/** As a query has it. */
export function readEntrySelection(options: Options): Options {
  return pick(options, [CALL_WORDS, ENTRY_WORDS, ENTRY_TEXTS].flatMap(Object.keys));
}

/** What a request can be verified by. */
export function verifyMatchFlags(): readonly Option[] {
  return [
    ...entryMatchFlags(),
    new Option('--header <name=value>', 'Header of the request; name= alone: it is not sent.').argParser(collect),
    new Option('--body <json>', 'What the JSON or form of the request has among others.').argParser(readJson),
  ];
}

/** As a match in JSON has it. */
export function readVerifyMatch(options: Options): Options {
  const { header, ...selection } = { ...readEntrySelection(options), ...pick(options, ['header', 'body']) };
  if (header === undefined) return selection;
  return { ...selection, header: Object.fromEntries((header as readonly string[]).map(readHeader)) };
}

function readHeader(text: string): readonly [string, string | null] {
  const [name = '', value = ''] = text.split(/=(.*)/s, 2);
  return [name, value === '' ? null : value];
}

function collectStatus(value: string, previous: readonly string[] | undefined): readonly string[] {
  if (!/^[1-5](\d\d|xx)$/.test(value))
    throw new InvalidArgumentError('It must be a status, such as 404, or a class of them, such as 4xx.');
  return collect(value, previous);
}

function repeated(words: Words): readonly Option[] {
  return single(words).map((option) => option.argParser(collect));
}

function single(words: Words): readonly Option[] {
  return Object.entries(words).map(([member, [placeholder, description]]) => {
    const flag = member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return new Option(`--${flag} ${placeholder}`, description);
  });
}
