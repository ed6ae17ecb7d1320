/** An entry as a command for a shell, with variables where secrets were. */
import type { JournalEntry, RecordedBody } from './entry.ts';
import { REDACTED } from './redact.ts';

/** What curl makes of its own, and cookies, which are not kept. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...['host', 'content-length', 'connection', 'keep-alive', 'transfer-encoding', 'te', 'upgrade', 'expect', 'cookie'],
  // The body is kept inflated, and the answer is to be read by a person.
  ...['content-encoding', 'accept-encoding'],
]);

const BEARER = ['authorization', `Bearer ${REDACTED}`] as const;
/** What stands before a secret: its name, as in `name=`, `"name":"` and `name: `. */
const NAME_BEFORE = /([\w-]+)"?\s*[=:]\s*"?$/;

/** Why an entry cannot be sent again; `undefined` when it can. */
export function findCurlProblem({ kind, request: { body } }: JournalEntry): string | undefined {
  if (kind === 'unreadable') return 'The entry is not a valid request.';
  return body?.isCut === true ? 'Only the beginning of its body is kept.' : body?.omitted;
}

/**
 * The command, to be pasted into a POSIX shell. It reads the token from TOKEN, and any other secret from a variable that is
 * named as its parameter, in capitals.
 * @param caFile the authority that curl is to trust
 */
export function writeCurl({ kind, method, origin, url, request }: JournalEntry, caFile: string | undefined): string {
  const { headers: sent, body } = request;
  // An item is sent with the token of its batch.
  const headers = kind === 'batchItem' ? [BEARER, ...sent] : sent;
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  const lines = [
    `curl -sS --globoff --path-as-is ${method === 'HEAD' ? '--head' : `-X ${quote(method)}`}`,
    ...(caFile === undefined || !origin.startsWith('https:') ? [] : [`--cacert ${quote(caFile)}`]),
    ...headers
      .filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()))
      .map(([name, value]) => `-H ${writeHeader(name, value)}`),
    // Curl would call it a form.
    ...(body === undefined || hasType ? [] : ["-H 'Content-Type:'"]),
    ...(body === undefined ? [] : [isPlain(body) ? `--data-raw ${quote(body.text)}` : '--data-binary @-']),
    quote(`${origin}${url}`),
  ];
  const before = body === undefined || isPlain(body) ? '' : `printf %s ${quote(base64Of(body))} | base64 -d | `;
  return `${before}${lines.join(' \\\n  ')}\n`;
}

/** A header without a value ends in a semicolon. */
function writeHeader(name: string, value: string): string {
  return quote(value === '' ? `${name};` : `${name}: ${value}`);
}

/** No argument of a command holds the character 0. */
function isPlain({ encoding, text }: RecordedBody): boolean {
  return encoding === 'utf8' && !text.includes('\0');
}

function base64Of({ encoding, text }: RecordedBody): string {
  return encoding === 'base64' ? text : Buffer.from(text).toString('base64');
}

/** One word of the shell: nothing in it has a meaning of its own, and what was taken out is a variable. */
function quote(text: string): string {
  const parts = text.split(REDACTED);
  return parts
    .map((part, index) => {
      const literal = part === '' && parts.length > 1 ? '' : `'${part.replaceAll("'", String.raw`'\''`)}'`;
      return index === parts.length - 1 ? literal : `${literal}"$${variableAfter(part)}"`;
    })
    .join('');
}

function variableAfter(text: string): string {
  if (/basic\s+$/i.test(text)) return 'CREDENTIALS';
  const name = NAME_BEFORE.exec(text)?.[1] ?? 'token';
  return name.replaceAll('-', '_').toUpperCase();
}
