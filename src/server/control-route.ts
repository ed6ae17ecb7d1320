/** `/_vivarium/...` and `/_admin/...`: one HTTP request to one request of a control API, and its answer back. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ADMIN_ROOT, CONTROL_ROOT } from '../lib/control-root.ts';
import { SCIM_ROOT } from '../model/scim.ts';
import type { ControlReply, MountedApi } from '../control/api.ts';
import type { ControlParts } from '../control/route.ts';
import { isBroken, readBody } from './body.ts';
import { recordFault } from './exchange.ts';
import { closeAfter, listHeaders } from './reply.ts';
import type { ServerWork } from './running-work.ts';

/** APIs that find their routes themselves. */
const ROOTS = [CONTROL_ROOT, ADMIN_ROOT, SCIM_ROOT] as const;
/** Finds the root that a URL is below; in any casing, as the router does. */
const API_URL = new RegExp(`^(?:${ROOTS.join('|')})(?=[/?]|$)`, 'i');

/** Gives the router one URL for all of an API: it would refuse paths that it cannot decode. */
export function rewriteApiUrl(target: string): string {
  const root = API_URL.exec(target)?.[0].toLowerCase();
  return root ?? target;
}

/** Whether the URL, as rewritten, is of a control API. */
export function isControlRoot(url: string | undefined): boolean {
  return url === CONTROL_ROOT || url === ADMIN_ROOT;
}

export interface ControlRouteOptions extends ServerWork, MountedApi {}

/** To be given to `app.register`. Answers in the onRequest hook, so that the body is read only when the caller is known. */
export async function registerControlRoutes(app: FastifyInstance, options: ControlRouteOptions): Promise<void> {
  app.setErrorHandler(async (error, request, reply) => {
    await sendControlReply(request, reply, (await options.findApi()).refuse(error));
  });
  app.route({
    method: app.supportedMethods,
    url: options.root,
    exposeHeadRoute: false,
    config: { observedAs: 'nothing' },
    onRequest: (request, reply) => answer(options, request, reply),
    handler: () => {
      throw new Error('The onRequest hook has not answered');
    },
  });
}

async function answer(options: ControlRouteOptions, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { raw, method, originalUrl } = request;
  const [path = '', query = ''] = originalUrl.slice(options.root.length).split(/\?(.*)/s, 2);
  options.running.begin();
  try {
    const api = await options.findApi();
    const result = await api.run({
      method,
      path,
      query,
      authorization: raw.headers.authorization,
      contentType: raw.headers['content-type'],
      lastEventId: raw.headers['last-event-id'] as string | undefined,
      requestId: request.exchange.requestId,
      signal: AbortSignal.any([options.stopping, whenLeft(reply)]),
      readBody: async (limitBytes) => (await readBody(raw, reply.raw, limitBytes)).bytes,
    });
    await sendControlReply(request, reply, result);
  } finally {
    options.running.end();
  }
}

function whenLeft({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => controller.abort());
  return controller.signal;
}

/** Sends the answer of an API that takes requests as plain data. */
export async function sendControlReply(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: ControlReply,
): Promise<void> {
  const { status, headers, body, fault } = answer;
  if (fault !== undefined) recordFault(request, fault);
  if (isBroken(request.raw)) reply.raw.shouldKeepAlive = false;
  reply.code(status).headers(headers);
  if (status === 413 && !request.raw.complete) closeEarly(reply, body as string);
  else if (body === undefined || typeof body === 'string') reply.serializer(String).send(body);
  else await sendParts(request, reply, body);
}

function closeEarly(reply: FastifyReply, text: string): void {
  const { raw, statusCode: status } = reply.hijack();
  closeAfter(raw, { status, headers: listHeaders(reply.getHeaders() as OutgoingHttpHeaders), text });
}

/** Parts may take long, so the head is sent at once. They end when the client leaves, or with the connection when one fails. */
async function sendParts(request: FastifyRequest, reply: FastifyReply, parts: ControlParts): Promise<void> {
  const { raw } = reply.hijack();
  // Closes the connection afterwards: a server that is stopping would wait for it if it became idle only then.
  raw.shouldKeepAlive = false;
  raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
  raw.flushHeaders();
  if (request.method !== 'HEAD') {
    try {
      for await (const part of parts) if (!(await write(raw, part))) return;
    } catch (fault) {
      recordFault(request, fault);
      raw.destroy();
    }
  }
  raw.end();
}

/** Waits until more can be written; `false` when the client has gone. */
async function write(response: ServerResponse, part: string | Uint8Array): Promise<boolean> {
  if (response.destroyed) return false;
  if (response.write(part)) return true;
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve).once('close', resolve);
  await promise;
  response.off('drain', resolve).off('close', resolve);
  return !response.destroyed;
}
