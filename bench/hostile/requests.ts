/** Requests that are made to cost as much as they can: each at a bound of the server, or far beyond it. */
import { gzipSync } from 'node:zlib';

import { DOCUMENTED } from '../data/activities.ts';
import { requestText } from '../load/exchanges.ts';

export interface HostileSite {
  readonly registrationId: string;
  readonly tenantId: string;
  readonly clientId: string;
}

export interface HostileRequest {
  readonly title: string;
  /** As Latin-1. */
  text(token: string): string;
}

type Headers = Readonly<Record<string, string>>;

const MEGABYTE = 1024 * 1024;
/** What the server takes as a body, less what surrounds the text. */
const BODY = 4 * MEGABYTE - 2000;
const LONG = 'a'.repeat(BODY);
/** What the server takes as line and headers, less the token. */
const HEAD = 28 * 1024;

export function listHostileRequests({ registrationId, tenantId, clientId }: HostileSite): readonly HostileRequest[] {
  const provider = `/employeeExperience/learningProviders/${registrationId}`;
  const activities = `${provider}/learningCourseActivities`;
  return [
    ...listBodies(`/v1.0${activities}`),
    ...listTexts(`/v1.0${activities}`),
    ...listContents(`/v1.0${provider}/learningContents(externalId='x')`),
    ...listPieces(`/v1.0${activities}`),
    ...listBatches(activities),
    ...listQueries(activities),
    ...listHeads(`/v1.0${activities}`, tenantId),
    ...listForms(`/${tenantId}/oauth2/v2.0/token`, clientId),
  ];
}

const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join();
const numbered = (count: number, value: string): Headers =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n}`, value]));

function listBodies(path: string): readonly HostileRequest[] {
  const create = (title: string, body: string) => send('POST', path, `Create: ${title}`, body);
  return [
    create('300,000 properties', `{${many(300_000, (n) => `"p${n}":1`)}}`),
    create('9,900 properties', `{${many(9_900, (n) => `"p${n}":1`)}}`),
    create('9,900 long properties', `{${many(9_900, (n) => `"${'p'.repeat(200)}${n}":"${'v'.repeat(180)}"`)}}`),
    create('9,900 times one property', `{${many(9_900, () => `"status":"${'v'.repeat(380)}"`)}}`),
    create('9,900 annotations', `{${many(9_900, (n) => `"status@x.p${n}":1`)}}`),
    create('a million nested arrays', `${'['.repeat(MEGABYTE)}${']'.repeat(MEGABYTE)}`),
    create('two million values', `[${'0,'.repeat(2_000_000)}0]`),
    create('4 MB of white space', ' '.repeat(BODY)),
    create('4 MB of digits', `{"completionPercentage":${'9'.repeat(BODY)}}`),
    create('4 MB of escapes', `{"status":"${String.raw`\u0041`.repeat(BODY / 6)}"}`),
    create('4 MB of lone surrogates', `{"externalCourseActivityId":"${String.raw`\ud800`.repeat(BODY / 6)}"}`),
    create('4 MB of broken UTF-8', `{"status":"${'\u00ff'.repeat(BODY)}"}`),
    create('4 MB that are not JSON', `{"a":"${LONG}" x}`),
    create('4 MB of a property name', `{"${LONG}":1}`),
    send('POST', path, 'Create: 4 MB of another type', LONG, { 'Content-Type': 'text/plain' }),
  ];
}

/** What a property may be, where it should be something short. */
function listTexts(path: string): readonly HostileRequest[] {
  const create = (title: string, members: object) =>
    send('POST', path, `Create: 4 MB as ${title}`, JSON.stringify({ ...DOCUMENTED, ...members }));
  return [
    create('notes', { notes: { contentType: 'text', content: LONG } }),
    create('date, of digits', { assignedDateTime: '1'.repeat(BODY) }),
    create('date, of spaces', { assignedDateTime: ' '.repeat(BODY) }),
    create('date, of fractions', { assignedDateTime: `2021-05-11T22:57:17.${'1'.repeat(BODY)}` }),
    create('id', { learnerUserId: LONG }),
    create('external id', { externalCourseActivityId: LONG }),
    create('type', { '@odata.type': `#${'microsoft.graph.'.repeat(BODY / 16)}` }),
    create('status', { status: LONG }),
    create('due date', { dueDateTime: { dateTime: '2'.repeat(BODY), timeZone: 'UTC' } }),
    create('time zone', { dueDateTime: { dateTime: '2022-09-22T16:05:00', timeZone: 'Europe/'.repeat(BODY / 7) } }),
  ];
}

