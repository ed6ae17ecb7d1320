/** Requests as nobody should send them, made up by fast-check: each is close to a good one, so that it gets far. */
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';

import { OPERATIONS } from '../../src/model/operations.ts';
import { API_VERSIONS } from '../../src/model/versions.ts';

export interface HostileRequest {
  readonly method: string;
  readonly bytes: Uint8Array;
  /** For messages. */
  readonly head: string;
}

/** What a request can be made of, beside garbage. */
export interface Good {
  readonly tokens: readonly string[];
  /** Values of keys in paths, and of ids in bodies. */
  readonly ids: readonly string[];
  readonly writes: readonly GoodWrite[];
  /** Paths of lists, with a token that may read them. */
  readonly lists: readonly { readonly path: string; readonly token: string }[];
}

export interface GoodWrite {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One byte a character, so that every byte can come. */
const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 12 }).map((all) => String.fromCharCode(...all));
const odd = fc.constantFrom(
  ...['', '.', '..', '%', '%2', '%zz', '%00', '%2F', '%252F', '%C3', '%FF', '%E2%82', "'", "''", '(', ')', "('", "')"],
  ...[
    '%27',
    '%27)',
    '=',
    "(a='",
    "(externalId='x')",
    "(id='",
    '$count',
    '$ref',
    '$metadata',
    '$batch',
    '%24batch',
    ':',
  ],
  ...['null', 'undefined', '__proto__', 'toString', 'constructor', '{x}', '+', '&', '?', '#', ';', '|', '\\', '~', '*'],
  ...['a'.repeat(3000), '%20'.repeat(500), "/('".repeat(300), 'é', '😀'],
);
const garbage = fc.oneof({ weight: 3, arbitrary: odd }, { weight: 1, arbitrary: bytes });

const anyCase = (text: string) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(text) },
    fc.constantFrom(text.toUpperCase(), text.toLowerCase(), encodeURIComponent(text)),
  );

/** A path that an operation has, with good and bad keys, and now and then more or less than that. */
function targetPath({ ids }: Good): fc.Arbitrary<string> {
  const key = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: garbage });
  const known = fc.constantFrom(...OPERATIONS.map(({ path }) => path)).chain((template) =>
    fc.array(key, { minLength: 3, maxLength: 3 }).map((keys) => {
      let index = 0;
      return template.replace(/\{\w+\}/g, () => {
        index += 1;
        return keys[index % keys.length] as string;
      });
    }),
  );
  const whole = fc
    .tuple(fc.constantFrom(...API_VERSIONS), known, fc.array(garbage, { maxLength: 2 }))
    .chain(([version, path, more]) => anyCase(version).map((name) => `/${[name + path, ...more].join('/')}`));
  const made = fc.array(fc.oneof(garbage, key), { maxLength: 30 }).map((segments) => `/${segments.join('/')}`);
  return fc.oneof(
    { weight: 6, arbitrary: whole },
    { weight: 1, arbitrary: fc.constantFrom('/v1.0/$batch', '/beta/$metadata', '/v1.0', '/', '*', '/v1.0/%24batch') },
    { weight: 2, arbitrary: made },
    { weight: 1, arbitrary: bytes },
  );
}

const optionName = fc.constantFrom(
  ...['$filter', '%24filter', 'filter', '$orderby', '$select', '$top', '$skip', '$skiptoken', '$count', '$format'],
  ...['$expand', '$search', '$apply', '$', 'x', '__proto__'],
);
const optionValue = fc.oneof(
  garbage,
  fc
    .array(
      fc.constantFrom(
        ...[
          'status',
          'completedDateTime',
          'notes/content',
          'title',
          'eq',
          'in',
          'and',
          'or',
          'not',
          '(',
          ')',
          ',',
          'null',
        ],
        ...[
          "'a'",
          "'",
          '1',
          '-1',
          '1e999',
          'true',
          'startswith',
          'contains',
          'isof',
          'microsoft.graph.learningAssignment',
        ],
        ...['2021-05-11', "duration'PT1S'", 'desc', '*', '/', 'cast', 'any', '$it'],
      ),
      { maxLength: 12 },
    )
    .map((words) => words.join('%20')),
  fc.constantFrom('('.repeat(2000), 'not%20'.repeat(2000), '9'.repeat(400), '-1', '0', 'true', 'WzEsImEiXQ'),
);
const query = fc
  .array(fc.tuple(optionName, optionValue), { maxLength: 3 })
  .map((options) => options.map(([name, value]) => `${name}=${value}`).join('&'));

