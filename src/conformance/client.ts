/** The bare HTTP client of a run: what a row says is what goes over the wire. */
import { Agent as PlainAgent, request as requestPlain } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent, request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { buffer, text as readText } from 'node:stream/consumers';
import { connect } from 'node:tls';
import type { SecureContext } from 'node:tls';

import type { RuleAnswer, RuleCall } from './place.ts';

/** For an answer, and between parts of it. */
const PATIENCE_MS = 60_000;

export interface RuleClient extends Disposable {
  /** @throws an Error of Node when there is no answer */
  send(call: RuleCall): Promise<RuleAnswer>;
  /** Text on a connection of its own, and all that comes until the server closes it. */
  sendText(origin: string, text: string, isEnded: boolean): Promise<RuleAnswer>;
}

/** @param trust what is trusted in place of the system's authorities */
export function openClient(trust: SecureContext | undefined): RuleClient {
  const secure = { ...(trust !== undefined && { secureContext: trust }) };
  const pools = { 'http:': new PlainAgent({ keepAlive: true }), 'https:': new Agent({ keepAlive: true, ...secure }) };
  return {
    send: async (call) => {
      const url = new URL(call.url);
      const isPlain = url.protocol === 'http:';
      const length = call.body === undefined || call.isChunked === true ? undefined : Buffer.byteLength(call.body);
      const options: RequestOptions = {
        method: call.method,
        agent: isPlain ? pools['http:'] : pools['https:'],
        headers: { accept: '*/*', ...(length !== undefined && { 'content-length': length }), ...call.headers },
        timeout: PATIENCE_MS,
      };
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = isPlain ? requestPlain(url, options) : request(url, options);
        sent.on('response', resolve);
        sent.on('error', reject);
        sent.on('timeout', () => sent.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} seconds`)));
        if (call.body !== undefined) sent.write(call.body);
        sent.end();
      });
      const text = (await buffer(answer)).toString();
      return { status: answer.statusCode ?? 0, headers: joinHeaders(answer), text, body: parseJson(text) };
    },
    sendText: async (origin, text, isEnded) => {
      const url = new URL(origin);
      const isPlain = url.protocol === 'http:';
      const port = Number(url.port || (isPlain ? 80 : 443));
      const host = url.hostname.replaceAll(/[[\]]/g, '');
      const bare = connectPlain({ host, port, allowHalfOpen: true });
      const socket: Socket = isPlain ? bare : connect({ socket: bare, servername: host, ...secure });
      socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} seconds`)));
      socket.write(text);
      if (isEnded) socket.end();
      try {
        return parseAnswer(await readText(socket));
      } finally {
        // Half open, it would wait for its timeout, whose error nobody hears.
        socket.destroy();
      }
    },
    [Symbol.dispose]: () => {
      for (const pool of Object.values(pools)) pool.destroy();
    },
  };
}

/** Repeated headers in a line each, as HTTP joins them. */
function joinHeaders({ headersDistinct }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(', ')]));
}

function parseAnswer(message: string): RuleAnswer {
  const end = message.indexOf('\r\n\r\n');
  const [first = '', ...lines] = message.slice(0, end).split('\r\n');
  const headers = lines
    .map((line) => line.split(/: *(.*)/s))
    .map(([name = '', value = '']) => [name.toLowerCase(), value]);
  const text = message.slice(end + 4);
  const status = Number(first.split(' ')[1] ?? 0);
  return { status, headers: Object.fromEntries(headers) as Record<string, string>, text, body: parseJson(text) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
