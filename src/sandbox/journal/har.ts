/** Entries as an HTTP archive, version 1.2: http://www.softwareishard.com/blog/har-12-spec/ */
import { STATUS_CODES } from 'node:http';

import { PACKAGE } from '../../lib/package.ts';
import type { RecordedBody, RecordedMessage } from './entry.ts';
import type { ShownEntry } from './show-entries.ts';

/** The size or time is not known. */
const UNKNOWN = -1;

/** Items of batches, which went in the request of their batch, and what was no request are left out. */
export function writeHar(entries: readonly ShownEntry[]): object {
  const exchanges = entries.filter(({ kind }) => kind === 'graph' || kind === 'issuer');
  const creator = { name: 'Vivarium', version: PACKAGE.version };
  return { log: { version: '1.2', creator, entries: exchanges.map(writeExchange) } };
}

function writeExchange(entry: ShownEntry): object {
  const { receivedAt, durationMs, id, operation, refusal, notes } = entry;
  const remarks = [
    operation,
    refusal?.row,
    ...(refusal?.reasons ?? []),
    ...(refusal?.nearMisses ?? []),
    ...notes,
  ].filter((text) => text !== undefined);
  return {
    startedDateTime: receivedAt,
    time: durationMs,
    request: writeRequest(entry),
    response: writeResponse(entry),
    cache: {},
    timings: { send: 0, wait: durationMs, receive: 0 },
    connection: String(id),
    comment: [`entry ${id}`, ...remarks].join('; '),
  };
}

function writeRequest({ method, origin, url, request }: ShownEntry): object {
  const { body } = request;
  const query = url.indexOf('?');
  const pairs = query === -1 ? [] : [...new URLSearchParams(url.slice(query + 1))];
  return {
    method,
    url: `${origin}${escapeUrl(url)}`,
    ...writeMessage(request),
    queryString: pairs.map(([name, value]) => ({ name, value })),
    ...(body !== undefined && { postData: writePostData(request, body) }),
  };
}

/** Clients send characters that no URL may have. */
function escapeUrl(url: string): string {
  return url.replaceAll(/[^\w\-.~:/?@!$&'()*+,;=%]|%(?![0-9a-f]{2})/gi, encodeURIComponent);
}

/** Bytes that are no text have no place in it but as base64. */
function writePostData(request: RecordedMessage, body: RecordedBody): object {
  return {
    mimeType: findHeader(request, 'content-type') ?? '',
    params: [],
    text: body.text,
    ...writeComment(body, body.encoding === 'base64' ? ['The text is base64.'] : []),
  };
}

/** Without an answer, the status is 0, as in browsers. */
function writeResponse({ status, delivery, response }: ShownEntry): object {
  const message = response ?? { httpVersion: '', headers: [] };
  const answered = response === undefined ? 0 : (status ?? 0);
  return {
    status: answered,
    statusText: STATUS_CODES[answered] ?? '',
    ...writeMessage(message),
    content: writeContent(message),
    redirectURL: findHeader(message, 'location') ?? '',
    ...(delivery !== 'whole' && { comment: `The answer left ${delivery === 'cut' ? 'in part' : 'not at all'}.` }),
  };
}

function writeContent(message: RecordedMessage): object {
  const mimeType = findHeader(message, 'content-type') ?? 'x-unknown';
  const { body } = message;
  if (body === undefined) return { size: 0, mimeType };
  return {
    size: body.sizeBytes,
    mimeType,
    text: body.text,
    ...(body.encoding === 'base64' && { encoding: 'base64' }),
    ...writeComment(body, []),
  };
}

function writeMessage({ httpVersion, headers, body }: RecordedMessage): object {
  return {
    httpVersion: `HTTP/${httpVersion === '' ? '1.1' : httpVersion}`,
    cookies: [],
    headers: headers.map(([name, value]) => ({ name, value })),
    headersSize: UNKNOWN,
    bodySize: body?.sizeBytes ?? 0,
  };
}

function writeComment({ isCut, omitted }: RecordedBody, remarks: readonly string[]): { readonly comment?: string } {
  const all = [
    ...remarks,
    ...(isCut ? ['Only the beginning is kept.'] : []),
    ...(omitted === undefined ? [] : [omitted]),
  ];
  return all.length === 0 ? {} : { comment: all.join(' ') };
}

function findHeader({ headers }: RecordedMessage, name: string): string | undefined {
  return headers.find(([own]) => own.toLowerCase() === name)?.[1];
}
