/** The sample of each profile imports as its source would have it. The expected records were read off the samples by hand. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readRows } from '../../src/bulk/read-rows.ts';
import { suggestMapping } from '../../src/bulk/suggest.ts';
import { createServer } from '../../src/index.ts';
import type { VivariumServer } from '../../src/index.ts';
import { PROVIDER } from '../support/sandbox.ts';

const PROFILES = join(import.meta.dirname, '..', '..', 'profiles');

interface Expected {
  readonly sample: string;
  readonly outcomes: readonly string[];
  /** Of another run of the same file. */
  readonly again: readonly string[];
  /** By the external id of the content. */
  readonly activities: Readonly<Record<string, object>>;
  /** Code of the refusal of a line, by its number. */
  readonly refusals: Readonly<Record<number, string>>;
}

const SELF = '#microsoft.graph.learningSelfInitiatedCourse';
const none = { startedDateTime: null, completedDateTime: null };

const EXPECTED: Readonly<Record<string, Expected>> = {
  moodle: {
    sample: 'moodle.csv',
    outcomes: ['created', 'created', 'created', 'refused'],
    again: ['unchanged', 'unchanged', 'unchanged', 'refused'],
    activities: {
      'SAFE-1': {
        '@odata.type': SELF,
        status: 'completed',
        completionPercentage: 100,
        startedDateTime: '2024-03-05T09:11:00+00:00',
        completedDateTime: '2024-03-06T16:30:00+00:00',
      },
      'SAFE-2': {
        ...none,
        status: 'inProgress',
        completionPercentage: 67,
        startedDateTime: '2024-03-07T00:05:00+00:00',
      },
      'SAFE-3': { ...none, status: 'notStarted', completionPercentage: 0 },
    },
    refusals: { 5: 'learnerUnknown' },
  },
  'linkedin-learning': {
    sample: 'linkedin-learning.csv',
    outcomes: ['created', 'created', 'skipped'],
    again: ['unchanged', 'unchanged', 'skipped'],
    activities: {
      'urn:li:lyndaCourse:123456': {
        '@odata.type': SELF,
        status: 'completed',
        completionPercentage: 100,
        startedDateTime: '2024-03-05T08:00:00+00:00',
        completedDateTime: '2024-03-06T08:00:00+00:00',
      },
      'urn:li:lyndaCourse:654321': {
        status: 'inProgress',
        completionPercentage: 45,
        startedDateTime: '2024-07-01T16:30:00+00:00',
        completedDateTime: null,
      },
    },
    refusals: {},
  },
  successfactors: {
    sample: 'successfactors.txt',
    outcomes: ['created', 'created', 'refused'],
    again: ['unchanged', 'unchanged', 'refused'],
    activities: {
      'COURSE:SAFE-1': {
        '@odata.type': SELF,
        status: 'completed',
        completionPercentage: 100,
        completedDateTime: '2024-03-05T10:11:00+00:00',
      },
      'DOCUMENT:POLICY-7': { status: 'completed', completedDateTime: '2024-03-07T04:59:59+00:00' },
    },
    refusals: { 4: 'learnerUnknown' },
  },
  cornerstone: {
    sample: 'cornerstone.csv',
    outcomes: ['created', 'created', 'refused'],
    again: ['unchanged', 'unchanged', 'refused'],
    activities: {
      'Compliance Training': {
        '@odata.type': '#microsoft.graph.learningAssignment',
        assignmentType: 'required',
        status: 'completed',
        assignedDateTime: '2024-01-02T00:00:00+00:00',
        completedDateTime: '2024-03-05T16:30:00+00:00',
        dueDateTime: { dateTime: '2024-03-31T00:00:00.0000000', timeZone: 'UTC' },
      },
      'Data, privacy and you': { status: 'inProgress', completedDateTime: null },
    },
    refusals: { 4: 'valueUnmapped' },
  },
  xapi: {
    sample: 'xapi.ndjson',
    outcomes: ['created', 'updated', 'updated', 'unchanged', 'created', 'skipped'],
    again: ['unchanged', 'unchanged', 'unchanged', 'unchanged', 'unchanged', 'skipped'],
    activities: {
      'https://courses.example/safety': {
        '@odata.type': SELF,
        status: 'completed',
        completionPercentage: 100,
        startedDateTime: '2024-03-05T09:11:00+00:00',
        completedDateTime: '2024-03-06T16:30:00+00:00',
      },
      'https://courses.example/first-aid': { ...none, status: 'inProgress', completionPercentage: null },
    },
    refusals: {},
  },
};

let server: VivariumServer;

beforeEach(async () => {
  server = await createServer({ http: true });
  const user = { userPrincipalName: 'lee@contoso.example', displayName: 'Lee', mail: 'Learner@contoso.example' };
  await server.admin.users.add({ ...user, licence: 'premium', employeeId: '1001' });
  await server.admin.users.change('learner@contoso.onmicrosoft.com', { employeeId: null });
});
afterEach(() => server[Symbol.asyncDispose]());

test('each profile has a sample', () => {
  const names = readdirSync(PROFILES).filter((file) => file.endsWith('.yaml'));
  expect(names.map((file) => file.replace('.yaml', '')).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});

describe.each(Object.entries(EXPECTED))('%s', (profile, { sample, outcomes, again, activities, refusals }) => {
  test('imports its sample', async () => {
    const text = readFileSync(join(PROFILES, 'samples', sample), 'utf8');
    const first = (await server.admin.import(text, { profile, provider: PROVIDER })).value;
    expect(first.map(({ outcome }) => outcome)).toEqual(outcomes);
    const refused = first.filter(({ outcome }) => outcome === 'refused').map(({ line, error }) => [line, error?.code]);
    expect(Object.fromEntries(refused)).toEqual(refusals);
    expect(await readByContent()).toMatchObject(activities);
    const second = (await server.admin.import(text, { profile, provider: PROVIDER })).value;
    expect(second.map(({ outcome }) => outcome)).toEqual(again);
  });
});

/** Activities of the provider, by the external ids of their contents. */
async function readByContent(): Promise<Readonly<Record<string, object>>> {
  const headers = { authorization: `Bearer ${await server.tokenFor({ app: 'writer' })}` };
  const read = async (list: string) => {
    const url = `${server.baseUrl}/v1.0/employeeExperience/learningProviders/${PROVIDER}/${list}`;
    return ((await (await fetch(url, { headers })).json()) as { readonly value: readonly Record<string, string>[] })
      .value;
  };
  const contents = new Map((await read('learningContents')).map(({ id, externalId }) => [id, externalId ?? '']));
  const found = await read('learningCourseActivities');
  return Object.fromEntries(found.map((one) => [contents.get(one['learningContentId']) ?? '', one]));
}

test('a mapping that is suggested from a sample imports it as the profile does', async () => {
  const text = readFileSync(join(PROFILES, 'samples', 'moodle.csv'), 'utf8');
  const rows = [...readRows({ text, format: 'csv', line: 2 })].flatMap(({ values }) =>
    values === undefined ? [] : [values],
  );
  const { mapping } = suggestMapping(rows, 'csv');
  const { value } = await server.admin.import(text, { mapping, provider: PROVIDER });
  expect(value.map(({ outcome }) => outcome)).toEqual(EXPECTED['moodle']?.outcomes);
  expect((await readByContent())['SAFE-1']).toMatchObject({ ...EXPECTED['moodle']?.activities['SAFE-1'] });
});