const headerName = fc.constantFrom(
  ...['Accept', 'Content-Type', 'Content-Encoding', 'Prefer', 'Preference', 'If-Match', 'If-None-Match', 'Origin'],
  ...['client-request-id', 'Expect', 'Host', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'ConsistencyLevel', 'Upgrade'],
  ...['Access-Control-Request-Method', 'X-HTTP-Method-Override', 'Range', 'Cookie', 'TE', 'Connection', 'X-Odd'],
);
const headerValue = fc.oneof(
  fc.constantFrom(
    ...['', '*', '*/*', 'gzip', 'br', 'application/json', 'application/json;charset=utf-16', 'text/plain', 'upgrade'],
    ...[
      'odata.maxpagesize=0',
      'return=representation',
      'include-unknown-enum-members',
      'W/"1"',
      '"',
      'W/"1",',
      'bytes=0-',
    ],
    ...['100-continue', 'websocket', 'null', 'a b', 'localhost:99999999', 'ä', 'GET', 'x'.repeat(9000), '%', 'h2c'],
  ),
  bytes.map((text) => text.replace(/[\0\r\n]/g, ' ')),
);
const headers = fc.array(fc.tuple(headerName, headerValue), { maxLength: 4 });

/** JSON in which names that every object has are names of members, too. */
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'max', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e21, '', 'a', '2021-05-11', '\u0000', '\ud800', '😀', '#'),
    fc.string(),
    fc.constant('x'.repeat(9000)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...[
          'a',
          '',
          '__proto__',
          'toString',
          'constructor',
          'toJSON',
          'then',
          'length',
          '@odata.type',
          'id',
          'dateTime',
        ],
        ...['timeZone', 'content', 'contentType', 'requests', 'url', 'method', 'headers', 'body', 'dependsOn'],
      ),
      tie('value'),
      { maxKeys: 4, noNullPrototype: false },
    ),
  ),
})).value;

const toBytes = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '');

/** The good body with up to three members that may be anything. */
function almost(good: Readonly<Record<string, unknown>>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.subarray([...Object.keys(good), '__proto__', 'toString', ''], { maxLength: 3 }), fc.array(json))
    .map(([names, values]) => {
      const changed = names.map((name, index) => [name, values[index % Math.max(1, values.length)]] as const);
      return toBytes(Object.fromEntries([...Object.entries(good), ...changed]));
    });
}

const anyItem = fc.record(
  {
    id: json,
    method: fc.constantFrom('GET', 'POST', 'PATCH', ''),
    url: garbage,
    headers: json,
    body: json,
    dependsOn: json,
  },
  { requiredKeys: ['id', 'method', 'url'] },
);
const goodItem = fc
  .tuple(anyItem, garbage)
  .map(([item, rest]) => ({ ...item, id: '1', method: 'GET', url: `/users/${rest}` }));
const batch = fc
  .array(fc.oneof({ weight: 3, arbitrary: goodItem }, anyItem, json), { minLength: 1, maxLength: 2 })
  .map((requests) => toBytes({ requests }));

function anyBody({ writes }: Good): fc.Arbitrary<Uint8Array> {
  const text = fc.oneof(
    fc.constantFrom(...writes).chain(({ body }) => almost(body)),
    batch,
    json.map(toBytes),
  );
  return fc.oneof(
    { weight: 6, arbitrary: text },
    { weight: 1, arbitrary: text.map((plain) => gzipSync(plain)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('{', '[', '"', '{"a":', '', '\uFEFF{}', 'a=b').map((plain) => Buffer.from(plain)),
    },
  );
}

const method = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('HEAD', 'PUT', 'OPTIONS', 'TRACE', 'PURGE', 'QUERY', 'MERGE', 'LINK', 'M-SEARCH'),
  },
  { weight: 1, arbitrary: fc.constantFrom('get', 'FOO', 'GET,POST', 'PRI') },
);

interface Parts {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly isJson: boolean;
  readonly token: string;
}

/** Anything at all, and requests that are good but for one part. */
export function hostileRequests(good: Good): fc.Arbitrary<HostileRequest> {
  const anything = fc.record({
    method,
    path: targetPath(good),
    query,
    headers,
    body: anyBody(good),
    isJson: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
    token: fc.constantFrom(...good.tokens),
  });
  const rest = { query: '', headers: [], isJson: true, body: Buffer.alloc(0) };
  const writes = fc
    .constantFrom(...good.writes)
    .chain((write) => almost(write.body).map((body) => ({ ...rest, ...write, body })));
  const lists = fc
    .tuple(fc.constantFrom(...good.lists), query)
    .map(([list, text]) => ({ ...rest, ...list, method: 'GET', query: text }));
  const [token = ''] = good.tokens;
  const batches = batch.map((body) => ({ ...rest, method: 'POST', path: '/beta/$batch', token, body }));
  return fc.oneof({ weight: 3, arbitrary: anything }, writes, lists, batches).map(toRequest);
}

function toRequest({ method: verb, path, query: text, headers: more, body, isJson, token }: Parts): HostileRequest {
  const lines = [
    `${verb} ${text === '' ? path : `${path}?${text}`} HTTP/1.1`,
    ...(token === '' ? [] : [`Authorization: Bearer ${token}`]),
    ...(isJson ? ['Content-Type: application/json'] : []),
    ...more.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  const whole = `${lines.join('\r\n')}\r\n\r\n`;
  const head = token === '' ? whole : whole.replace(token, 'TOKEN');
  return { method: verb, head, bytes: Buffer.concat([Buffer.from(whole, 'latin1'), body]) };
}
