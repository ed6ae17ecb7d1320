/** `vivarium inbox` */
import { Argument, InvalidArgumentError, Option } from 'commander';
import { readWord } from '../../lib/read-filled.ts';
import type { Inbox, InboxRequest } from '../../library/control-types.ts';
import type { Inboxes } from '../../library/server.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { pick } from '../flags.ts';
import { formatTable } from '../print-table.ts';
import { readCount } from '../read-argument.ts';
import type { ControlCommand, ControlGroup } from './control-command.ts';
import { describeBody } from './journal-lines.ts';
import { UnreachableError } from './unreachable-error.ts';

const NAME = [new Argument('<inbox>', 'Any name of letters, digits, dots, hyphens and underscores.')];
/** The longest that one request to the server waits. */
const WAIT_SECONDS = 30;

const afterFlag = (description: string): Option => new Option('--after <request>', description).argParser(readCount);

const list: ControlCommand = {
  summary: 'List the inboxes that have settings or requests.',
  run: async ({ control }) => {
    const inboxes = await control.sandbox.inboxes.list();
    if (inboxes.length === 0) return { json: inboxes, text: 'No inbox has received anything.' };
    const rows = inboxes.map((one) => [one.name, String(one.requests), one.lastReceivedAt ?? '', describeReply(one)]);
    return { json: inboxes, text: formatTable([['INBOX', 'REQUESTS', 'LAST', 'ANSWERS'], ...rows]).join('\n') };
  },
};

const url: ControlCommand = {
  summary: 'Print the address to send requests to.',
  args: NAME,
  run: async ({ control, args: [name = ''] }) => {
    const inbox = await control.sandbox.inboxes.get(name);
    return { json: inbox, text: inbox.url };
  },
};

const show: ControlCommand = {
  summary: 'Print what arrived, oldest first, with headers and bodies.',
  args: NAME,
  options: [afterFlag('Only requests after this one.')],
  run: async ({ control, args: [name = ''], options }) => {
    const requests = await control.sandbox.inboxes.requests(name, pick(options, ['after']));
    if (requests.length === 0) return { json: requests, text: `Nothing arrived in ${name}.` };
    return { json: requests, text: requests.map(formatRequest).join('\n\n') };
  },
};

const follow: ControlCommand = {
  summary: 'Print requests as they arrive, until Ctrl-C or until the server stops.',
  args: NAME,
  options: [afterFlag('Start after this request. Default: only new requests.')],
  run: async ({ control, args: [name = ''], options, isJson }) => {
    // The reader closed the pipe, as `head` does.
    process.stdout.once('error', () => process.exit(EXIT_CODES.ok));
    const { after: start } = options as { readonly after?: number };
    const { inboxes } = control.sandbox;
    const after = start ?? (await inboxes.requests(name)).at(-1)?.id ?? 0;
    for await (const request of listen(inboxes, name, after)) {
      process.stdout.write(isJson ? `${JSON.stringify(request)}\n` : `${formatRequest(request)}\n\n`);
    }
    return { json: undefined, text: '' };
  },
};

const change: ControlCommand = {
  summary: 'Set the answer of an inbox, its secret, or both. Omitted flags of the answer get their defaults.',
  args: NAME,
  options: [
    new Option('--status <status>', 'Status of the answer. Default: 204.').argParser(readCount),
    new Option('--header <name:value>', 'A header of the answer; repeatable.').argParser(readHeader),
    new Option('--body <text>', 'The body of the answer.'),
    new Option('--delay-ms <ms>', 'Wait this long before answering.').argParser(readCount),
    new Option('--next <n>', 'Answer only this many requests like this, then 204.').argParser(readCount),
    new Option('--secret-file <file>', 'A file with the secret of the webhook (whsec_…), to verify signatures.'),
  ],
  run: async ({ control, args: [name = ''], options }) => {
    const { header, secretFile } = options as Flags;
    const rest = pick(options, ['status', 'body', 'delayMs', 'next']);
    const reply = { status: 204, ...rest, ...(header && { headers: header }) };
    const isSet = header !== undefined || Object.keys(rest).length > 0;
    const inbox = await control.sandbox.inboxes.change(name, {
      ...(isSet && { reply }),
      ...(secretFile !== undefined && { secret: readSecret(secretFile) }),
    });
    return { json: inbox, text: `${inbox.name} answers ${describeReply(inbox)}.` };
  },
};

const remove: ControlCommand = {
  summary: 'Delete the requests and settings of an inbox. Its address keeps working.',
  args: NAME,
  run: async ({ control, args: [name = ''] }) => {
    await control.sandbox.inboxes.remove(name);
    return { json: {}, text: `${name} is empty, and answers 204.` };
  },
};

const clear: ControlCommand = {
  summary: 'Delete the requests and settings of all inboxes.',
  run: async ({ control }) => {
    await control.sandbox.inboxes.clear();
    return { json: {}, text: 'All inboxes are empty, and answer 204.' };
  },
};

export const INBOX_COMMANDS: ControlGroup = {
  name: 'inbox',
  summary: 'Receive webhooks and notifications in place of an endpoint, and show what arrived.',
  commands: { list, url, show, follow, change, remove, clear },
};

interface Flags {
  readonly header?: Readonly<Record<string, string>>;
  readonly secretFile?: string;
}

/** Ends with the server. */
async function* listen(inboxes: Inboxes, name: string, start: number): AsyncGenerator<InboxRequest> {
  let after = start;
  try {
    for (;;) {
      const requests = await inboxes.requests(name, { after, waitSeconds: WAIT_SECONDS });
      yield* requests;
      after = requests.at(-1)?.id ?? after;
    }
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
  }
}

function readHeader(text: string, previous: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be name: value.');
  return { ...previous, [name]: value };
}

function readSecret(file: string): string {
  return readWord(file, { what: 'The secret', hint: 'Name another file with --secret-file.' });
}

function describeReply({ reply, hasSecret }: Inbox): string {
  const { status = 204, delayMs, next } = reply ?? {};
  return [
    String(status),
    ...(delayMs === undefined ? [] : [`after ${delayMs} ms`]),
    ...(next === undefined ? [] : [`to the next ${next}`]),
    ...(hasSecret ? ['and checks signatures'] : []),
  ].join(' ');
}

function formatRequest({ id, receivedAt, method, url: target, headers, body, status, webhook }: InboxRequest): string {
  const signature = webhook?.signature === undefined ? '' : `, signature ${webhook.signature}`;
  const repeated = webhook?.isRepeated === true ? ', sent before' : '';
  return [
    `#${id} ${receivedAt}: answered ${status}${signature}${repeated}`,
    `${method} ${target}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : ['', describeBody(body)]),
  ].join('\n');
}
