/** The control API's paths of inboxes. */
import { once } from 'node:events';
import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';

import { ControlError, controlRoute } from '../../control/route.ts';
import type { ControlRoute } from '../../control/route.ts';
import { INBOX_ROOT } from '../../lib/control-root.ts';
import { SECRET_PREFIX } from '../../model/webhook.ts';
import { closed } from '../calls/check.ts';
import { SIGNATURE_VERDICTS } from './verify-signature.ts';
import { INBOX_NAME } from './inbox.ts';
import type { InboxRequest } from './inbox.ts';
import type { InboxRegistry } from './inbox-registry.ts';
import { MESSAGE_BODY, MESSAGE_HEADERS } from '../journal/journal-schemas.ts';

export interface InboxRoutesOptions {
  readonly registry: InboxRegistry;
  readonly findBaseUrl: () => string;
}

const MAX_DELAY_MS = 60_000;
const MAX_WAIT_SECONDS = 60;
const NO_CONTENT = { status: 204, description: 'Nothing.' } as const;
/** The server sets these itself, or Node refuses to send them: with `te` or `http2-settings`, HTTP/2 clients get no answer. */
const RESERVED_HEADERS: readonly string[] = [
  ...['cache-control', 'content-security-policy', 'x-content-type-options'],
  ...['connection', 'content-length', 'http2-settings', 'keep-alive', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
];
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

const NAME = Type.Object({ name: Type.String({ pattern: INBOX_NAME.source }) }, closed);

const REPLY = Type.Object(
  {
    status: Type.Integer({ minimum: 200, maximum: 599 }),
    headers: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]{0,63}$' }),
        Type.String({ pattern: '^[ -~]{0,1000}$' }),
        closed,
      ),
    ),
    body: Type.Optional(
      Type.String({ maxLength: 65_536, description: 'Plain text unless the headers say otherwise.' }),
    ),
    delayMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: MAX_DELAY_MS, description: 'How long the answer takes.' }),
    ),
    next: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description: 'Answer only this many requests like this, then 204.',
      }),
    ),
  },
  { ...closed, description: 'The answer to requests. Default: 204. Validation tokens are always echoed.' },
);

const SECRET = Type.String({
  pattern: `^${SECRET_PREFIX}[A-Za-z0-9+/]{8,}={0,2}$`,
  description: 'The secret of a webhook. The inbox verifies the signatures of later requests with it.',
});

/** One schema instead of a union, so that a problem names the value and not the alternatives. */
const orNull = <Schema extends TSchema & { readonly type: string }>(schema: Schema) =>
  Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] });

const INBOX_CHANGE = Type.Object(
  {
    secret: Type.Optional(orNull(SECRET)),
    reply: Type.Optional(orNull(REPLY)),
  },
  { ...closed, description: 'Omitted members stay as they are; null resets one.' },
);

const INBOX = Type.Object(
  {
    name: Type.String(),
    url: Type.String({ description: 'Where requests are sent to.' }),
    requests: Type.Integer({ description: 'Number of requests kept.' }),
    lastReceivedAt: Type.Optional(Type.String({ format: 'date-time' })),
    hasSecret: Type.Boolean(),
    reply: Type.Optional(REPLY),
  },
  closed,
);

const WEBHOOK = Type.Object(
  {
    id: Type.String({ description: 'The header webhook-id.' }),
    signature: Type.Optional(
      Type.Enum([...SIGNATURE_VERDICTS], {
        description: 'Verified with the secret of the inbox; absent if it has none.',
      }),
    ),
    isRepeated: Type.Boolean({ description: 'Whether the inbox has already received this id.' }),
  },
  { ...closed, description: 'Present if the request is a webhook message.' },
);

const REQUEST = Type.Object(
  {
    id: Type.Integer(),
    receivedAt: Type.String({ format: 'date-time', description: 'By the clock of the sandbox.' }),
    method: Type.String(),
    url: Type.String({ description: 'Path and query.' }),
    headers: MESSAGE_HEADERS,
    body: Type.Optional(MESSAGE_BODY),
    status: Type.Integer({ description: 'Status of the answer.' }),
    webhook: Type.Optional(WEBHOOK),
  },
  closed,
);

const REQUESTS_QUERY = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0, description: 'Only requests after the one with this id.' })),
    atLeast: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 200, description: 'How many requests to wait for. Default: 1.' }),
    ),
    waitSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_WAIT_SECONDS,
        description: 'How long to wait at most; the answer then has what arrived. Default: 0.',
      }),
    ),
  },
  closed,
);

