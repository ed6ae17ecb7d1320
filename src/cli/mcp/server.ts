/** A server of the Model Context Protocol with the tools, for one client at a time or for many over HTTP. */
import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Ajv } from 'ajv';
import { PACKAGE } from '../../lib/package.ts';
import { describeErrors } from '../../lib/schema-problems.ts';
import { StartError } from '../../lib/start-error.ts';
import {
  createMcpHandler,
  fromJsonSchema,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  McpServer,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import { MCP_TOOLS } from './tools.ts';
import type { McpTool, ToolParts } from './tools.ts';

/** A server with every tool. What a tool throws is its answer, for the client to read. */
export function createMcpServer(parts: ToolParts): McpServer {
  const server = new McpServer({ name: 'vivarium', version: PACKAGE.version });
  for (const tool of MCP_TOOLS) {
    const { name, description, input, isReadOnly } = tool;
    const about = { description, inputSchema: schemaOf(input), annotations: { readOnlyHint: isReadOnly } };
    server.registerTool(name, about, (args) => runTool(tool, args, parts));
  }
  return server;
}

async function runTool(
  { run }: McpTool,
  args: Readonly<Record<string, unknown>>,
  parts: ToolParts,
): Promise<{ content: { type: 'text'; text: string }[]; isError?: boolean }> {
  try {
    return { content: [{ type: 'text', text: JSON.stringify(await run(args, parts), null, 2) }] };
  } catch (error) {
    return { content: [{ type: 'text', text: (error as Error).message }], isError: true };
  }
}

/** Checked as the control API checks it. */
function schemaOf(input: McpTool['input']): ReturnType<typeof fromJsonSchema<Record<string, unknown>>> {
  return fromJsonSchema<Record<string, unknown>>(input, {
    getValidator: <Value>(schema: object) => {
      const validate = new Ajv({ allErrors: true, strictTypes: false, discriminator: true }).compile<Value>(schema);
      return (value: unknown) =>
        validate(value)
          ? { valid: true, data: value, errorMessage: undefined }
          : {
              valid: false,
              data: undefined,
              errorMessage: describeErrors(validate.errors ?? [], 'the input').join('; '),
            };
    },
  });
}

const PATH = '/mcp';

export interface McpOverHttp extends AsyncDisposable {
  readonly url: string;
}

/**
 * Listens on loopback only, for clients that know the token and are no page of another origin.
 * @throws StartError when the port is not free
 */
export async function listenForMcp(parts: ToolParts, port: number, token: string): Promise<McpOverHttp> {
  const handler = createMcpHandler(() => createMcpServer(parts));
  const answer = async (request: Request): Promise<Response> => {
    const refusal =
      hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
      originValidationResponse(request, localhostAllowedOrigins());
    if (refusal !== undefined) return refusal;
    if (new URL(request.url).pathname !== PATH) return new Response(null, { status: 404 });
    return isPermitted(request, token) ? handler.fetch(request) : unauthorized();
  };
  const server = createServer((incoming, outgoing) => {
    reply(incoming, outgoing, answer).catch((error: unknown) => outgoing.destroy(error as Error));
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(`Port ${port} cannot be used (${code}).`, { hint: 'Choose another with --http-port.', cause });
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function isPermitted({ headers }: Request, token: string): boolean {
  const given = Buffer.from(headers.get('authorization') ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function unauthorized(): Response {
  const message =
    'Missing or invalid token. Send "Authorization: Bearer <token>" with the control token of the sandbox.';
  return Response.json({ error: message }, { status: 401, headers: { 'www-authenticate': 'Bearer' } });
}

async function reply(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const { method = 'GET', url = '/', headersDistinct, headers } = incoming;
  const body = method === 'GET' || method === 'HEAD' ? null : await buffer(incoming);
  const given = Object.entries(headersDistinct).map(([name, values = []]): [string, string] => [
    name,
    values.join(', '),
  ]);
  const request = new Request(`http://${headers.host ?? 'localhost'}${url}`, { method, headers: given, body });
  const response = await answer(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) return void outgoing.end();
  await pipeline(Readable.fromWeb(response.body), outgoing);
}