function listContents(path: string): readonly HostileRequest[] {
  const upsert = (title: string, members: object) => {
    const body = { title: 'x', contentWebUrl: 'https://a.example', ...members };
    return send('PATCH', path, `Upsert: ${title}`, JSON.stringify(body));
  };
  return [
    upsert('4 MB as URL', { contentWebUrl: `https://${'a.'.repeat(BODY / 2)}` }),
    upsert('4 MB as duration', { duration: `P${'1'.repeat(BODY)}` }),
    upsert('4 MB as language', { languageTag: 'a-'.repeat(BODY / 2) }),
    upsert('9,000 tags', { skillTags: Array.from({ length: 9_000 }, () => 's'.repeat(400)) }),
  ];
}

/** Bodies that are more, or come in more pieces, than their length says. */
function listPieces(path: string): readonly HostileRequest[] {
  const inChunks = (title: string, size: number, total: number): HostileRequest => {
    const chunk = `${size.toString(16)}\r\n${' '.repeat(size)}\r\n`;
    const head = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };
    const body = `${chunk.repeat(total / chunk.length)}0\r\n\r\n`;
    return { title: `Chunks: ${title}`, text: (token) => requestText(`POST ${path}`, authorized(token, head)) + body };
  };
  const gzipped = (title: string, body: string) =>
    send('POST', path, `Gzip: ${title}`, gzipSync(body).toString('latin1'), { 'Content-Encoding': 'gzip' });
  return [
    inChunks('4 MB, a byte each', 1, 4 * MEGABYTE),
    inChunks('20 MB, a byte each', 1, 20 * MEGABYTE),
    inChunks('4 MB, 16 bytes each', 16, 4 * MEGABYTE),
    gzipped('300,000 properties', `{${many(300_000, (n) => `"p${n}":1`)}}`),
    gzipped('4 MB of white space', ' '.repeat(BODY)),
    gzipped('20 MB of white space', ' '.repeat(20 * MEGABYTE)),
  ];
}

interface Item {
  readonly [member: string]: unknown;
}

function sendBatch(title: string, item: Item, count = 1): HostileRequest {
  const requests = Array.from({ length: count }, (_, id) => ({
    id: String(id),
    method: 'GET',
    url: '/users',
    ...item,
  }));
  return send('POST', '/v1.0/$batch', `Batch: ${title}`, JSON.stringify({ requests }));
}

function listBatches(activities: string): readonly HostileRequest[] {
  const create = { method: 'POST', url: activities, headers: { 'content-type': 'application/json' } };
  const properties = Object.fromEntries(
    Array.from({ length: 480 }, (_, n) => [`p${n}`.padEnd(200, 'x'), 'v'.repeat(200)]),
  );
  const notes = { contentType: 'text', content: 'a'.repeat(200_000) };
  const options = many(100, (n) => `a${n}=${'%41'.repeat(200)}`).replaceAll(',', '&');
  return [
    sendBatch('a URL of a million segments', { url: '/a'.repeat(1_000_000) }),
    sendBatch('900,000 query options', { url: `/users?${'a&'.repeat(900_000)}` }),
    sendBatch('100,000 headers', { headers: numbered(100_000, '1') }),
    sendBatch('3 MB of quotes in a key', { url: `/users('${"'".repeat(3_000_000)}')` }),
    sendBatch('4 MB as method', { method: LONG }),
    sendBatch('4 MB as id', { id: LONG }),
    sendBatch('4 MB of nested arrays in base64', {
      ...create,
      body: Buffer.from('['.repeat(2_900_000)).toString('base64'),
    }),
    sendBatch('20 URLs of 16,000 segments', { url: '/a'.repeat(16_000) }, 20),
    sendBatch('20 keys of 30,000 quotes', { url: `/users('${"'".repeat(30_000)}')` }, 20),
    sendBatch('20 keys of 10,000 escapes', { url: `/users('${'%27'.repeat(10_000)}')` }, 20),
    sendBatch('20 times 100 query options', { url: `/users?${options}` }, 20),
    sendBatch('20 times 100 headers', { headers: numbered(100, 'v'.repeat(300)) }, 20),
    sendBatch('20 times 30 KB of Prefer', { headers: { prefer: 'a=b,'.repeat(7_500) } }, 20),
    sendBatch(
      '20 times 30 KB of If-Match',
      {
        ...create,
        method: 'PATCH',
        url: `${activities}/x`,
        body: {},
        headers: { 'content-type': 'application/json', 'if-match': 'W/"1",'.repeat(5_000) },
      },
      20,
    ),
    sendBatch('20 times 480 properties', { ...create, body: properties }, 20),
    sendBatch('20 bodies of 200 KB', { ...create, body: { ...DOCUMENTED, notes } }, 20),
    sendBatch('20 creates', { ...create, body: DOCUMENTED }, 20),
    sendBatch('20 times 450 dependencies', { dependsOn: Array.from({ length: 450 }, (_, n) => String(n)) }, 20),
    sendBatch('20 pages of 100', { url: `${activities}?$top=100` }, 20),
  ];
}

