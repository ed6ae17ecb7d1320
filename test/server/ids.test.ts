import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';

import { createSeededIds, systemIds } from '../../src/lib/id-source.ts';
import { findQuietPort } from '../support/quiet-port.ts';
import { startTestServer } from '../support/server.ts';
import type { Answer, Call, TestServer } from '../support/server.ts';

const NOON = Date.UTC(2030, 0, 2, 12);
const clock = { now: () => NOON };
const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-ids-'));
  folders.push(folder);
  return folder;
}

describe.each([
  ['by chance', () => systemIds(clock)],
  ['from a seed', () => createSeededIds('tests', clock)],
])('ids %s', (_source, make) => {
  test('have the form of GUIDs of version 4, those of activities of version 7', () => {
    const ids = make();
    expect(ids.newId()).toMatch(V4);
    expect(ids.newId('entity')).toMatch(V4);
    expect(ids.newActivityGuid()).toMatch(V7);
  });

  test('do not repeat, and those of activities are in order', () => {
    const ids = make();
    const activities = Array.from({ length: 1000 }, () => ids.newActivityGuid());
    const others = Array.from({ length: 1000 }, () => ids.newId('entity'));
    expect(new Set([...activities, ...others]).size).toBe(2000);
    expect(activities.toSorted()).toEqual(activities);
  });
});

describe('ids from a seed', () => {
  test('are the same for the same seed, and others for another', () => {
    const take = (seed: string, start = 0): readonly string[] => {
      const ids = createSeededIds(seed, clock, start);
      return [ids.newId('request'), ids.newId('request'), ids.newId('entity'), ids.newActivityGuid()];
    };
    expect(take('one')).toEqual(take('one'));
    const all = [...take('one'), ...take('two'), ...take('one', 1)];
    expect(new Set(all).size).toBe(all.length);
  });

  test('of one use do not depend on what others take', () => {
    const [quiet, busy] = [createSeededIds('tests', clock), createSeededIds('tests', clock)];
    for (let count = 0; count < 3; count += 1) busy.newId('visit');
    busy.newActivityGuid();
    expect([busy.newId('request'), busy.newId('entity')]).toEqual([quiet.newId('request'), quiet.newId('entity')]);
  });

  test('go on from a captured state, and begin anew after a reset', () => {
    const ids = createSeededIds('tests', clock);
    const first = [ids.newId('entity'), ids.newActivityGuid()];
    const state = JSON.parse(JSON.stringify(ids.capture()));
    const second = [ids.newId('entity'), ids.newActivityGuid()];
    ids.restore(state);
    expect([ids.newId('entity'), ids.newActivityGuid()]).toEqual(second);
    ids.reset();
    expect([ids.newId('entity'), ids.newActivityGuid()]).toEqual(first);
  });
});

const provider = '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38';
const logo = 'https://learning.example/logo.png';
const newProvider = {
  displayName: 'Fabrikam',
  squareLogoWebUrlForDarkTheme: logo,
  longLogoWebUrlForDarkTheme: logo,
  squareLogoWebUrlForLightTheme: logo,
  longLogoWebUrlForLightTheme: logo,
};
const course = (externalcourseActivityId: string) => ({
  '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
  status: 'inProgress',
  externalcourseActivityId,
});

type As = 'writer' | 'admin' | 'learner';
type Request = Call & { readonly as?: As };
const REQUESTS: readonly Request[] = [
  { as: 'admin', method: 'POST', path: '/v1.0/employeeExperience/learningProviders', json: newProvider },
  { as: 'writer', method: 'POST', path: `${provider}/learningCourseActivities`, json: course('one') },
  { as: 'writer', method: 'POST', path: `${provider}/learningCourseActivities`, json: course('two') },
  { as: 'writer', method: 'POST', path: `${provider}/learningCourseActivities`, json: course('two') },
  { as: 'learner', path: '/beta/me/employeeExperience/learningCourseActivities?$top=1' },
  {
    as: 'writer',
    method: 'PATCH',
    path: `${provider}/learningContents(externalId='fresh')`,
    json: { title: 'Fresh', contentWebUrl: 'https://learning.example/fresh', languageTag: 'en-us' },
  },
  { as: 'writer', path: `${provider}/learningContents(externalId='fresh')` },
  {
    as: 'writer',
    method: 'POST',
    path: '/v1.0/$batch',
    json: {
      requests: ['three', 'four'].map((name) => ({
        id: name,
        method: 'POST',
        url: `${provider.slice('/v1.0'.length)}/learningCourseActivities`,
        headers: { 'Content-Type': 'application/json' },
        body: course(name),
      })),
    },
  },
  { path: '/livez' },
  { path: '/v1.0/me' },
  { path: '/v1.0/$metadata' },
  { path: '/nowhere' },
];

async function run(server: TestServer, requests = REQUESTS): Promise<readonly Answer[]> {
  const tokens: Readonly<Record<As, string>> = {
    writer: await server.appToken('writer'),
    admin: await server.userToken('admin'),
    learner: await server.userToken('learner'),
  };
  const answers: Answer[] = [];
  for (const { as, ...request } of requests) {
    answers.push(await server.call({ ...request, token: as && tokens[as] }));
  }
  return answers;
}

describe('two runs of the same requests', () => {
  /** Runs on a fresh folder, with everything that answers name alike: seed, clock, port. */
  const runAfresh = async (port: number, before: readonly Call[] = []): Promise<readonly Answer[]> => {
    await using server = await startTestServer({ idSeed: 'tests', port }, clock);
    for (const call of before) await server.call(call);
    return await run(server);
  };
  const graphOnly = (answers: readonly Answer[]): readonly Answer[] =>
    answers.filter((_, at) => REQUESTS[at]?.path.includes('/v1.0') === true);

  test('from fresh folders get the same bytes, headers included', async () => {
    const port = await findQuietPort();
    const first = await runAfresh(port);
    expect(first.map(({ status }) => status)).toEqual([201, 201, 201, 409, 200, 202, 200, 200, 200, 401, 200, 400]);
    expect(await runAfresh(port)).toEqual(first);
    const second = await runAfresh(port, [{ path: '/readyz' }]);
    expect(graphOnly(second)).toEqual(graphOnly(first));
    expect(second).not.toEqual(first);
  });

  test('get tokens that say the same, signed by keys of their own', async () => {
    const port = await findQuietPort();
    const getToken = async (): Promise<string> => {
      await using server = await startTestServer({ idSeed: 'tests', port }, clock, { hasOwnKeys: true });
      return await server.appToken('writer');
    };
    const [one, other] = [await getToken(), await getToken()];
    expect(decodeJwt(one)).toEqual(decodeJwt(other));
    expect(one).not.toBe(other);
  });

  test('on one folder get other ids after a restart, so that none is taken already', async () => {
    const data = makeFolder();
    const runOnce = async (suffix: string): Promise<readonly string[]> => {
      await using server = await startTestServer({ idSeed: 'tests', ephemeral: false, data }, clock);
      const [newOne, ...courses] = REQUESTS.slice(0, 3) as [Request, Request, Request];
      const others = courses.map((request, at) => ({ ...request, json: course(`${suffix} ${at}`) }));
      return (await run(server, [newOne, ...others])).map(({ status, body }) => `${status} ${body.id}`);
    };
    const ids = [...(await runOnce('before')), ...(await runOnce('after'))];
    expect(ids.filter((id) => id.startsWith('201 '))).toHaveLength(6);
    expect(new Set(ids).size).toBe(6);
  });
});
