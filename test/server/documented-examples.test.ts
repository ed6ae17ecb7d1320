import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { RuleCaller } from '../../src/conformance/callers.ts';
import { EXAMPLES } from '../../src/model/examples.ts';
import { OPERATIONS } from '../../src/model/operations.ts';
import type { OperationId } from '../../src/model/operations.ts';
import { API_VERSIONS } from '../../src/model/versions.ts';
import { CONTRADICTED, DOCUMENTED_REQUESTS, TYPE_IS_INVALID } from '../conformance/documented-requests.ts';
import { readExample } from '../../src/conformance/setup.ts';
import { openControl } from '../support/control.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { TenantServer } from '../support/tenants.ts';

const PROVIDER = '/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38';
/** As the update page names it. */
const UPDATED = `${PROVIDER}/learningCourseActivities/8ba2228a-e020-11ec-9d64-0242ac120003`;
const CONTENT = '57baf9dc-e020-11ec-9d64-0242ac120002';

describe('each documented request runs on a reset sandbox as it is printed', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  });
  beforeEach(async () => {
    expect((await openControl(server)('POST', '/reset')).status).toBe(204);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describe.each(API_VERSIONS)('in %s', (version) => {
    test.each(DOCUMENTED_REQUESTS)('$page', async (request) => {
      const [method = '', path = ''] = request.send.split(' ');
      const body = typeof request.body === 'function' ? request.body(version) : JSON.stringify(request.body);
      const token = 'app' in request.as ? server.appToken(request.as.app) : server.userToken(request.as.user);
      const answer = await server.call({
        method,
        path: `/${version}${path}`,
        token: await token,
        ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
      });
      expect({ status: answer.status, error: answer.body?.error?.details }).toEqual({
        status: request.gets,
        error: request === CONTRADICTED ? [TYPE_IS_INVALID] : undefined,
      });
    });
  });

  test('but for one, which contradicts the example before it', () => {
    expect(DOCUMENTED_REQUESTS).toHaveLength(29);
    expect(DOCUMENTED_REQUESTS.filter(({ gets }) => gets >= 400)).toEqual([CONTRADICTED]);
  });
});

const WRITER: RuleCaller = {
  roles: [
    'LearningAssignedCourse.ReadWrite.All',
    'LearningSelfInitiatedCourse.ReadWrite.All',
    'LearningContent.ReadWrite.All',
  ],
};
const ADMIN: RuleCaller = { user: 'admin', scopes: ['LearningProvider.ReadWrite'] };

describe.each(API_VERSIONS)('the examples that the documents of %s show', (version) => {
  const examples = EXAMPLES.filter(({ versions }) => versions?.includes(version) ?? true).flatMap((example) =>
    example.operations.map((id) => [id, example.name, example.body] as const),
  );
  let server: TenantServer;

  beforeAll(async () => {
    const seed = join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml');
    server = await startTenantServer({ seed, copies: examples.length, settings: { rootActivityWrites: true } });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(examples)('%s takes the example %s', async (id, _name, body) => {
    const tenant = server.takeTenant();
    const { method, path, success, application } = getOperation(id);
    const authorization = await tenant.authorize(application.length === 0 ? ADMIN : WRITER);
    const send = (method: string, path: string, json: unknown) =>
      server.call({ method, path: `/${version}${path}`, json, headers: { authorization } });

    const course = JSON.parse(readExample('create-self-initiated')) as object;
    const isOfCourse = body['@odata.type'] === '#microsoft.graph.learningSelfInitiatedCourse' && method === 'PATCH';
    const created = isOfCourse ? await send('POST', `${PROVIDER}/learningCourseActivities`, course) : undefined;
    const url = path
      .replace('{registrationId}', PROVIDER.slice(-36))
      .replace('{learningContentId}', CONTENT)
      .replace('{externalId}', "'NEW-1'")
      .replace('{learningCourseActivityId}', created?.body.id ?? UPDATED.slice(-36));
    expect(await send(method, url, body)).toMatchObject({ status: success });
  });
});

function getOperation(id: OperationId): (typeof OPERATIONS)[number] {
  const row = OPERATIONS.find((operation) => operation.id === id);
  if (row === undefined) throw new Error(`No operation ${id}`);
  return row;
}
