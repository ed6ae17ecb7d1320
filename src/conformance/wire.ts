/** Requests that no HTTP client sends: texts on the bare connection. */
import type { ErrorName } from '../model/errors.ts';
import type { ExpectedError } from './row.ts';
import { E1 } from './refusals.ts';

export interface WireRow {
  readonly id: string;
  readonly rule: string;
  readonly covers: { readonly errors: readonly ErrorName[] };
  /** Sent as it is; `{token}` stands for a token of the writing app, `{path}` for the path of its creates. */
  readonly sends: string;
  /** The client says no more, and still listens. */
  readonly isEnded?: boolean;
  readonly refusal: ExpectedError;
}

const head = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

export const WIRE_ROWS: readonly WireRow[] = [
  {
    id: 'wire-1',
    rule: 'bytes that are not HTTP are refused',
    covers: { errors: ['requestMalformed'] },
    sends: 'GARBAGE\r\n\r\n',
    refusal: { status: 400, code: 'BadRequest', message: 'The request is not valid HTTP.' },
  },
  {
    id: 'wire-2',
    rule: 'headers that are too large are refused',
    covers: { errors: ['headersTooLarge'] },
    sends: head('GET {path} HTTP/1.1', 'Host: localhost', `X-Long: ${'x'.repeat(100_000)}`),
    refusal: { status: 431, code: 'requestHeaderFieldsTooLarge', message: 'The request headers are too large.' },
  },
  {
    id: 'wire-3',
    rule: 'a body that ends before its length is refused, and nothing of it is done',
    covers: { errors: ['bodyAborted'] },
    sends: `${head(
      'POST {path} HTTP/1.1',
      'Host: localhost',
      'Authorization: Bearer {token}',
      'Content-Type: application/json',
      'Content-Length: 100',
    )}{"@odata.type":`,
    isEnded: true,
    refusal: { status: 400, code: 'BadRequest', message: 'The request body ended before its announced length.' },
  },
  {
    id: 'wire-4',
    rule: 'a broken chunk is refused',
    covers: { errors: ['requestMalformed'] },
    sends: `${head(
      'POST {path} HTTP/1.1',
      'Host: localhost',
      'Authorization: Bearer {token}',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      'Connection: close',
    )}zz\r\n`,
    refusal: { status: 400, code: 'BadRequest', message: 'The request is not valid HTTP.' },
  },
  {
    id: 'wire-5',
    rule: 'no request is tunnelled to another host',
    covers: { errors: ['methodNotAllowed'] },
    sends: head('CONNECT example.org:443 HTTP/1.1', 'Host: example.org'),
    refusal: E1,
  },
];

/** On a server that waits only for a moment. */
export const SLOW_ROWS: readonly WireRow[] = [
  {
    id: 'wire-6',
    rule: 'headers that do not end are not waited for',
    covers: { errors: ['requestTimeout'] },
    sends: 'GET /',
    refusal: { status: 408, code: 'requestTimeout', message: 'The request was not complete in time.' },
  },
];
