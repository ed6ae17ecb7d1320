/** A real server for tests: ports of its own, data of its own, and clients that speak to it over TLS. */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Agent, fetch } from 'undici';

import { shareKeys, startApp } from '../../src/app.ts';
import type { App } from '../../src/app.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { Seed } from '../../src/seed/seed-schema.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The JSON of the body; `undefined` when it is empty or no JSON. */
  readonly body: any; // oxlint-disable-line no-explicit-any -- tests look into what a client can see
}

export interface Call {
  readonly method?: string;
  /** From the origin, as it is to be sent. */
  readonly path: string;
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array;
  /** Sent in pieces, without a length. */
  readonly isChunked?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestServer extends AsyncDisposable {
  readonly app: App;
  readonly origin: string;
  readonly ca: string;
  call(call: Call): Promise<Answer>;
  /** A token that the server's own authority issued, for an app of the seed. */
  appToken(name: string): Promise<string>;
  /** A delegated token for a user of the seed. */
  userToken(name: string, scopes?: readonly string[]): Promise<string>;
}

export interface TestServerOptions {
  /** The content of a seed file, in place of the file of the settings. */
  readonly seed?: Seed;
  readonly hasOwnKeys?: boolean;
}

/** Of all servers of a test process: making an RSA key takes longer than all the rest of a start. */
const takeSharedKeys = shareKeys();

/**
 * Keeps nothing, listens on free ports, logs nothing, has keys of all test servers; `settings` by their names, as in a
 * configuration file.
 */
export async function startTestServer(
  settings: Readonly<Record<string, unknown>> = {},
  clock?: Clock,
  { seed, hasOwnKeys = false }: TestServerOptions = {},
): Promise<TestServer> {
  const options = hasOwnKeys ? { seed } : { seed, keyMakers: takeSharedKeys() };
  const app = await startApp(testSettings(settings), clock, options);
  const ca = readFileSync(app.caFile as string, 'utf8');
  const { call, close } = openCalls(app.baseUrl, ca);
  const tokens = new Map<string, Promise<string>>();
  const remember = (name: string, make: () => Promise<string>) => {
    const known = tokens.get(name) ?? make();
    tokens.set(name, known);
    return known;
  };
  return {
    app,
    origin: app.baseUrl,
    ca,
    call,
    appToken: (name) =>
      remember(`app ${name}`, () => requestAppToken(call, app.credentials.tenantId, getApp(app, name))),
    userToken: (name, scopes) =>
      remember(`user ${name} ${scopes?.join(' ') ?? ''}`, () =>
        app.mintToken({ user: name, ...(scopes !== undefined && { scopes }) }),
      ),
    [Symbol.asyncDispose]: async () => {
      await close();
      await app[Symbol.asyncDispose]();
    },
  };
}

export interface Calls {
  call(call: Call): Promise<Answer>;
  close(): Promise<void>;
}

/** Over connections to an origin, trusting an authority. */
export function openCalls(origin: string, ca: string): Calls {
  const dispatcher = new Agent({ connect: { ca } });
  const call = async ({ method = 'GET', path, token, headers = {}, ...content }: Call): Promise<Answer> => {
    const { json, body, isChunked } = content;
    const payload = json === undefined ? (body ?? null) : JSON.stringify(json);
    const response = await fetch(`${origin}${path}`, {
      dispatcher,
      method,
      redirect: 'manual',
      duplex: 'half',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: payload !== null && isChunked === true ? new Blob([payload]).stream() : payload,
    });
    const text = await response.text();
    // With all cookies in a line, of which the entries would keep the last.
    const cookies = response.headers.getSetCookie().join(', ');
    const received = { ...Object.fromEntries(response.headers), ...(cookies !== '' && { 'set-cookie': cookies }) };
    return { status: response.status, headers: received, text, body: parse(text) };
  };
  return { call, close: () => dispatcher.close() };
}

export function testSettings(settings: Readonly<Record<string, unknown>>): Settings {
  const flags = { ephemeral: true, port: 0, logLevel: 'silent', ...settings };
  return loadSettings({ flags, env: {}, directory: tmpdir() });
}

export interface ClientSecret {
  readonly clientId: string;
  readonly clientSecret: string;
}

function getApp({ credentials }: App, name: string): ClientSecret {
  const client = credentials.apps[name];
  if (client === undefined) throw new Error(`No app ${name} in the seed`);
  return client;
}

/** A token from the token endpoint of a tenant. */
export async function requestAppToken(
  call: TestServer['call'],
  tenantId: string,
  { clientId, clientSecret }: ClientSecret,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'https://graph.microsoft.com/.default',
  });
  const { body } = await call({
    method: 'POST',
    path: `/${tenantId}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  return body.access_token as string;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
