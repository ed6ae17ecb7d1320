/** A real endpoint on this machine that notifications are sent to, and what came. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import type { Readable, Side } from './outward.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** As it came, which a signature is of. */
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests know what they ask for
  readonly body: any;
}

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Validation requests left out. */
  readonly received: readonly Received[];
  readonly validations: readonly string[];
  /** In place of 202, and of the token. */
  answerWith(answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined): void;
}

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const validations: string[] = [];
  let answer: Parameters<Receiver['answerWith']>[0];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
      const token = searchParams.get('validationToken');
      if (token === null)
        received.push({ path: pathname, headers: request.headers, text: body, body: JSON.parse(body) });
      else validations.push(token);
      if (answer !== undefined) return answer(request, response);
      if (token === null) response.writeHead(202).end();
      else response.writeHead(200, { 'content-type': 'text/plain' }).end(token);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    validations,
    answerWith: (given) => {
      answer = given;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Has the receiver told of all activities. @returns the id of the subscription */
export async function subscribe({ graph }: Readable, { url }: Receiver, path = '/changes'): Promise<string> {
  const { status, body } = await graph('POST', '/subscriptions', {
    changeType: 'created,updated,deleted',
    notificationUrl: url + path,
    resource: 'employeeExperience/learningCourseActivities',
    expirationDateTime: new Date(Date.now() + 86_400_000).toISOString(),
  });
  if (status !== 201) throw new Error(`There is no subscription: ${status} ${JSON.stringify(body)}`);
  return String(body.id);
}

export interface HookOptions {
  readonly path?: string;
  readonly description?: string;
  readonly events?: readonly string[];
}

/** Adds a webhook of the receiver, and sends it a test event. */
export async function addWebhook(
  { server: { app, call } }: Pick<Side, 'server'>,
  { url }: Receiver,
  { path = '/hook', description, events = ['activity.created', 'activity.completed'] }: HookOptions = {},
): Promise<void> {
  const token = app.admin?.token;
  const json = { url: url + path, events, ...(description !== undefined && { description }) };
  const { status, body } = await call({ method: 'POST', path: '/_admin/webhooks', token, json });
  if (status !== 201) throw new Error(`There is no webhook: ${status} ${JSON.stringify(body)}`);
  await call({ method: 'POST', path: `/_admin/webhooks/${body.webhook.id}/test`, token });
}
