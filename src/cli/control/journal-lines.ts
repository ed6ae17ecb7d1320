/** Entries of the journal as a person reads them. */
import type {
  JournalEntry,
  JournalMessage,
  JournalPage,
  JournalRefusal,
  JournalVerification,
} from '../../library/control-types.ts';
import { findTerminalWidth, formatTable, paint, shorten, wrapText } from '../print-table.ts';
import type { Table } from '../print-table.ts';

const HEAD = ['ID', 'TIME', 'STATUS', 'REASON', 'METHOD', 'OPERATION', 'LEARNER', 'DETAILS'];
/** Of what stands below an entry. */
const INDENT = '    ';
/** Of a path that leads to no operation. */
const MAX_PATH = 40;

/** A page that has entries, as a table, and what it leaves out. */
export function formatPage({ value, next, droppedUntil }: JournalPage): string {
  const lines = [
    ...formatEntries(value, [HEAD]),
    ...(next === undefined ? [] : [`There are more: --after ${next}`]),
    ...(droppedUntil === 0 ? [] : [`Entries up to ${droppedUntil} were evicted.`]),
  ];
  return lines.join('\n');
}

/** One entry, as it comes. */
export function formatEntry(entry: JournalEntry): string {
  return formatEntries([entry]).join('\n');
}

/** Everything that the entry tells of why, what was sent and what was answered. */
export function formatDetails(entry: JournalEntry): string {
  const { id, receivedAt, durationMs, method, origin, url, status, delivery, request, response } = entry;
  const facts: (readonly [string, string | undefined])[] = [
    ...listReasons(entry.refusal),
    ['Received', `${receivedAt}, answered in ${durationMs} ms`],
    ['Status', `${status ?? 'none'}, ${delivery === 'whole' ? 'sent whole' : `answer ${delivery}`}`],
    ['Operation', entry.operation],
    ['App', nameOf(entry.app)],
    ['Tenant', nameOf(entry.tenant)],
    ['User', nameOf(entry.user)],
    ['Learners', entry.learners.map(nameOf).join(', ') || undefined],
    ['Batch', entry.batch && `item ${entry.batch.item} of entry ${entry.batch.entry}`],
    ['Request id', entry.requestId],
    ['Client request id', entry.clientRequestId],
    ...entry.deviations.map(
      ({ name, found, expected }) => ['Deviation', `${name}: ${found}, not ${expected}`] as const,
    ),
    ...entry.notes.map((note) => ['Note', note] as const),
  ];
  const shown = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return [
    `Entry ${id}: ${method} ${origin}${url}`,
    ...formatTable(shown, '  '),
    ...formatMessage('Request', request),
    ...(response === undefined ? [] : formatMessage('Answer', response)),
  ].join('\n');
}

export function formatVerification({ isSatisfied, explanation, nearMisses }: JournalVerification): string {
  const misses = nearMisses.flatMap(({ entry, method, url, status, differs }) => [
    `  ${entry}  ${method} ${url} ${status ?? ''}`.trimEnd(),
    ...differs.map(
      ({ part, expected, actual }) =>
        `     ${part}: expected ${JSON.stringify(expected)}, was ${JSON.stringify(actual)}`,
    ),
  ]);
  const nearest = isSatisfied || misses.length === 0 ? [] : ['What came nearest:', ...misses];
  const verdict = isSatisfied ? paint('green', 'Satisfied.') : paint('red', 'Not satisfied.');
  return [`${verdict} ${explanation}`, ...nearest].join('\n');
}

