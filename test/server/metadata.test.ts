import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { xml2json } from 'odata-csdl';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { DEFAULT_BEHAVIOUR } from '../../scripts/default-behaviour.ts';
import { printGolden } from '../../scripts/golden.ts';
import { DOCUMENTED_BODIES } from '../../src/conformance/documented-bodies.ts';
import { readExample } from '../../src/conformance/setup.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemIds } from '../../src/lib/id-source.ts';
import { createHttpServer } from '../../src/server/server.ts';
import type { HttpServer } from '../../src/server/server.ts';
import type { Behaviour } from '../../src/model/behaviour.ts';
import { ERRORS } from '../../src/model/errors.ts';
import { EXAMPLES } from '../../src/model/examples.ts';
import { BATCH_ERRORS, errorsOf } from '../../src/model/operation-facts.ts';
import { OPERATIONS } from '../../src/model/operations.ts';
import type { OperationRow } from '../../src/model/rows.ts';
import { createSchema } from '../../src/model/schema.ts';
import { API_VERSIONS, V1 } from '../../src/model/versions.ts';
import { createDocuments } from '../../src/odata/documents.ts';
import { createOpenApi } from '../../src/odata/openapi.ts';
import { createEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { answeringServices } from '../support/answering-services.ts';

const root = join(import.meta.dirname, '..', '..');
const ORIGIN = 'https://graph.vivarium.test';
const golden = printGolden();

/** Every switch on, so that every operation is there. */
const everything: Behaviour = { ...DEFAULT_BEHAVIOUR, rootActivityWrites: true, contentPost: true };

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

function openApiOf(version: (typeof API_VERSIONS)[number], behaviour = DEFAULT_BEHAVIOUR): OpenApi {
  return createOpenApi(createSchema(version, behaviour), behaviour)(ORIGIN) as unknown as OpenApi;
}

describe('the golden files', () => {
  test.each([...golden])('%s is what the server prints: if a change is meant, run `npm run golden`', (file, text) => {
    expect(readFileSync(join(root, file), 'utf8')).toBe(text);
  });
});

describe.each(API_VERSIONS)('$metadata of %s', (version) => {
  const xml = golden.get(`test/golden/metadata.${version}.xml`) ?? '';
  const csdl = xml2json(xml, { strict: true });
  const schema = csdl['microsoft.graph'] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;

  test('is well-formed and valid by the XML schema of the OData standard', async () => {
    const result = await validateXML({
      xml: { fileName: 'metadata.xml', contents: xml },
      schema: [{ fileName: 'edmx.xsd', contents: readStandard('edmx.xsd') }],
      preload: [{ fileName: 'edm.xsd', contents: readStandard('edm.xsd') }],
    });
    expect(result.errors).toEqual([]);
    expect(result.valid).toBe(true);
  });

  test('is valid CSDL', () => {
    // The schema is older than its own strict mode: it has types beside a $ref.
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(
      JSON.parse(readStandard('csdl.schema.json')) as object,
    );
    validate(csdl);
    expect(validate.errors).toBeNull();
  });

  test('defines every type that it names', () => {
    const named = [...xml.matchAll(/"(?:Collection\()?graph\.(\w+)\)?"/g)].map(([, name = '']) => name);
    expect(named.filter((name) => schema[name] === undefined)).toEqual([]);
  });

  test('has a key, an alternate key and a base for what has one', () => {
    expect(schema['entity']).toMatchObject({ $Abstract: true, $Key: ['id'] });
    expect(schema['learningCourseActivity']).toMatchObject({ $BaseType: 'graph.entity' });
    expect(schema['learningAssignment']).toMatchObject({ $BaseType: 'graph.learningCourseActivity' });
    expect(schema['learningAssignment']).not.toHaveProperty('status');
    expect(schema['learningSelfInitiatedCourse']).not.toHaveProperty('status');
    expect(xml).toContain('<PropertyValue Property="Alias" String="externalcourseActivityId" />');
    expect(xml).toContain('<PropertyValue Property="Alias" String="externalId" />');
  });

  test("leads to a learner's activities, which stand elsewhere", () => {
    const activities = { $Type: 'graph.learningCourseActivity', $Collection: true };
    expect(schema['employeeExperience']?.['learningCourseActivities']).toMatchObject({
      ...activities,
      $ContainsTarget: true,
    });
    expect(schema['employeeExperienceUser']?.['learningCourseActivities']).toMatchObject(activities);
    expect(schema['employeeExperienceUser']?.['learningCourseActivities']).not.toHaveProperty('$ContainsTarget');
    const path = 'employeeExperience/learningCourseActivities';
    expect(schema['GraphService']?.['me']).toMatchObject({ $NavigationPropertyBinding: { [path]: path } });
    expect(schema['GraphService']?.['users']).toMatchObject({ $NavigationPropertyBinding: { [path]: path } });
  });

  test('says of employeeExperience what the published schema says', () => {
    expect(schema['GraphService']?.['employeeExperience']).toMatchObject({
      '@Org.OData.Capabilities.V1.CountRestrictions': { Countable: false },
      '@Org.OData.Capabilities.V1.SelectSupport': { Supported: true },
    });
  });

  test('derives an open user from directoryObject, with its alternate key', () => {
    expect(schema['directoryObject']).toEqual({ $Kind: 'EntityType', $BaseType: 'graph.entity', $OpenType: true });
    expect(schema['user']).toMatchObject({ $BaseType: 'graph.directoryObject', $OpenType: true });
    expect(xml).toContain('<PropertyValue Property="Alias" String="userPrincipalName" />');
  });
});

/** Compiles schemas of a document, closed: properties that a schema does not name are errors. */
function createValidators({ components }: OpenApi): (name: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  ajv.addSchema({ $id: 'openapi', components });
  return (name) =>
    ajv.compile({ $ref: `openapi#/components/schemas/microsoft.graph.${name}`, unevaluatedProperties: false });
}

describe.each(API_VERSIONS)('the OpenAPI document of %s', (version) => {
  const document = openApiOf(version, everything);
  const { components, paths } = document;
  const validator = createValidators(document);

  test.each([...OPERATIONS])('has $method $path as $id', ({ id, method, path }) => {
    const template = path.replaceAll(/=(\{\w+\})/g, "='$1'");
    expect(paths[template]?.[method.toLowerCase()]).toMatchObject({ operationId: id });
  });

  test('has only schemas that can be compiled', () => {
    for (const name of Object.keys(components.schemas)) {
      expect(() => validator(name.replace('microsoft.graph.', '')), name).not.toThrow();
    }
  });

  test.each(documentedBodies('answer', version))('its schema of answers fits the documented %s', (_, body) => {
    const validate = validator('learningCourseActivity');
    validate(body);
    expect(validate.errors).toBeNull();
  });

  test.each(documentedBodies('create', version))('its schema of creates fits the documented %s', (_, body) => {
    const validate = validator('learningCourseActivityCreate');
    validate(body);
    expect(validate.errors).toBeNull();
  });

  test.each(documentedBodies('update', version))('its schema of updates fits the documented %s', (_, body) => {
    const validate = validator('learningCourseActivityUpdate');
    validate(body);
    expect(validate.errors).toBeNull();
  });

  test('its examples hold the documented properties and values', () => {
    const shown = EXAMPLES.filter(({ versions }) => versions?.includes(version) ?? true).map(({ body }) => body);
    const documented = [...documentedBodies('create', version), ...documentedBodies('update', version)];
    expect(documented).toHaveLength(4);
    for (const [, body] of documented) expect(shown).toContainEqual(body);
  });

  const answer = documentedBodies('answer', version)[0]?.[1] ?? {};
  test.each<[string, object]>([
    ['without a type', { ...answer, '@odata.type': undefined }],
    ['of another type', { ...answer, '@odata.type': '#microsoft.graph.user' }],
    ['with a percentage as text', { ...answer, completionPercentage: '20' }],
    ['with a date without an offset', { ...answer, assignedDateTime: '2021-05-11T22:57:17' }],
    ['with a property of the other type', { ...answer, startedDateTime: null }],
    ['with an enumeration member in another casing', { ...answer, status: 'NotStarted' }],
  ])('refuses an activity %s', (_, body) => {
    expect(validator('learningCourseActivity')(JSON.parse(JSON.stringify(body)))).toBe(false);
  });

  const create = documentedBodies('create', version)[0]?.[1] ?? {};
  test.each<[string, object]>([
    ['a required property', { ...create, learnerUserId: undefined }],
    ['a member that only answers have', { ...create, assignmentType: 'peerRecommended' }],
    ['an empty text', { ...create, learningContentId: '' }],
  ])('refuses a create that lacks or has %s', (_, body) => {
    expect(validator('learningCourseActivityCreate')(JSON.parse(JSON.stringify(body)))).toBe(false);
  });

  // A client generated from the document would enforce them against the service as well.
  test.each<[string, object]>([
    ['a long external id', { ...create, externalCourseActivityId: 'x'.repeat(257) }],
    ['an empty external id', { ...create, externalCourseActivityId: '' }],
    ['long notes', { ...create, notes: { content: 'x'.repeat(4001) } }],
    ['an id that is not a GUID', { ...create, learningContentId: '27rg2ifb28gf28' }],
  ])('leaves it to the server to refuse %s', (_, body) => {
    expect(validator('learningCourseActivityCreate')(JSON.parse(JSON.stringify(body)))).toBe(true);
  });

  test('describes limits that only this server has, and enforces none of them', () => {
    const names = ['learningProviderCreate', 'learningContentUpdate', 'learningAssignmentUpdate'];
    const schemas = names.map((name) => components.schemas[`microsoft.graph.${name}`]);
    expect(JSON.stringify(schemas)).not.toMatch(/"maxLength"|"format":"ur[il]|"format":"uuid"|"maximum":2147483647/);
    const described = (name: string): string => JSON.stringify(components.schemas[`microsoft.graph.${name}`]);
    expect(described('learningContentUpdate')).toContain('At most 512 UTF-16 code units on this server.');
    expect(described('learningContentUpdate')).toContain('0 to 2147483647 on this server.');
    expect(described('learningAssignmentCreate')).toContain('"minimum":0,"maximum":100');
    expect(described('learningAssignmentCreate')).toContain('The content: at most 4000 UTF-16 code units');
    expect(described('dateTimeTimeZone')).not.toContain('"default"');
  });

  test('lets answers have the nulls that the published schema lets them have', () => {
    expect(validator('learningContent')({ skillTags: [null] })).toBe(true);
    expect(validator('user')({ userPrincipalName: null })).toBe(true);
  });

  test('takes a self-initiated course back to notStarted only where the page of the version does', () => {
    const body = { '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse', status: 'notStarted' };
    expect(validator('learningCourseActivityUpdate')(body)).toBe(version !== V1);
  });
});

test('switched operations are in the OpenAPI document only when they are on', () => {
  const ids = Object.values(openApiOf(V1).paths).flatMap((path) => Object.values(path).map((row) => row.operationId));
  expect(ids).not.toContain('createLearningContent');
  expect(ids).not.toContain('updateLearningCourseActivityAtRoot');
});

test('every row of the error catalogue is given by an operation or a batch, or reaches none', () => {
  const rows: readonly OperationRow[] = OPERATIONS;
  const given = new Set<string>([...rows.flatMap(errorsOf), ...BATCH_ERRORS]);
  expect(Object.keys(ERRORS).filter((name) => !given.has(name))).toEqual([
    'segmentNotFound',
    'versionInvalid',
    'requestMalformed',
    'headersTooLarge',
    // Of an item of a batch.
    'failedDependency',
  ]);
});

describe('answers of the server fit the OpenAPI document:', () => {
  const validator = createValidators(openApiOf(V1));
  const PROVIDERS = '/v1.0/employeeExperience/learningProviders';
  const PROVIDER = `${PROVIDERS}/01e8f81b-3060-4dec-acf0-0389665a0a38`;
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each([
    [
      'app',
      '/v1.0/employeeExperience/learningCourseActivities?$count=true',
      'learningCourseActivityCollectionResponse',
    ],
    ['app', `${PROVIDER}/learningContents?$top=1`, 'learningContentCollectionResponse'],
    ['app', `${PROVIDER}/learningContents(externalId='none')`, 'ODataErrors.ODataError'],
    ['user', PROVIDERS, 'learningProviderCollectionResponse'],
    ['user', PROVIDER, 'learningProvider'],
    ['user', '/v1.0/me', 'user'],
    ['nobody', '/v1.0/me', 'ODataErrors.ODataError'],
  ])('to an %s for %s', async (who, path, schema) => {
    const token = who === 'app' ? server.appToken('writer') : who === 'user' ? server.userToken('admin') : undefined;
    const validate = validator(schema);
    validate((await server.call({ path, token: await token })).body);
    expect(validate.errors).toBeNull();
  });

  test('to a batch', async () => {
    const token = await server.userToken('admin');
    const json = { requests: [{ id: '1', method: 'GET', url: '/me' }] };
    expect(validator('BatchRequest')(json)).toBe(true);
    const validate = validator('BatchResponse');
    validate((await server.call({ method: 'POST', path: '/v1.0/$batch', token, json })).body);
    expect(validate.errors).toBeNull();
  });
});

describe('over HTTP, without a token,', () => {
  let server: HttpServer;
  let origin: string;

  beforeAll(async () => {
    server = createHttpServer({
      host: '127.0.0.1',
      port: 0,
      origin: { isProxyTrusted: false },
      ids: systemIds(systemClock),
      instanceId: 'test',
      instance: 'test',
      events: createEvents(createLogger({ level: 'silent', isTerminal: false, hasColour: false })),
      services: answeringServices(() => Promise.reject(new Error('No operation is to be run')), {
        authenticator: { authenticate: () => Promise.reject(new Error('No token is needed')) },
        errorStyle: { clock: systemClock, forbiddenCode: 'Forbidden' },
        documents: createDocuments(DEFAULT_BEHAVIOUR),
      }),
      readiness: () => Promise.resolve({ isReady: true, checks: {} }),
    });
    origin = (await server.listen())[0]?.origin ?? '';
  });
  afterAll(() => server.close());

  test.each(['/$metadata', '/%24metadata', '/$METADATA', '//$metadata/', '/$metadata?$format=xml'])(
    '%s is the schema',
    async (path) => {
      const answer = await request(`${origin}/v1.0${path}`);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({ 'content-type': 'application/xml', 'odata-version': '4.0' });
      expect(answer.headers).toHaveProperty('request-id');
      expect(await answer.body.text()).toBe(golden.get('test/golden/metadata.v1.0.xml'));
    },
  );

  test.each(['', '/'])('/beta%s is the service document', async (path) => {
    const answer = await request(`${origin}/beta${path}`);
    expect(answer.headers['content-type']).toMatch(/^application\/json;odata\.metadata=minimal;/);
    expect(await answer.body.json()).toEqual({
      '@odata.context': `${origin}/beta/$metadata`,
      value: [
        { name: 'applications', kind: 'EntitySet', url: 'applications' },
        { name: 'oauth2PermissionGrants', kind: 'EntitySet', url: 'oauth2PermissionGrants' },
        { name: 'servicePrincipals', kind: 'EntitySet', url: 'servicePrincipals' },
        { name: 'subscribedSkus', kind: 'EntitySet', url: 'subscribedSkus' },
        { name: 'subscriptions', kind: 'EntitySet', url: 'subscriptions' },
        { name: 'users', kind: 'EntitySet', url: 'users' },
        { name: 'employeeExperience', kind: 'Singleton', url: 'employeeExperience' },
        { name: 'me', kind: 'Singleton', url: 'me' },
      ],
    });
  });

  test('/openapi.json leads back to the server that was asked', async () => {
    const answer = await request(`${origin}/Beta/OpenAPI.json`);
    expect(answer.headers['content-type']).toBe('application/json');
    const text = await answer.body.text();
    expect(JSON.parse(text)).toMatchObject({ openapi: '3.1.0', servers: [{ url: `${origin}/beta` }] });
    const expected = (golden.get('test/golden/openapi.beta.json') ?? '').replaceAll(ORIGIN, origin);
    expect(JSON.parse(text)).toEqual(JSON.parse(expected));
  });

  test('HEAD has the headers only', async () => {
    const answer = await request(`${origin}/v1.0/$metadata`, { method: 'HEAD' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/xml' });
    expect(await answer.body.text()).toBe('');
  });

  test('documents take no changes', async () => {
    const answer = await request(`${origin}/v1.0/$metadata`, { method: 'DELETE' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers).toMatchObject({ allow: 'GET, HEAD', 'content-type': 'application/json' });
    expect(await answer.body.json()).toMatchObject({ error: { code: 'methodNotAllowed' } });
  });
});

/** Bodies as the pages print them, by file name; those of one version stand under its name. */
function documentedBodies(
  kind: 'answer' | 'create' | 'update',
  version: string,
): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  const suffixes = kind === 'answer' ? ['.answer'] : ['', `.${version}`];
  const prefix = kind === 'answer' ? '' : `${kind}-`;
  const names = Object.keys(DOCUMENTED_BODIES) as (keyof typeof DOCUMENTED_BODIES)[];
  const found = names.filter(
    (name) => name.startsWith(prefix) && suffixes.some((suffix) => /^[\w-]+/.exec(name)?.[0] + suffix === name),
  );
  return found.map((name) => [name, JSON.parse(readExample(name))] as const);
}

/** A schema document of the standard. */
function readStandard(name: string): string {
  return readFileSync(fileURLToPath(import.meta.resolve(`odata-csdl/schemas/${name}`)), 'utf8');
}
