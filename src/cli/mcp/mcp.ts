/** `vivarium mcp`: the tools for a sandbox, until the client or a signal ends it. */
import { once } from 'node:events';
import { findRunning } from '../../app/commands/find-running.ts';
import type { Settings } from '../../config/settings.ts';
import type { Control } from '../control/connect.ts';
import { readAnswerBody, send } from '../control/send.ts';
import { findControlToken, findTarget } from '../control/target.ts';
import type { TargetFlags } from '../control/target.ts';
import { findReady } from '../ready-file.ts';
import { SERVE_STOP_SIGNALS } from '../stop-signals.ts';
import { UsageError } from '../../lib/start-error.ts';
import { getToken } from '../token.ts';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createMcpServer, listenForMcp } from './server.ts';
import type { ToolParts, ToolRequest } from './tools.ts';

export interface McpContext {
  readonly control: Control;
  readonly settings: Settings;
  readonly target: TargetFlags;
}

/** Settles when it has ended. @throws StartError when the port is not free */
export async function serveMcp(context: McpContext, httpPort: number | undefined): Promise<void> {
  const parts: ToolParts = {
    control: context.control,
    describeSeed: () => describeSeed(context),
    sendRequest: (request) => sendRequest(context, request),
  };
  if (httpPort !== undefined) return serveOverHttp(context, parts, httpPort);
  const handle = serveStdio(() => createMcpServer(parts));
  await Promise.race([once(process.stdin, 'close'), ...stopSignals()]);
  await handle.close();
}

async function serveOverHttp({ settings, target }: McpContext, parts: ToolParts, port: number): Promise<void> {
  await using server = await listenForMcp(parts, port, findControlToken(settings, target));
  process.stderr.write(`vivarium mcp listens at ${server.url}\n`);
  await Promise.race(stopSignals());
}

function stopSignals(): readonly Promise<unknown>[] {
  return SERVE_STOP_SIGNALS.map((signal) => once(process, signal));
}

/** Of the server that the settings name. */
function describeSeed({ settings, target }: McpContext): object | undefined {
  if (target.url !== undefined) return undefined;
  const { readyFile } = settings;
  const running = readyFile === undefined ? findRunning(settings) : findReady(readyFile);
  if (running === undefined) return undefined;
  const { apps, users, signInApps, samples, tenantId } = 'credentials' in running ? running.credentials : running;
  const isNamed = ([name]: readonly [string, unknown]): boolean => !(name in apps);
  return {
    tenantId,
    apps: Object.entries(apps).map(([name, { clientId, roles }]) => ({ name, clientId, roles })),
    signInApps: Object.entries(signInApps)
      .filter(isNamed)
      .map(([name, { clientId, scopes }]) => ({ name, clientId, scopes })),
    users: Object.entries(users).map(([name, { id, userPrincipalName }]) => ({ name, id, userPrincipalName })),
    samples,
  };
}

const IDLE_MS = 60_000;

async function sendRequest({ settings, target }: McpContext, request: ToolRequest): Promise<object> {
  const { method, path, version, app, user, scopes, headers = {}, json } = request;
  if ((app === undefined) === (user === undefined)) throw new UsageError('Name either an app or a user to act as.');
  if (target.url !== undefined) throw new UsageError('Tokens are known for a server on this machine only.');
  const holder = app === undefined ? { user: String(user), scopes } : { app };
  const server = findTarget(settings, target);
  const answer = await send(server, {
    method,
    path: `/${version}${path.startsWith('/') ? path : `/${path}`}`,
    headers: {
      authorization: `Bearer ${await getToken(settings, holder)}`,
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    idleMs: IDLE_MS,
  });
  const body = await readAnswerBody(server, answer);
  return { status: answer.statusCode, headers: answer.headers, body: parse(body) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
