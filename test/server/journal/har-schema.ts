/** The JSON schema of HTTP archives, written down from http://www.softwareishard.com/blog/har-12-spec/ */
const text = { type: 'string' } as const;
const size = { type: 'integer', minimum: -1 } as const;
const duration = { type: 'number', minimum: -1 } as const;

const object = (required: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: 'object',
  properties: { ...required, ...optional, comment: text },
  required: Object.keys(required),
  additionalProperties: false,
});
const list = (items: object) => ({ type: 'array', items });

const pair = object({ name: text, value: text });
const cookie = object(
  { name: text, value: text },
  { path: text, domain: text, expires: text, httpOnly: { type: 'boolean' }, secure: { type: 'boolean' } },
);
const message = { httpVersion: text, cookies: list(cookie), headers: list(pair), headersSize: size, bodySize: size };
const postData = object({
  mimeType: text,
  params: list(object({ name: text }, { value: text, fileName: text, contentType: text })),
  text,
});
const content = object(
  { size: { type: 'integer' }, mimeType: text },
  { compression: { type: 'integer' }, text, encoding: text },
);

const request = object(
  { method: text, url: { type: 'string', format: 'uri' }, queryString: list(pair), ...message },
  { postData },
);
const response = object({ status: { type: 'integer' }, statusText: text, content, redirectURL: text, ...message });
const timings = object(
  { send: duration, wait: duration, receive: duration },
  { blocked: duration, dns: duration, connect: duration, ssl: duration },
);
const entry = object(
  {
    startedDateTime: { type: 'string', format: 'date-time' },
    time: { type: 'number', minimum: 0 },
    request,
    response,
    cache: object({}),
    timings,
  },
  { pageref: text, serverIPAddress: text, connection: text },
);

export const HAR_SCHEMA = object({
  log: object({ version: { const: '1.2' }, creator: object({ name: text, version: text }), entries: list(entry) }),
});
