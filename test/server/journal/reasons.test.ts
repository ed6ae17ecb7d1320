/** Why requests are refused, in the journal of a real server and in `innerError`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ERRORS } from '../../../src/model/errors.ts';
import { REASONS } from '../../../src/model/reasons.ts';
import { requestAppToken } from '../../support/server.ts';
import type { Answer } from '../../support/server.ts';
import { activity, ACTIVITIES, LEARNER, PROVIDERS, startJournalServer, UNLICENSED } from './journal-server.ts';
import type { JournalServer } from './journal-server.ts';
import { OTHER, REASON_CASES } from './reasons-table.ts';
import type { Caller, ReasonCase } from './reasons-table.ts';
import { OTHER_APP, writeTwoTenants } from './two-tenants.ts';

const IDS = ['date', 'request-id', 'client-request-id'];

/** Their messages say all, or only the log may say more. */
const SAYING_ALL = [
  'subscriptionEndpointInvalid',
  'subscriptionNotFound',
  'changesNotKept',
  'internalServerError',
  'tooManyRequests',
  'serviceUnavailable',
  'payloadEmpty',
  'contentTypeMissing',
  'contentEncodingUnsupported',
  'contentEncodingInvalid',
  'payloadTooLarge',
  'bodyAborted',
  'urlMalformed',
  'requestMalformed',
  'headersTooLarge',
  'requestTimeout',
  'writeInDoubt',
  'meNeedsUser',
  'batchTooLarge',
  'directoryConflict',
  'passwordTooSimple',
  'licenseUnknown',
  'licenseNotHeld',
  'licenseAddedAndRemoved',
  'usageLocationMissing',
  'appUnknown',
  'servicePrincipalExists',
  'permissionHeld',
  'passwordCredentialUnknown',
];
/** With the reasons of userLicenseInvalid, of other tokens and of other bodies. */
const AS_OTHERS = [
  'syncStateNotFound',
  'userLicenseInvalidOnUpdate',
  'authenticationExpired',
  'directoryValueMissing',
  'directoryValueInvalid',
  'directoryObjectNotFound',
];

let explaining: JournalServer;
let silent: JournalServer;
/** What the words of a case stand for, by its name in braces. */
const known = new Map<JournalServer, Readonly<Record<string, string>>>();

beforeAll(async () => {
  const { seed, [Symbol.dispose]: remove } = writeTwoTenants(OTHER);
  const settings = { seed, contentPost: true };
  [explaining, silent] = await Promise.all([
    startJournalServer(settings),
    startJournalServer({ ...settings, explainRefusals: false }),
  ]);
  remove();
  for (const server of [explaining, silent]) known.set(server, await prepare(server));
});
afterAll(() => Promise.all([explaining, silent].map((server) => server[Symbol.asyncDispose]())));

async function prepare(server: JournalServer): Promise<Readonly<Record<string, string>>> {
  const post = async (values: object) =>
    (await server.asWriter({ method: 'POST', path: ACTIVITIES, json: activity({ ...values }) })).body.id as string;
  const id = await post({ externalcourseActivityId: 'known' });
  const first = await post({ externalcourseActivityId: 'shared' });
  const assigned = { '@odata.type': '#microsoft.graph.learningAssignment', assignmentType: 'required' };
  const second = await post({ externalcourseActivityId: 'shared', ...assigned });
  const providers = await server.call({
    path: `${PROVIDERS}?$top=1`,
    token: await server.userToken('admin', ['LearningProvider.Read']),
  });
  const [, skipToken = ''] = /skiptoken=([^&]+)/.exec(providers.body['@odata.nextLink']) ?? [];
  return { id, shared: [first, second].join(', '), skipToken };
}

async function tokenOf(server: JournalServer, caller: Caller = { app: 'writer' }): Promise<string> {
  if ('app' in caller) return server.appToken(caller.app);
  if ('user' in caller) return server.userToken(caller.user, caller.scopes);
  const { id: clientId, clientSecret } = OTHER_APP;
  return requestAppToken(server.call, OTHER.tenant, { clientId, clientSecret });
}

interface Refused {
  readonly answer: Answer;
  /** What the client reads. */
  readonly error: Readonly<Record<string, any>>; // oxlint-disable-line no-explicit-any -- as the body of an answer
}

async function send(server: JournalServer, { as, call, item }: ReasonCase): Promise<Refused> {
  const answer = await server.call({ token: await tokenOf(server, as), ...call, path: fill(server, call.path) });
  const items = (answer.body.responses ?? []) as readonly { readonly id: string; readonly body: Answer['body'] }[];
  const body = item === undefined ? answer.body : items.find(({ id }) => id === item)?.body;
  return { answer, error: body.error };
}

