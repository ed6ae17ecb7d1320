/** Servers that are wrong in one thing each, and the rule that says so. */
import type { Defect, ProxiedAnswer, ProxiedRequest } from './altering-proxy.ts';

export interface PlantedDefect extends Defect {
  readonly name: string;
  /** That is run against it. */
  readonly section: string;
  /** That it breaks, whatever else it breaks. */
  readonly rule: string;
}

type Body = Record<string, unknown>;

const CREATE = /^\/[^/]+\/employeeExperience\/learningProviders\/[^/]+\/learningCourseActivities$/;

const parse = (text: string): Body | undefined => {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined;
  }
};

const isCreate = ({ method, url }: ProxiedRequest): boolean => method === 'POST' && CREATE.test(url);

/** Answers of this status and request get another status. */
const status =
  (method: string, from: number, to: number): NonNullable<Defect['answer']> =>
  (answer, request) =>
    request.method === method && answer.status === from ? { ...answer, status: to } : answer;

/** Answers lose a header, or get another value of it. */
const header =
  (name: string, change?: (value: string) => string): NonNullable<Defect['answer']> =>
  (answer) => {
    const { [name]: value, ...rest } = answer.headers;
    const headers = value === undefined || change === undefined ? rest : { ...rest, [name]: change(value) };
    return { ...answer, headers };
  };

const text =
  (from: string | RegExp, to: string): NonNullable<Defect['answer']> =>
  (answer) => ({ ...answer, body: answer.body.replaceAll(from, to) });

/** JSON objects of answers are changed. */
const object =
  (
    change: (body: Body) => Body,
    isMeant: (answer: ProxiedAnswer) => boolean = () => true,
  ): NonNullable<Defect['answer']> =>
  (answer) => {
    const body = parse(answer.body);
    return body === undefined || !isMeant(answer) ? answer : { ...answer, body: JSON.stringify(change(body)) };
  };

/** Bodies of creates are changed. */
const created =
  (change: (body: Body) => Body): NonNullable<Defect['request']> =>
  (request) => {
    const body = isCreate(request) ? parse(request.body.toString()) : undefined;
    return body === undefined ? request : { ...request, body: Buffer.from(JSON.stringify(change(body))) };
  };

const without = (body: Body, name: string): Body =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));

/** A query option that the server takes no notice of. */
const ignored =
  (option: string): NonNullable<Defect['request']> =>
  (request) => ({ ...request, url: request.url.replace(new RegExp(`[?&](\\$|%24)${option}=[^&]*`, 'i'), '') });

const unheard =
  (name: string): NonNullable<Defect['request']> =>
  (request) => ({ ...request, headers: without(request.headers, name) as Record<string, string> });

const as =
  (authorization: string, isMeant: (request: ProxiedRequest) => boolean): NonNullable<Defect['request']> =>
  (request) =>
    isMeant(request) ? { ...request, headers: { ...request.headers, authorization } } : request;

/** The claims of the token that a request has. */
const claimsOf = ({ headers }: ProxiedRequest): Body =>
  parse(Buffer.from(headers['authorization']?.split('.')[1] ?? '', 'base64url').toString()) ?? {};

const LICENSED = '7ba2228a-e020-11ec-9d64-0242ac120002';
const UNLICENSED = '3c1f0a52-e020-11ec-9d64-0242ac120002';

