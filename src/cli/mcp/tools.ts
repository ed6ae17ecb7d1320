/** The tools of `vivarium mcp`: what an assistant may do with a sandbox, each on a method of the control API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCHEMAS_FOLDER } from '../../lib/schema-files.ts';
import type { Sandbox } from '../../library/server.ts';
import { ERRORS } from '../../model/errors.ts';
import { API_VERSIONS, V1 } from '../../model/versions.ts';
import type { Control } from '../control/connect.ts';

export interface ToolParts {
  readonly control: Control;
  /** Names and ids of the seed, without secrets; `undefined` where the server is elsewhere. */
  describeSeed(): object | undefined;
  /** Sends a request as an app or a user of the seed. */
  sendRequest(request: ToolRequest): Promise<object>;
}

export interface ToolRequest {
  readonly method: string;
  /** Below the version. */
  readonly path: string;
  readonly version: string;
  readonly app?: string;
  readonly user?: string;
  readonly scopes?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

type Arguments = Readonly<Record<string, unknown>>;
type Properties = Readonly<Record<string, object>>;

export interface McpTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema. */
  readonly input: Arguments;
  /** Whether it changes nothing. */
  readonly isReadOnly: boolean;
  run(args: Arguments, parts: ToolParts): Promise<unknown>;
}

type QueryOrder = Parameters<Sandbox['journal']['query']>[0];

const text = (description: string): object => ({ type: 'string', minLength: 1, description });
const count = (description: string): object => ({ type: 'integer', minimum: 0, description });
const object = (properties: Properties, required: readonly string[] = []): Arguments => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** Which requests, as the journal is searched. */
const MATCH: Properties = {
  method: text('HTTP method.'),
  path: text('Path with or without the version: {name} is any text without a slash, ** any text.'),
  operation: text('Operation id, such as createLearningCourseActivity.'),
  app: text('Client id, or name as in the seed.'),
  user: text('The signed-in user: id, userPrincipalName, or name as in the seed.'),
  status: { type: ['string', 'integer'], description: 'Status, or a class such as 4xx.' },
  refusal: text('Row of the error catalogue, such as assignmentNotFound.'),
  text: text('Text in URL, bodies or notes.'),
  since: text('Received then or later: 2026-01-02T03:04:05Z.'),
};

const NOTHING = object({});

