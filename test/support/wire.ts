/** The bare connection to a server: text in, what comes back parsed. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface WireAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WireMessage {
  /** Sent as it is. */
  readonly text: string;
  /** Nothing more comes after it, though the client goes on listening. */
  readonly isEnded?: boolean;
}

/** Sends a message over plain HTTP, and gives all that comes until the server closes. */
export async function sendWire(origin: string, message: WireMessage): Promise<WireAnswer> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port), allowHalfOpen: true });
  socket.write(message.text);
  if (message.isEnded === true) socket.end();
  return parse(await text(socket));
}

function parse(message: string): WireAnswer {
  const end = message.indexOf('\r\n\r\n');
  const [first = '', ...lines] = message.slice(0, end).split('\r\n');
  const headers = lines
    .map((line) => line.split(/: (.*)/s))
    .map(([name = '', value = '']) => [name.toLowerCase(), value]);
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(headers), body: message.slice(end + 4) };
}
