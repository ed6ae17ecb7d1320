/** `/scim/v2/...`: one HTTP request to one SCIM request, and its answer back. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SCIM_ROOT } from '../model/scim.ts';
import type { ScimApi } from '../scim/api.ts';
import { OVERLOAD_REFUSALS } from './admission.ts';
import { readBody } from './body.ts';
import { sendControlReply } from './control-route.ts';
import type { OriginResolver } from './origin.ts';
import type { ServerWork } from './running-work.ts';

export interface ScimRouteOptions extends Pick<ServerWork, 'running'> {
  readonly findApi: () => Promise<ScimApi>;
  readonly originOf: OriginResolver;
  readonly bodyLimitBytes: number;
}

/** To be given to `app.register`. Answers in the onRequest hook, so that the body is read only when the caller is known. */
export async function registerScimRoutes(app: FastifyInstance, options: ScimRouteOptions): Promise<void> {
  app.setErrorHandler(async (error, request, reply) => {
    await sendControlReply(request, reply, (await options.findApi()).refuse(error));
  });
  app.route({
    method: app.supportedMethods,
    url: SCIM_ROOT,
    exposeHeadRoute: false,
    config: { observedAs: 'scim' },
    onRequest: (request, reply) => answer(options, request, reply),
    handler: () => {
      throw new Error('The onRequest hook has not answered');
    },
  });
}

async function answer(options: ScimRouteOptions, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { raw, method, originalUrl, exchange } = request;
  const { findApi, originOf, bodyLimitBytes, running } = options;
  if (exchange.exceedsCapacity) throw OVERLOAD_REFUSALS[method === 'GET' ? 'read' : 'write'];
  const [path = '', query = ''] = originalUrl.slice(SCIM_ROOT.length).split(/\?(.*)/s, 2);
  running.begin();
  try {
    const api = await findApi();
    const result = await api.run({
      requestId: exchange.requestId,
      ...{ method, path, query },
      headers: raw.headers as Readonly<Record<string, string | undefined>>,
      origin: originOf(raw),
      readBody: async () => {
        const { bytes, receivedBytes } = await readBody(raw, reply.raw, bodyLimitBytes);
        exchange.bytesIn = receivedBytes;
        return bytes;
      },
      note: ({ tenantId, operation }) => {
        exchange.scim = { tenantId: tenantId ?? exchange.scim?.tenantId, operation };
      },
    });
    await sendControlReply(request, reply, result);
  } finally {
    running.end();
  }
}
