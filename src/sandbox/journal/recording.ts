/** Copies what passes on the wire for the journal of a sandbox, without changing it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from '../../server/exchange.ts';
import type { ExchangeObserver } from '../../server/plugin.ts';
import { remarksOf } from '../call-marks.ts';
import type { BodyCopy, DeliveryOutcome, Recorder, WireExchange } from './recorder.ts';

/** Records each exchange from its beginning on, with what passes on the wire. */
export function observeFor(recorder: Recorder): ExchangeObserver {
  return {
    begin: (exchange, kind, origin) => {
      const { request, response } = exchange;
      const wire = { received: new Copy(recorder.bodyCapBytes), sent: new Copy(recorder.bodyCapBytes) };
      const look = (): WireExchange => ({ ...describe(exchange, wire), kind, origin });
      const recording = recorder.begin(exchange.requestId, look);
      copyReceived(request, wire.received);
      copySent(response, wire.sent, () => recording.enter());
      response.on('close', () => {
        recording.enter();
        if (!response.writableFinished) recording.markCut();
      });
    },
    unreadable: ({ response, text, ...exchange }) => {
      recorder.enterUnreadable({ ...exchange, response: describeAnswer(response, text) });
    },
  };
}

const NO_BYTES: Uint8Array = new Uint8Array();

class Copy implements BodyCopy {
  sizeBytes = 0;
  #text: string | undefined = undefined;
  /** Longer than what has come, so that a body in many pieces is not copied with each of them. */
  #bytes = NO_BYTES;
  #length = 0;
  readonly #capBytes: number;

  constructor(capBytes: number) {
    this.#capBytes = capBytes;
  }

  get content(): string | Uint8Array {
    return this.#text ?? (this.#length === 0 ? '' : this.#bytes.subarray(0, this.#length));
  }

  add(chunk: Uint8Array): void {
    if (this.#text !== undefined) this.#keep(Buffer.from(this.#text));
    this.#text = undefined;
    const room = this.#capBytes - this.sizeBytes;
    if (room > 0) this.#keep(chunk.subarray(0, room));
    this.sizeBytes += chunk.length;
  }

  addText(text: string): void {
    const sizeBytes = Buffer.byteLength(text);
    if (this.sizeBytes > 0 || sizeBytes > this.#capBytes) return this.add(Buffer.from(text));
    this.#text = text;
    this.sizeBytes = sizeBytes;
  }

  /** A copy, as a part of the socket's buffer would hold all of it. */
  #keep(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, Math.min(2 * this.#bytes.length, this.#capBytes)));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }
}

/** The bytes as the parser hands them over, also those that nobody reads. To listen for them would let them flow. */
function copyReceived(request: IncomingMessage, copy: Copy): void {
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding) => {
    if (chunk instanceof Uint8Array) copy.add(chunk);
    return push(chunk, encoding);
  };
}

type Chunk = string | Uint8Array;

/** `beforeLast` is called before the last byte of the answer goes to the network, at the latest when it is ended. */
function copySent(response: ServerResponse, copy: Copy, beforeLast: () => void): void {
  const write = response.write.bind(response) as (...args: readonly unknown[]) => boolean;
  const end = response.end.bind(response) as (...args: readonly unknown[]) => ServerResponse;
  response.write = ((...args: readonly unknown[]) => {
    copyChunk(args, copy);
    if (copy.sizeBytes >= announcedLength(response)) beforeLast();
    return write(...args);
  }) as typeof response.write;
  response.end = ((...args: readonly unknown[]) => {
    copyChunk(args, copy);
    beforeLast();
    return end(...args);
  }) as typeof response.end;
}

function copyChunk([chunk, encoding]: readonly unknown[], copy: Copy): void {
  if (chunk === undefined || chunk === null || typeof chunk === 'function') return;
  const coding = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8';
  if (typeof chunk !== 'string') copy.add(chunk as Exclude<Chunk, string>);
  else if (coding === 'utf8') copy.addText(chunk);
  else copy.add(Buffer.from(chunk, coding));
}

function describe(
  exchange: Exchange,
  { received, sent }: { readonly received: Copy; readonly sent: Copy },
): Omit<WireExchange, 'kind' | 'origin'> {
  const { request, response, target, graph } = exchange;
  const { requestId, clientRequestId, appId, tenantId, refusal, tokenRefusal } = exchange;
  const operation = graph?.match?.operation.id;
  const body = response.req.method === 'HEAD' ? new Copy(0) : sent;
  return {
    ...{ requestId, clientRequestId, appId, tenantId, operation, refusal, tokenRefusal },
    notes: remarksOf(exchange),
    method: request.method ?? '',
    target,
    httpVersion: request.httpVersion,
    requestHeaders: request.rawHeaders.join('\n'),
    requestBody: received,
    response: response.headersSent ? { status: response.statusCode, head: headOf(response), body } : undefined,
    delivery: deliveryOf(response, sent),
  };
}

/** An answer that has its head and is about to be ended with this text. */
function describeAnswer(response: ServerResponse, text: string): NonNullable<WireExchange['response']> {
  const body = new Copy(Infinity);
  body.addText(text);
  return { status: response.statusCode, head: headOf(response), body };
}

/** Asked before the end of an answer is handed on, or when its connection has closed. */
function deliveryOf(response: ServerResponse, { sizeBytes }: Copy): DeliveryOutcome {
  if (!response.headersSent) return 'none';
  const isWhole = response.req.method === 'HEAD' || sizeBytes >= announcedLength(response, 0);
  const isAbandoned = response.destroyed && !response.writableFinished;
  return isWhole && !isAbandoned ? 'whole' : 'cut';
}

/** The value of Content-Length. */
function announcedLength(response: ServerResponse, otherwise = Infinity): number {
  const length = /^content-length: *(\d+)/im.exec(headOf(response))?.[1];
  return length === undefined ? otherwise : Number(length);
}

/** Status line and headers as Node has printed them. No public member has those that Node adds, such as Date. */
function headOf(response: ServerResponse): string {
  return (response as unknown as { readonly _header: string | null })._header ?? '';
}