export const MCP_TOOLS: readonly McpTool[] = [
  {
    name: 'status',
    description: 'Shows the sandbox: version, base URL, tenants with counts, clock, faults, snapshots.',
    input: NOTHING,
    isReadOnly: true,
    run: (_args, { control }) => control.call({ path: '/status' }),
  },
  {
    name: 'seed_info',
    description: 'Lists the names and ids to send requests with: apps with their roles, users, samples. No secrets.',
    input: NOTHING,
    isReadOnly: true,
    run: async (_args, { describeSeed }) =>
      describeSeed() ?? { note: 'The server is elsewhere: its names are not known here. Ask for its status.' },
  },
  {
    name: 'reset',
    description: 'Goes back to the seed: what was written since is gone.',
    input: object({ tenant: text('Id or domain name of a tenant; all when not given.') }),
    isReadOnly: false,
    run: async ({ tenant }, { control }) => {
      await control.sandbox.reset(tenant as string | undefined);
      return { done: 'The sandbox is as its seed has it.' };
    },
  },
  {
    name: 'add_fault',
    description: 'Has the sandbox fail calls that match: by a preset, an error, a latency, a broken connection.',
    input: readFaultSchema(),
    isReadOnly: false,
    run: (args, { control }) => control.sandbox.faults.add(args),
  },
  {
    name: 'list_faults',
    description: 'Lists the faults, with how many calls each has hit; with presets, the names to add them by.',
    input: object({ presets: { type: 'boolean', description: 'List the presets instead.' } }),
    isReadOnly: true,
    run: ({ presets }, { control: { sandbox } }) =>
      presets === true ? sandbox.faults.listPresets() : sandbox.faults.list(),
  },
  {
    name: 'remove_fault',
    description: 'Removes a fault, or all of them.',
    input: object({ id: text('Of the fault; all when not given.') }),
    isReadOnly: false,
    run: async ({ id }, { control: { sandbox } }) => {
      if (typeof id === 'string') await sandbox.faults.remove(id);
      else await sandbox.faults.clear();
      return { done: typeof id === 'string' ? `${id} is removed.` : 'There are no faults.' };
    },
  },
  {
    name: 'list_requests',
    description: 'Lists the requests that the sandbox has received, newest first, with why each was refused.',
    input: object({
      ...MATCH,
      limit: { type: 'integer', minimum: 1, maximum: 100, description: '20 when not given.' },
    }),
    isReadOnly: true,
    run: ({ limit = 20, ...match }, { control }) => control.sandbox.journal.query({ ...match, limit } as QueryOrder),
  },
  {
    name: 'show_request',
    description: 'Shows one request with its answer, headers and bodies.',
    input: object({ requestId: text('The request-id or client-request-id, or the id of the entry.') }, ['requestId']),
    isReadOnly: true,
    run: ({ requestId }, { control }) => findEntry(String(requestId), control),
  },
  {
    name: 'explain_refusal',
    description:
      'Explains why a request was refused: the row of the error catalogue, when it comes, the reasons of this one.',
    input: object({ requestId: text('The request-id or client-request-id, or the id of the entry.') }, ['requestId']),
    isReadOnly: true,
    run: async ({ requestId }, { control }) => {
      const { id, method, url, status, refusal, deviations, notes } = await findEntry(String(requestId), control);
      if (refusal === undefined) return { entry: id, method, url, status, explanation: 'It was not refused.', notes };
      const row = Object.entries(ERRORS).find(([name]) => name === refusal.row)?.[1];
      const about = row === undefined ? {} : { when: row.when, restsOn: row.source, documentation: `docs/errors.md` };
      return { entry: id, method, url, status, ...refusal, ...about, deviations, notes };
    },
  },
  {
    name: 'verify_calls',
    description: 'Checks that requests that match were received; if not, says which came nearest.',
    input: object({
      ...MATCH,
      exactly: count('So many requests.'),
      atLeast: count('At least so many; 1 when no number is given.'),
      atMost: count('At most so many.'),
    }),
    isReadOnly: true,
    run: ({ exactly, atLeast, atMost, ...match }, { control }) => {
      const counts = Object.entries({ exactly, atLeast, atMost }).filter(([, number]) => number !== undefined);
      const count = counts.length === 0 ? {} : { count: Object.fromEntries(counts) };
      return control.sandbox.journal.verify({ match, ...count });
    },
  },
  {
    name: 'send_request',
    description: 'Sends a request to the learning API as an app or a user of the seed, and shows the answer.',
    input: object(
      {
        method: { enum: ['GET', 'POST', 'PATCH', 'DELETE'] },
        path: text('Below the version, such as /employeeExperience/learningProviders.'),
        version: { enum: [...API_VERSIONS], description: `${V1} when not given.` },
        app: text('Name of the app to act as, such as writer.'),
        user: text('Name of the user to act for, such as admin.'),
        scopes: { type: 'array', items: { type: 'string' }, description: 'Delegated permissions; all when not given.' },
        headers: { type: 'object', additionalProperties: { type: 'string' } },
        json: { description: 'The body.' },
      },
      ['method', 'path'],
    ),
    isReadOnly: false,
    run: ({ version = V1, ...request }, { sendRequest }) =>
      sendRequest({ version, ...request } as unknown as ToolRequest),
  },
];

async function findEntry(
  id: string,
  { sandbox: { journal } }: Control,
): Promise<Awaited<ReturnType<Sandbox['journal']['get']>>> {
  if (/^\d{1,15}$/.test(id)) return journal.get(Number(id));
  const { value } = await journal.query({ requestId: id, limit: 1 });
  if (value[0] === undefined) throw new Error(`The journal has no request ${id}.`);
  return journal.get(value[0].id);
}

/** The one of the package, as it is. */
function readFaultSchema(): Arguments {
  const {
    $schema: _draft,
    $id: _id,
    ...schema
  } = JSON.parse(readFileSync(join(SCHEMAS_FOLDER, 'fault.json'), 'utf8')) as Arguments;
  return schema;
}