function fill(server: JournalServer, text: string): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => known.get(server)?.[name] ?? whole);
}

/** Whether the sentence is one that the row makes. */
function isOf(kind: ReasonCase['kind'], sentence: string): boolean {
  const parts = REASONS[kind].split(/\{\w+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.+')}`).test(sentence);
}

describe.each(REASON_CASES.map((one) => [one.kind, one.what, one] as const))('%s: %s', (kind, _, one) => {
  const told = (server: JournalServer) => ({
    reasons: one.reasons.map((sentence) => fill(server, sentence)),
    nearMisses: (one.nearMisses ?? []).map((sentence) => fill(server, sentence)),
  });

  test('the journal says why, and what was meant', async () => {
    const { answer } = await send(silent, one);
    const { reasons, nearMisses } = told(silent);
    expect((await silent.entryOf(answer, one.item)).refusal).toMatchObject({
      row: one.row,
      reasons,
      nearMisses: [...nearMisses, ...(one.journalOnly ?? [])],
    });
    expect(reasons.some((sentence) => isOf(kind, sentence))).toBe(true);
  });

  test('innerError has the same, except for what belongs to other tenants', async () => {
    const { error } = await send(explaining, one);
    const { reasons, nearMisses } = told(explaining);
    expect(error['innerError']).toMatchObject({ reasons, ...(nearMisses.length > 0 && { nearMisses }) });
    if (nearMisses.length === 0) expect(error['innerError']).not.toHaveProperty('nearMisses');
  });

  test('where refusals are not explained, the answer is the published one', async () => {
    const [plain, explained] = [await send(silent, one), await send(explaining, one)];
    expect(Object.keys(plain.error['innerError'])).toEqual(IDS);
    expect(plain.answer.status).toBe(explained.answer.status);
    expect({ ...plain.error, innerError: {} }).toEqual({ ...explained.error, innerError: {} });
  });
});

test('a delegated token reads what is wrong, but not what the tenant has instead', async () => {
  const path = '/v1.0/me/employeeExperience/learningCourseActivities';
  const token = await explaining.userToken('unlicensed', ['LearningSelfInitiatedCourse.Read']);
  const answer = await explaining.call({ path: `${path}/${fill(explaining, '{id}')}`, token });
  expect(answer.body.error.innerError).toMatchObject({ reasons: [expect.stringContaining(UNLICENSED)] });
  expect(answer.body.error.innerError).not.toHaveProperty('nearMisses');
  expect((await explaining.entryOf(answer)).refusal?.nearMisses).toEqual([
    expect.stringContaining(`of the learner ${LEARNER}`),
  ]);
});

test('a path is explained to a delegated token too', async () => {
  const token = await explaining.userToken('learner', ['User.Read']);
  const { body } = await explaining.call({ path: '/v1.0/mee', token });
  expect(body.error.innerError).toMatchObject({
    reasons: [expect.stringMatching(/Did you mean me\?$/)],
    nearMisses: ['The path would match getMe as GET /me.'],
  });
});

test('a refusal that a fault invents is not explained by what exists', async () => {
  const effect = { kind: 'error', row: 'assignmentNotFound' };
  const { body } = await explaining.control('POST', '/faults', { effect, calls: { first: 1 } });
  const answer = await explaining.asWriter({ path: `${ACTIVITIES}/${fill(explaining, '{id}')}` });
  await explaining.control('DELETE', `/faults/${body.id}`);
  expect(answer.status).toBe(404);
  expect(Object.keys(answer.body.error.innerError)).toEqual(IDS);
});

/** By more load than a server admits, in test/system/overload.test.ts, and by chunks of a byte, in test/server/http.test.ts. */
const SHOWN_ELSEWHERE = ['overloaded', 'bodyInPieces'];

test('every kind of reason is shown by a case', () => {
  const shown: ReadonlySet<string> = new Set([...REASON_CASES.map(({ kind }) => kind), ...SHOWN_ELSEWHERE]);
  expect(Object.keys(REASONS).filter((name) => !shown.has(name))).toEqual([]);
});

test('every refusal is explained by a case, or has a message that says all', () => {
  const explained: ReadonlySet<string> = new Set(REASON_CASES.map(({ row }) => row));
  const unexplained = Object.keys(ERRORS).filter((name) => !explained.has(name));
  expect(unexplained.toSorted()).toEqual([...SAYING_ALL, ...AS_OTHERS].toSorted());
});