export function inboxRoutes(options: InboxRoutesOptions): readonly ControlRoute[] {
  return [...settingRoutes(options), requestsRoute(options), ...removalRoutes(options)];
}

function settingRoutes(options: InboxRoutesOptions): readonly ControlRoute[] {
  const { registry } = options;
  const describe = (name: string): Static<typeof INBOX> => describeInbox(options, name);
  return [
    controlRoute({
      id: 'listInboxes',
      method: 'GET',
      path: '/inboxes',
      summary: 'Lists the inboxes that have settings or requests.',
      answer: { status: 200, description: 'The inboxes.', schema: Type.Object({ value: Type.Array(INBOX) }, closed) },
      run: () => ({ body: { value: registry.names().map(describe) } }),
    }),
    controlRoute({
      id: 'getInbox',
      method: 'GET',
      path: '/inboxes/{name}',
      summary: 'Shows an inbox: its address, and what it answers.',
      params: NAME,
      answer: { status: 200, description: 'The inbox.', schema: INBOX },
      run: ({ params: { name } }) => ({ body: describe(name) }),
    }),
    controlRoute({
      id: 'changeInbox',
      method: 'PATCH',
      path: '/inboxes/{name}',
      summary: 'Sets what an inbox answers, and the secret that it verifies signatures with.',
      params: NAME,
      body: INBOX_CHANGE,
      answer: { status: 200, description: 'The inbox.', schema: INBOX },
      run: ({ params: { name }, body }) => {
        if (body.reply) checkReply(body.reply);
        registry.change(name, body);
        return { body: describe(name) };
      },
    }),
  ];
}

function requestsRoute({ registry }: InboxRoutesOptions): ControlRoute {
  return controlRoute({
    id: 'listInboxRequests',
    method: 'GET',
    path: '/inboxes/{name}/requests',
    summary: 'Lists the received requests, oldest first; can wait for them.',
    params: NAME,
    query: REQUESTS_QUERY,
    answer: {
      status: 200,
      description: 'The requests.',
      schema: Type.Object({ value: Type.Array(REQUEST) }, closed),
    },
    run: async ({ params: { name }, query: { after = 0, atLeast = 1, waitSeconds = 0 }, signal }) => {
      const find = () => registry.requestsTo(name).filter(({ id }) => id > after);
      const isEnough = () => find().length >= atLeast;
      if (waitSeconds > 0)
        await waitUntil(isEnough, registry.changes, AbortSignal.any([signal, AbortSignal.timeout(waitSeconds * 1000)]));
      return { body: { value: find() satisfies readonly InboxRequest[] } };
    },
  });
}

function removalRoutes({ registry }: InboxRoutesOptions): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'removeInbox',
      method: 'DELETE',
      path: '/inboxes/{name}',
      summary: 'Deletes the requests and settings of an inbox. Its address keeps working.',
      params: NAME,
      answer: NO_CONTENT,
      run: ({ params: { name } }) => {
        registry.remove(name);
        return {};
      },
    }),
    controlRoute({
      id: 'removeInboxes',
      method: 'DELETE',
      path: '/inboxes',
      summary: 'Deletes the requests and settings of all inboxes.',
      answer: NO_CONTENT,
      run: () => {
        registry.clear();
        return {};
      },
    }),
  ];
}

function describeInbox({ registry, findBaseUrl }: InboxRoutesOptions, name: string): Static<typeof INBOX> {
  const requests = registry.requestsTo(name);
  const last = requests.at(-1);
  const { secret, reply } = registry.settings.get(name) ?? {};
  return {
    name,
    url: `${findBaseUrl()}${INBOX_ROOT}/${name}`,
    requests: requests.length,
    ...(last && { lastReceivedAt: last.receivedAt }),
    hasSecret: secret !== undefined,
    ...(reply && { reply }),
  };
}

/** @throws ControlError with every problem that the schema cannot express */
function checkReply(reply: Static<typeof REPLY>): void {
  const reserved = Object.keys(reply.headers ?? {}).filter((name) => RESERVED_HEADERS.includes(name.toLowerCase()));
  const problems = reserved.map((name) => `reply.headers: ${name} is reserved for the server`);
  if (WITHOUT_BODY.includes(reply.status) && (reply.body ?? '') !== '')
    problems.push(`reply.body: an answer with status ${reply.status} has no body`);
  if (problems.length > 0) throw new ControlError(400, 'The request is not valid.', problems);
}

async function waitUntil(isSo: () => boolean, changes: InboxRegistry['changes'], signal: AbortSignal): Promise<void> {
  while (!isSo() && !signal.aborted) await once(changes, 'change', { signal }).catch(() => undefined);
}
