/** One HTTP request to a server, and what it means when none is there. */
import type { IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { RequestOptions } from 'node:https';
import { INSTANCE_HEADER } from '../../lib/control-root.ts';
import type { Target } from './target.ts';
import { UnreachableError } from './unreachable-error.ts';

/** Not imported: for that Node works out all of its exports, a WebSocket among them, in 40 ms of CPU. */
const { request: requestPlain } = process.getBuiltinModule('node:http');

export interface ServerRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** For the head of the answer, and between parts of its body; any time when not given. */
  readonly idleMs?: number;
  /** False only for what sends no secret and believes no answer. Default: true. */
  readonly checksCertificate?: boolean;
}

/** The answer, whose body is still to be read. @throws UnreachableError */
export function send(target: Target, sent: ServerRequest): Promise<IncomingMessage> {
  const { method, path, headers, body, idleMs, checksCertificate = true } = sent;
  const url = new URL(path, target.baseUrl);
  const options: RequestOptions = {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
    // Nothing else is sent on the connection, which would keep the process alive.
    agent: false,
    ...(target.trust !== undefined && { secureContext: target.trust }),
    rejectUnauthorized: checksCertificate,
    ...(idleMs !== undefined && { timeout: idleMs }),
  };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? requestPlain(url, options) : requestSecure(url, options);
    request.on('response', resolve);
    request.on('error', (cause) => reject(describe(target, cause)));
    request.on('timeout', () => request.destroy(new Error(`it was silent for ${idleMs} ms`)));
    request.end(body);
  });
}

/** Whether the answer of a health route is from the server that is meant. */
export function isInstance({ instance }: Target, { headers }: IncomingMessage): boolean {
  return instance === undefined || headers[INSTANCE_HEADER] === instance;
}

export function otherServer({ baseUrl }: Target): UnreachableError {
  const hint = 'Its server has ended. Start it again, or name another one with --data or --url.';
  return new UnreachableError(
    `The server at ${baseUrl} does not belong to the data folder or ready file that names it.`,
    { hint },
  );
}

/** The body as it comes. @throws UnreachableError when the connection breaks */
export async function* readParts(target: Target, answer: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* answer as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw describe(target, cause as Error);
  }
}

/** The whole body. @throws UnreachableError when the connection breaks */
export async function readAnswerBody(target: Target, answer: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of readParts(target, answer)) parts.push(part);
  return Buffer.concat(parts).toString();
}

const UNREACHABLE_CODES = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const CERTIFICATE = /CERT|SIGNATURE|ISSUER/;

function describe({ baseUrl }: Target, cause: NodeJS.ErrnoException): UnreachableError {
  const { code = '', message } = cause;
  if (UNREACHABLE_CODES.includes(code)) {
    const hint = 'Start it, or name another with --data or --url.';
    return new UnreachableError(`No server at ${baseUrl} (${code}).`, { hint, cause });
  }
  if (CERTIFICATE.test(code)) {
    const hint = 'Name the CA of its certificate with --ca-file.';
    return new UnreachableError(`The server at ${baseUrl} is not trusted: ${message} (${code}).`, { hint, cause });
  }
  const hint = 'Look at its log, or name another with --data or --url.';
  return new UnreachableError(`The server at ${baseUrl} gave no answer: ${message}.`, { hint, cause });
}