/** Each in all requests of a batch, where a query may be longest. */
function listQueries(activities: string): readonly HostileRequest[] {
  const query = (title: string, option: string, value: string) =>
    sendBatch(`20 ${title}`, { url: `${activities}?${option}=${encodeURIComponent(value)}` }, 20);
  const filter = (title: string, value: string) => query(`filters, ${title}`, '$filter', value);
  return [
    filter('9,000 brackets', `${'('.repeat(9_000)}status eq 'completed'${')'.repeat(9_000)}`),
    filter('7,000 times not', `${'not '.repeat(7_000)}status eq 'completed'`),
    filter('1,000 comparisons', Array.from({ length: 1_000 }, () => "status eq 'completed'").join(' or ')),
    filter('a list of 3,000', `status in (${many(3_000, () => "'completed'")})`),
    filter('a text of 20,000 characters', `externalcourseActivityId eq '${'a'.repeat(20_000)}'`),
    filter('8,000 quotes', `externalcourseActivityId eq '${"''".repeat(8_000)}'`),
    filter('50,000 digits', `completionPercentage eq ${'9'.repeat(50_000)}`),
    filter('a date of 20,000 characters', `assignedDateTime eq ${'2021-'.repeat(4_000)}`),
    query('orders of 60 KB', '$orderby', 'status,'.repeat(7_000)),
    query('selections of 60 KB', '$select', 'status,'.repeat(7_000)),
    query('skip tokens of 60 KB', '$skiptoken', 'A'.repeat(60_000)),
  ];
}

function listHeads(activities: string, tenantId: string): readonly HostileRequest[] {
  const get = (title: string, target: string, headers: Headers = {}): HostileRequest => ({
    title: `Get: ${title}`,
    text: (token) => requestText(`GET ${target}`, authorized(token, headers)),
  });
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = `${encode({ alg: 'RS256', kid: 'x', typ: 'JWT' })}.${encode({ iss: 'x'.repeat(18_000) })}.AAAA`;
  return [
    get('28 KB of path', `/v1.0${'/a'.repeat(HEAD / 2)}`),
    get('28 KB of filter', `${activities}?$filter=${'('.repeat(HEAD)}`),
    get('28 KB of token', activities, { Authorization: `Bearer ${'a.'.repeat(HEAD / 2)}` }),
    get('a token with 24 KB of claims', activities, { Authorization: `Bearer ${claims}` }),
    get('1,500 headers', activities, numbered(1_500, '1')),
    get('28 KB of Prefer', activities, { Prefer: 'odata.maxpagesize=1,'.repeat(HEAD / 20) }),
    get('28 KB of Accept', activities, { Accept: 'a/b;q=0.1,'.repeat(HEAD / 10) }),
    get('28 KB of parameters of Accept', activities, { Accept: `application/json${';a=b'.repeat(HEAD / 4)}` }),
    get('a sign-in of 28 KB', `/${tenantId}/oauth2/v2.0/authorize?${'a&'.repeat(HEAD / 2)}`),
  ];
}

function listForms(path: string, clientId: string): readonly HostileRequest[] {
  const form = (title: string, body: string): HostileRequest => {
    const head = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': String(body.length) };
    return { title: `Token: ${title}`, text: () => requestText(`POST ${path}`, head) + body };
  };
  const client = `grant_type=client_credentials&client_id=${clientId}`;
  const assertion = 'client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=';
  return [
    form('31,000 parameters', 'a&'.repeat(31_000)),
    form('60 KB of scope', `${client}&client_secret=x&scope=${'a+'.repeat(30_000)}`),
    form('60 KB of escapes', `grant_type=${'%41'.repeat(20_000)}`),
    form('60 KB of assertion', `${client}&${assertion}${'a.'.repeat(30_000)}`),
    form('60 KB of secret', `${client}&client_secret=${'x'.repeat(60_000)}&scope=https://graph.microsoft.com/.default`),
  ];
}

function send(method: string, path: string, title: string, body: string, headers: Headers = {}): HostileRequest {
  return { title, text: (token) => requestText(`${method} ${path}`, authorized(token, headers), body) };
}

function authorized(token: string, headers: Headers): Headers {
  return { Authorization: `Bearer ${token}`, ...headers };
}
