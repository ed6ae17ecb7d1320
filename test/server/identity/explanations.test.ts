import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../../support/server.ts';
import type { Answer, Call, TestServer } from '../../support/server.ts';

const PROVIDER_PATH = '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38';
const ACTIVITIES_PATH = `${PROVIDER_PATH}/learningCourseActivities`;
const UNLICENSED_ID = '3c1f0a52-e020-11ec-9d64-0242ac120002';

const WRITE_ALL = ['LearningAssignedCourse.ReadWrite.All', 'LearningSelfInitiatedCourse.ReadWrite.All'];
const IDS = ['date', 'request-id', 'client-request-id'];

let sandbox: TestServer;
let production: TestServer;

beforeAll(async () => {
  [sandbox, production] = await Promise.all([startTestServer(), startTestServer({ explainRefusals: false })]);
});

afterAll(() => Promise.all([sandbox[Symbol.asyncDispose](), production[Symbol.asyncDispose]()]));

type Request = (server: TestServer) => Promise<Call>;

const assignment = {
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignmentType: 'required',
  assignedDateTime: '2024-01-02T03:04:05Z',
  learnerUserId: UNLICENSED_ID,
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  learningProviderId: '01e8f81b-3060-4dec-acf0-0389665a0a38',
  status: 'notStarted',
};
const selfInitiated = { '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse' };

function create(app: string, json: object): Request {
  return async (server) => ({ method: 'POST', path: ACTIVITIES_PATH, token: await server.appToken(app), json });
}

interface Refusal {
  readonly name: string;
  readonly request: Request;
  readonly status: number;
  /** What is told besides the ids. */
  readonly explanation: object;
}

const REFUSALS: readonly Refusal[] = [
  {
    name: 'an app without any permission',
    request: create('none', assignment),
    status: 403,
    explanation: {
      requiredPermissions: WRITE_ALL,
      requiredTokenKind: 'application',
      tokenPermissions: [],
      tokenKind: 'application',
    },
  },
  {
    name: 'an app without the permission for the type',
    request: create('assigner', selfInitiated),
    status: 403,
    explanation: {
      requiredPermissions: ['LearningSelfInitiatedCourse.ReadWrite.All'],
      requiredTokenKind: 'application',
      tokenPermissions: ['LearningAssignedCourse.ReadWrite.All'],
      tokenKind: 'application',
    },
  },
  {
    name: 'a user where only apps may go',
    request: async (server) => ({
      method: 'POST',
      path: ACTIVITIES_PATH,
      token: await server.userToken('learner', ['LearningAssignedCourse.Read']),
      json: assignment,
    }),
    status: 403,
    explanation: {
      requiredPermissions: WRITE_ALL,
      requiredTokenKind: 'application',
      tokenPermissions: ['LearningAssignedCourse.Read'],
      tokenKind: 'delegated',
    },
  },
  {
    name: 'an app where only users may go',
    request: async (server) => ({
      method: 'POST',
      path: '/v1.0/employeeExperience/learningProviders',
      token: await server.appToken('reader'),
      json: {},
    }),
    status: 403,
    explanation: {
      requiredPermissions: ['LearningProvider.ReadWrite'],
      requiredTokenKind: 'delegated',
      tokenPermissions: [
        'LearningAssignedCourse.Read.All',
        'LearningSelfInitiatedCourse.Read.All',
        'LearningContent.Read.All',
        'LicenseAssignment.Read.All',
      ],
      tokenKind: 'application',
    },
  },
  {
    name: 'a user who is no administrator',
    request: async (server) => ({
      method: 'POST',
      path: '/v1.0/employeeExperience/learningProviders',
      token: await server.userToken('learner', ['LearningProvider.ReadWrite']),
      json: {},
    }),
    status: 403,
    explanation: {
      requiredDirectoryRoles: ['Knowledge Administrator', 'Global Administrator'],
      userDirectoryRoles: [],
    },
  },
  {
    name: 'an activity of an unlicensed learner',
    request: create('writer', assignment),
    status: 403,
    explanation: {
      requiredLicence: 'premium',
      userLicence: 'none',
      missingServicePlan: 'VIVA_LEARNING_PREMIUM',
    },
  },
  {
    name: 'no token',
    request: async () => ({ path: ACTIVITIES_PATH }),
    status: 401,
    explanation: { reasons: ['The request has no Authorization header with a bearer token.'] },
  },
  {
    name: 'a token of nobody known',
    request: async () => ({ path: ACTIVITIES_PATH, token: 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJtZSJ9.' }),
    status: 401,
    explanation: { reasons: ['No trusted issuer has the name me for the tenant missing.'] },
  },
];

async function send(server: TestServer, request: Request): Promise<Answer> {
  return server.call(await request(server));
}

describe.each(REFUSALS)('$name', ({ request, status, explanation }) => {
  test('learns what was missing, beside the published text', async () => {
    const [told, untold] = [await send(sandbox, request), await send(production, request)];
    expect(told.status).toBe(status);
    expect(told.body.error.innerError).toEqual({
      date: expect.any(String),
      'request-id': expect.any(String),
      'client-request-id': expect.any(String),
      reasons: [expect.any(String)],
      ...explanation,
    });
    const { code, message } = untold.body.error;
    expect(told.body.error).toMatchObject({ code, message });
  });

  test('gets the published text alone where refusals are not explained', async () => {
    const { status: plainStatus, body } = await send(production, request);
    expect(plainStatus).toBe(status);
    expect(Object.keys(body.error.innerError)).toEqual(IDS);
  });
});

test('items of a batch are told as well', async () => {
  const { body } = await sandbox.call({
    method: 'POST',
    path: '/v1.0/$batch',
    token: await sandbox.appToken('none'),
    json: { requests: [{ id: '1', method: 'GET', url: `${ACTIVITIES_PATH.slice('/v1.0'.length)}/x` }] },
  });
  expect(body.responses[0].body.error.innerError).toMatchObject({ tokenPermissions: [], tokenKind: 'application' });
});

test('a refusal that needs no explanation has none', async () => {
  const headers = { 'content-type': 'application/json' };
  const token = await sandbox.appToken('writer');
  const { body } = await sandbox.call({ method: 'POST', path: ACTIVITIES_PATH, token, headers });
  expect(body.error.message).toBe('Empty Payload. JSON content expected.');
  expect(Object.keys(body.error.innerError)).toEqual(IDS);
});
