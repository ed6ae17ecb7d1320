/** The client of @microsoft/microsoft-graph-client, with its own middleware. */
import { Client, MiddlewareFactory, RetryHandler, RetryHandlerOptions } from '@microsoft/microsoft-graph-client';
import type { Middleware } from '@microsoft/microsoft-graph-client';
import { fetch } from 'undici';
import type { Dispatcher } from 'undici';

export interface GraphClientOptions {
  readonly origin: string;
  readonly token: string;
  /** A transport that trusts the server. */
  readonly dispatcher: Dispatcher;
}

/** It waits at most a second before it tries again where no Retry-After says otherwise. */
export function openGraphClient({ origin, token, dispatcher }: GraphClientOptions): Client {
  const chain = MiddlewareFactory.getDefaultMiddlewareChain({ getAccessToken: async () => token }).map((one) =>
    one instanceof RetryHandler ? new RetryHandler(new RetryHandlerOptions(0)) : one,
  );
  const transport: Middleware = {
    execute: async (context) => {
      const { headers, method, body } = context.options ?? {};
      const sent = {
        headers: headers as Record<string, string>,
        method: method ?? 'GET',
        body: (body ?? null) as string | null,
        dispatcher,
      };
      const response: unknown = await fetch(context.request as string, sent);
      context.response = response as Response;
    },
  };
  const middleware = [...chain.slice(0, -1), transport];
  for (const [index, one] of middleware.entries()) {
    const next = middleware[index + 1];
    if (next !== undefined) one.setNext?.(next);
  }
  const [first = transport] = middleware;
  return Client.initWithMiddleware({ baseUrl: origin, customHosts: new Set(['localhost']), middleware: first });
}
