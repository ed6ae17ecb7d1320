/**
 * One keep-alive HTTP/1.1 connection, one request at a time. Client and server share the machine, so what the client
 * spends is missing in every figure: it writes ready-made texts and looks for no more than status and length. That takes
 * some 40 µs of CPU a request; undici's Pool took 75, node:http 139.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface Target {
  readonly port: number;
  /** PEM of the authority to trust; without it plain HTTP is spoken. */
  readonly ca?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export interface Connection {
  /** The whole request, in ASCII. `done` is called with the whole answer. */
  send(text: string, done: (answer: Answer) => void): void;
  /** Rejects when the connection breaks before it was closed. */
  readonly broken: Promise<never>;
  close(): void;
}

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;

export async function openConnection({ port, ca }: Target): Promise<Connection> {
  const socket =
    ca === undefined ? connect({ port, host: '127.0.0.1' }) : connectTls({ port, ca, servername: 'localhost' });
  await once(socket, ca === undefined ? 'connect' : 'secureConnect');
  socket.setNoDelay(true);
  let done: ((answer: Answer) => void) | undefined;
  let received: Buffer | undefined;
  socket.on('data', (chunk: Buffer) => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk]);
    const answer = findAnswer(received);
    if (answer === undefined) return;
    received = undefined;
    done?.(answer);
  });
  const broken = rejectWhenBroken(socket);
  return {
    send: (text, whenAnswered) => {
      done = whenAnswered;
      socket.write(text, 'latin1');
    },
    broken,
    close: () => socket.destroy(),
  };
}

function rejectWhenBroken(socket: Socket): Promise<never> {
  const broken = new Promise<never>((_, reject) => {
    socket.once('error', reject);
    socket.once('end', () => reject(new Error('The server has closed a connection in use.')));
  });
  // Whoever has stopped waiting does not ask.
  broken.catch(() => {});
  return broken;
}

/** `undefined` while something is missing. */
function findAnswer(received: Buffer): Answer | undefined {
  const headLength = received.indexOf(HEAD_END);
  if (headLength === -1) return undefined;
  const head = received.toString('latin1', 0, headLength);
  const body = received.subarray(headLength + HEAD_END.length);
  const length = LENGTH.exec(head)?.[1];
  const isWhole =
    length === undefined ? !CHUNKED.test(head) || body.toString().endsWith(LAST_CHUNK) : body.length >= Number(length);
  return isWhole ? { status: Number(head.slice(9, 12)), body } : undefined;
}
