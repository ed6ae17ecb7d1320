/** Reads the bytes of a request body, whatever its type. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzip } from 'node:zlib';
import { GraphError } from '../model/graph-error.ts';
import { MAX_BODY_PIECES } from '../model/limits.ts';
import { reason } from '../model/reasons.ts';

export interface ReadBody {
  /** Undefined when there is none. */
  readonly bytes: Uint8Array | undefined;
  /** As received, before inflating. */
  readonly receivedBytes: number;
}

const NO_BODY: ReadBody = { bytes: undefined, receivedBytes: 0 };
const SHOWN_ENCODING_LENGTH = 100;

/** Requests whose body can no longer arrive, each with the reason. */
const broken = new WeakMap<IncomingMessage, GraphError>();

/**
 * The body, inflated if it is gzip; without a promise if it has arrived. A client that waits for `100 Continue` gets it here,
 * as its request was not refused before.
 *
 * @throws contentEncodingUnsupported, contentEncodingInvalid, payloadTooLarge (received or inflated), bodyAborted, or the
 * error given to {@link breakBody}.
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limitBytes: number,
): ReadBody | Promise<ReadBody> {
  if (!hasBody(request)) return NO_BODY;
  const { headers } = request;
  const declaredLength = headers['content-length'];
  const isGzip = isGzipEncoding(headers['content-encoding']);
  // Node has checked that the header is a number.
  if (declaredLength !== undefined && Number(declaredLength) > limitBytes) throw tooLarge(limitBytes);
  continueBody(request, response);
  // As small ones mostly have arrived as a whole when their request runs.
  if (request.complete && !isGzip) {
    const received = (request.read() as Buffer | null) ?? Buffer.alloc(0);
    if (received.byteLength > limitBytes) throw tooLarge(limitBytes);
    return toReadBody(received);
  }
  return collect(request, limitBytes).then(async (received) => {
    const bytes = isGzip && received.byteLength > 0 ? await inflate(received, limitBytes) : received;
    return toReadBody(bytes, received.byteLength);
  });
}

export function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length = '0' } = headers;
  return headers['transfer-encoding'] !== undefined || length !== '0';
}

/** Settles when the body has arrived, or no longer can. */
export function whenReceived(request: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    request.once('end', resolve);
    response.once('close', resolve);
  });
}

function toReadBody(bytes: Uint8Array, receivedBytes = bytes.byteLength): ReadBody {
  return { bytes: bytes.byteLength === 0 ? undefined : bytes, receivedBytes };
}

/**
 * Before a body is read: asks a client that waits for it to send.
 *
 * @throws what {@link breakBody} was given.
 */
export function continueBody(request: IncomingMessage, response: ServerResponse): void {
  const error = broken.get(request);
  if (error !== undefined) throw error;
  const { expect } = request.headers;
  if (expect !== undefined && expect.toLowerCase() === '100-continue') response.writeContinue();
}

/** Fails a body that can no longer arrive: its readers, now or later, get the error. */
export function breakBody(request: IncomingMessage, error: GraphError): void {
  broken.set(request, error);
  if (request.listenerCount('error') > 0) request.emit('error', error);
}

/** So much of an unwanted body is read to keep its connection. */
const MAX_DROPPED_BYTES = 64 * 1024 * 1024;

/**
 * Discards the rest of a body, and closes the connection when that is too much: Node would go on reading for as long as the
 * client sends.
 */
export function dropBody(request: IncomingMessage): void {
  let [bytes, pieces] = [0, 0];
  request.on('data', (piece: Buffer) => {
    [bytes, pieces] = [bytes + piece.byteLength, pieces + 1];
    if (bytes > MAX_DROPPED_BYTES || pieces > MAX_BODY_PIECES) request.socket.destroy();
  });
  // Begins to read now: when the answer has been sent, Node checks whether the body is being read.
  request.read(0);
}

/** Whether the connection of the request can carry no further request. */
export function isBroken(request: IncomingMessage): boolean {
  return broken.has(request);
}

function tooLarge(maximumBytes: number): GraphError {
  return new GraphError('payloadTooLarge', { values: { maximumBytes } });
}

function inPieces(): GraphError {
  return new GraphError('payloadUnreadable', { reasons: [reason('bodyInPieces', { limit: MAX_BODY_PIECES })] });
}

function isGzipEncoding(header: string | undefined): boolean {
  const encoding = header?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return false;
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  throw new GraphError('contentEncodingUnsupported', {
    values: { encoding: encoding.slice(0, SHOWN_ENCODING_LENGTH) },
  });
}

async function collect(request: IncomingMessage, limitBytes: number): Promise<Uint8Array> {
  // Closed while the caller was being authenticated: no event would come any more.
  if (request.destroyed) throw new GraphError('bodyAborted');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (): void => {
      request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
    };
    const fail = (error: GraphError): void => {
      stop();
      // The socket may report its end later, without a listener, and an unhandled error would end the process.
      request.on('error', ignore);
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.byteLength;
      if (length > limitBytes) fail(tooLarge(limitBytes));
      else if (chunks.push(chunk) > MAX_BODY_PIECES) fail(inPieces());
    };
    const onEnd = (): void => {
      stop();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
    };
    const onError = (error: Error): void => {
      fail(error instanceof GraphError ? error : new GraphError('bodyAborted', { cause: error }));
    };
    const onClose = (): void => fail(new GraphError('bodyAborted'));
    request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

function inflate(bytes: Uint8Array, limitBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: limitBytes }, (error, result) => {
      if (error === null) resolve(result);
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') reject(tooLarge(limitBytes));
      else reject(new GraphError('contentEncodingInvalid', { cause: error }));
    });
  });
}

function ignore(): void {}
