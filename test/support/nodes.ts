/** Several servers on one PostgreSQL database, each with a data folder of its own, behind one address as a proxy gives it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetch } from 'undici';

import { startApp } from '../../src/app.ts';
import type { App } from '../../src/app.ts';
import { PUBLIC_URL } from './server-process.ts';
import { testSettings } from './server.ts';

export interface NodeCall {
  readonly method?: string;
  readonly path: string;
  readonly token?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
}

export interface NodeAnswer {
  readonly status: number;
  readonly body: any; // oxlint-disable-line no-explicit-any -- tests look into what a client can see
}

export interface ServerNode extends AsyncDisposable {
  readonly app: App;
  /** To this server, whichever address it gives. */
  call(call: NodeCall): Promise<NodeAnswer>;
  /** A token that this server has issued to an app of the seed. */
  appToken(name: string): Promise<string>;
}

/** The database is migrated by whichever server comes first. */
export async function startNode(
  database: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<ServerNode> {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-node-'));
  const shared = {
    database,
    publicUrl: PUBLIC_URL,
    migrateAtStart: true,
    ephemeral: false,
    httpPort: 0,
    sandbox: false,
  };
  const app = await startApp(testSettings({ ...shared, data: folder, ...settings }));
  const call = (request: NodeCall) => send(`${app.httpUrl}${request.path}`, request);
  return {
    app,
    call,
    appToken: async (name) => {
      const { clientId = '', clientSecret = '' } = app.credentials.apps[name] ?? {};
      const form = {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'https://graph.microsoft.com/.default',
      };
      const { body } = await call({ method: 'POST', path: `/${app.credentials.tenantId}/oauth2/v2.0/token`, form });
      return body.access_token as string;
    },
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function send(url: string, { method = 'GET', token, json, form }: NodeCall): Promise<NodeAnswer> {
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(json !== undefined && { 'content-type': 'application/json' }),
  };
  const body = form === undefined ? (json === undefined ? null : JSON.stringify(json)) : new URLSearchParams(form);
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}