/** On a terminal the details, which may be long, stand below their entry; elsewhere an entry is one line. */
function formatEntries(entries: readonly JournalEntry[], head: Table = []): readonly string[] {
  const rows = entries.map(cellsOf);
  const table = [...head, ...rows];
  const width = findTerminalWidth();
  if (width === undefined) return formatTable(table);
  return formatTable(table.map((row) => row.slice(0, -1))).flatMap((line, index) => {
    const row = rows[index - head.length] ?? [];
    const below = wrapText(row.at(-1) ?? '', width - INDENT.length).map((text) => INDENT + text);
    const status = row[HEAD.indexOf('STATUS')] ?? '';
    const style = status.startsWith('5') ? 'red' : status.startsWith('4') ? 'yellow' : undefined;
    // The table is laid out first: what colours a text makes it longer.
    return [shorten(line, width), ...below].map((text) => (style === undefined ? text : paint(style, text)));
  });
}

function cellsOf(entry: JournalEntry): readonly string[] {
  const { id, receivedAt, method, status, url, batch, operation, learners, refusal } = entry;
  const place = operation ?? shorten(url, MAX_PATH);
  return [
    String(id),
    receivedAt,
    String(status ?? entry.delivery),
    refusal?.row ?? '',
    method,
    batch === undefined ? place : `${place} (item ${batch.item} of ${batch.entry})`,
    learners.map(({ id: learnerId, name }) => name ?? learnerId).join(' '),
    describeDetails(entry),
  ];
}

/** What helps most with the refusal, and what faults and limits have done. */
function describeDetails({ refusal, notes }: JournalEntry): string {
  return [...(refusal === undefined ? [] : [describeRefusal(refusal)]), ...notes]
    .filter((text) => text !== '')
    .join('; ');
}

function describeRefusal({ reasons, explanation, fields, nearMisses, detail, message }: JournalRefusal): string {
  const { deviations = [] } = explanation as { readonly deviations?: readonly string[] };
  const told = [...reasons, ...deviations, ...nearMisses].join(' ');
  const wrong = fields.map(({ target, message: text }) => `${target}: ${text}`).join(' ');
  return told || wrong || (detail ?? message ?? '');
}

function listReasons(refusal: JournalRefusal | undefined): readonly (readonly [string, string | undefined])[] {
  if (refusal === undefined) return [];
  const { row, message, when, detail, cause, reasons, fields, explanation, nearMisses } = refusal;
  return [
    ['Refused', message === undefined ? row : `${row}: ${message}`],
    ...reasons.map((text) => ['Reason', text] as const),
    ...nearMisses.map((text) => ['Near miss', text] as const),
    ['When', when],
    ['Detail', reasons.includes(detail ?? '') ? undefined : detail],
    ['Cause', cause],
    ...fields.map(({ target, message: text }) => ['Field', `${target}: ${text}`] as const),
    ...Object.entries(explanation).map(
      ([name, value]) => ['Explanation', `${name}: ${JSON.stringify(value)}`] as const,
    ),
  ];
}

function nameOf(thing: { readonly id: string; readonly name?: string | undefined } | undefined): string | undefined {
  return thing === undefined || thing.name === undefined ? thing?.id : `${thing.name} (${thing.id})`;
}

function formatMessage(title: string, { headers, body }: JournalMessage): readonly string[] {
  return [
    '',
    title,
    ...headers.map(([name, value]) => `  ${name}: ${value}`),
    ...(body === undefined
      ? []
      : [
          '',
          ...describeBody(body)
            .split('\n')
            .map((line) => `  ${line}`),
        ]),
  ];
}

/** What a terminal would obey: bodies come from anybody. */
const CONTROL_CHARACTER = /(?![\t\n]|\r\n)\p{Cc}/gu;

export function describeBody({
  text,
  encoding,
  sizeBytes,
  isCut,
  omitted,
}: NonNullable<JournalMessage['body']>): string {
  if (omitted !== undefined) return `(${sizeBytes} bytes: ${omitted})`;
  if (encoding === 'base64') return `(${sizeBytes} bytes of binary data)`;
  const shown = text.replaceAll(CONTROL_CHARACTER, '\u{fffd}');
  return isCut ? `${shown}\n(the beginning of ${sizeBytes} bytes)` : shown;
}