/** @param writer the Authorization header that defects put in the place of others */
export const listPlantedDefects = (writer: string): readonly PlantedDefect[] => [
  { name: 'a create is answered with 200', section: 'create', rule: '1', answer: status('POST', 201, 200) },
  { name: 'a create has no Location', section: 'headers', rule: '108d', answer: header('location') },
  { name: 'an update is answered with 200', section: 'update', rule: '65', answer: status('PATCH', 204, 200) },
  { name: 'a delete is answered with 200', section: 'delete', rule: '74', answer: status('DELETE', 204, 200) },
  { name: 'an upsert is answered with 200', section: 'contents', rule: '84', answer: status('PATCH', 202, 200) },
  { name: 'what is missing is forbidden', section: 'get', rule: '44', answer: status('GET', 404, 403) },
  { name: 'no request-id', section: 'get', rule: 'every-1', answer: header('request-id') },
  { name: 'no client-request-id', section: 'get', rule: 'every-2', answer: header('client-request-id') },
  {
    name: 'a client-request-id of its own',
    section: 'headers',
    rule: '93',
    answer: header('client-request-id', () => 'b0c5a0fa-0000-4000-8000-000000000000'),
  },
  { name: 'no diagnostics', section: 'list', rule: 'every-3', answer: header('x-ms-ags-diagnostic') },
  {
    name: 'a type where there is no content',
    section: 'update',
    rule: 'every-5',
    answer: (answer) =>
      answer.status === 204
        ? { ...answer, headers: { ...answer.headers, 'content-type': 'application/json' } }
        : answer,
  },
  {
    name: 'refusals as a page',
    section: 'access',
    rule: 'every-6',
    answer: (answer) =>
      answer.status >= 400 ? { ...answer, headers: { ...answer.headers, 'content-type': 'text/html' } } : answer,
  },
  { name: 'no ETag', section: 'headers', rule: '108', answer: header('etag') },
  { name: 'If-Match is not heard', section: 'headers', rule: '108b', request: unheard('if-match') },
  { name: 'If-None-Match is not heard', section: 'headers', rule: '108c', request: unheard('if-none-match') },
  { name: 'no next link', section: 'pages', rule: '52', answer: object((body) => without(body, '@odata.nextLink')) },
  { name: '$top is not heard', section: 'pages', rule: '55b', request: ignored('top') },
  { name: '$filter is not heard', section: 'query', rule: 'filter-1', request: ignored('filter') },
  { name: '$select is not heard', section: 'get', rule: '47', request: ignored('select') },
  {
    name: 'the key in the spelling of the examples',
    section: 'create',
    rule: '3',
    answer: text('"externalcourseActivityId"', '"externalCourseActivityId"'),
  },
  {
    name: 'members of enumerations in capitals',
    section: 'create',
    rule: '17a',
    answer: text('"inProgress"', '"InProgress"'),
  },
  {
    name: 'types without their number sign',
    section: 'get',
    rule: '37',
    answer: text('"#microsoft.graph.', '"microsoft.graph.'),
  },
  {
    name: 'more than all of a course is taken',
    section: 'create',
    rule: '15b',
    request: created((body) => (body['completionPercentage'] === 101 ? { ...body, completionPercentage: 100 } : body)),
  },
  {
    name: 'a property of the other type is taken',
    section: 'create',
    rule: '13b',
    request: created((body) =>
      String(body['@odata.type']).endsWith('Course') ? without(body, 'assignmentType') : body,
    ),
  },
  {
    name: 'a missing learner is made up',
    section: 'create',
    rule: '9',
    request: created((body) => ({ learnerUserId: LICENSED, ...body })),
  },
  {
    name: 'licences make no difference',
    section: 'create',
    rule: '26a',
    request: created((body) => (body['learnerUserId'] === UNLICENSED ? { ...body, learnerUserId: LICENSED } : body)),
  },
  {
    name: 'external ids may be shared',
    section: 'keys',
    rule: '109',
    request: created((body) => ({ ...body, externalCourseActivityId: null })),
  },
  {
    name: 'an app without roles may do everything',
    section: 'access',
    rule: '27',
    request: as(writer, (request) => {
      const { aud, scp, roles = [] } = claimsOf(request);
      return aud !== undefined && scp === undefined && (roles as readonly string[]).length === 0;
    }),
  },
  {
    name: 'no token is needed',
    section: 'access',
    rule: '31',
    request: as(writer, ({ headers }) => headers['authorization'] === undefined),
  },
  {
    name: 'signatures are not checked',
    section: 'access',
    rule: '31h',
    request: as(writer, ({ headers }) => headers['authorization']?.endsWith('AQEBAQ') === true),
  },
  {
    name: 'learners see the activities of others',
    section: 'get',
    rule: '46c',
    request: as(writer, (request) => 'scp' in claimsOf(request) && !request.url.includes('/me/')),
  },
  {
    name: 'refusals lack their details',
    section: 'create',
    rule: '12',
    answer: object(({ error, ...body }) => ({
      ...body,
      ...(error !== undefined && { error: without(error as Body, 'details') }),
    })),
  },
  {
    name: 'another sentence for what is not permitted',
    section: 'access',
    rule: '29',
    answer: text(/Your account doesn't have access[^"]*/g, 'Access is denied.'),
  },
  {
    name: 'items of a batch have their status as a text',
    section: 'batch',
    rule: '97',
    answer: text(/"status":(\d+)/g, '"status":"$1"'),
  },
  {
    name: 'providers lose a property',
    section: 'providers',
    rule: '80',
    answer: text(/"loginWebUrl":("[^"]*"|null),/g, ''),
  },
];
