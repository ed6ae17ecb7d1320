import { describe, expect, test } from 'vitest';

import { DEFAULT_BEHAVIOUR } from '../model/behaviour.ts';
import type { EntityName } from '../model/schema.ts';
import { BETA, V1 } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import type { JsonObject } from './payload.ts';
import { createProtocol } from './protocol.ts';
import type { EntityRules } from './read-entity.ts';

const readers = {
  [V1]: createProtocol(V1, DEFAULT_BEHAVIOUR).readers,
  [BETA]: createProtocol(BETA, DEFAULT_BEHAVIOUR).readers,
};

const registrationId = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const rules: EntityRules = {
  mode: 'create',
  registrationId,
  acceptsHiddenMembers: false,
  unknownProperty: 'error',
  requiresOnUpdate: true,
};

/** As the pages print them. */
const assignment: JsonObject = {
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignedDateTime: '2021-05-11T22:57:17+00:00',
  assignmentType: 'required',
  assignerUserId: 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d',
  completedDateTime: null,
  completionPercentage: 20,
  dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
  externalCourseActivityId: '12a2228a-e020-11ec-9d64-0242ac120002',
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  learningProviderId: registrationId,
  learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
  notes: { contentType: 'text', content: 'required assignment added for user' },
  status: 'notStarted',
};
const course: JsonObject = {
  '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
  completedDateTime: null,
  completionPercentage: 20,
  externalCourseActivityId: '12a2228a-e020-11ec-9d64-0242ac120002',
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
  startedDateTime: '2021-05-21T22:57:17+00:00',
  status: 'inProgress',
};
const content = { externalId: 'LP4471', title: 'A title', contentWebUrl: 'https://a.example/', languageTag: 'en-us' };

interface Reading {
  readonly declared?: EntityName;
  readonly version?: ApiVersion;
  readonly rules?: Partial<EntityRules>;
}

function read(body: JsonObject, { declared = 'learningCourseActivity', version = V1, rules: own }: Reading = {}) {
  return readers[version][declared](body, { ...rules, ...own });
}

/** The example without one property, and with others in its place. */
function changed(body: JsonObject, without: string, others: JsonObject = {}): JsonObject {
  return { ...Object.fromEntries(Object.entries(body).filter(([name]) => name !== without)), ...others };
}

describe('the documented bodies', () => {
  test('a create of an assignment', () => {
    expect(read(assignment)).toEqual({
      type: 'learningAssignment',
      problems: [],
      spellings: new Map([['externalcourseActivityId', 'externalCourseActivityId']]),
      values: {
        assignedDateTime: '2021-05-11T22:57:17',
        assignmentType: 'required',
        assignerUserId: 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d',
        completedDateTime: null,
        completionPercentage: 20,
        dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
        externalcourseActivityId: '12a2228a-e020-11ec-9d64-0242ac120002',
        learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
        learningProviderId: registrationId,
        learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
        notes: { contentType: 'text', content: 'required assignment added for user' },
        status: 'notStarted',
      },
    });
  });

  test.each([
    ['a create of a self-initiated course', 'create', course],
    ['an update of an assignment', 'update', { ...assignment, status: 'inProgress' }],
    ['an update of a self-initiated course', 'update', { ...course, completionPercentage: 30 }],
  ] as const)('%s has no problem', (_, mode, body) => {
    expect(read(body, { rules: { mode } }).problems).toMatchObject([]);
  });
});

describe('the type of a body', () => {
  test.each([
    ['#microsoft.graph.learningAssignment', 'learningAssignment'],
    ['microsoft.graph.learningAssignment', 'learningAssignment'],
    ['#Microsoft.Graph.LEARNINGASSIGNMENT', 'learningAssignment'],
    ['#microsoft.graph.learningSelfInitiatedCourse', 'learningSelfInitiatedCourse'],
    ['#microsoft.graph.learningSelfInitiated', 'learningSelfInitiatedCourse'],
  ])('%s is %s', (type, name) => {
    const body = name === 'learningAssignment' ? assignment : course;
    expect(read({ ...body, '@odata.type': type })).toMatchObject({ type: name, problems: [] });
  });

  test.each<[type: JsonObject, what: string]>([
    [{ status: 'completed', '@odata.type': '#microsoft.graph.learningAssignment' }, 'at the end of the body'],
    [{ '@OData.Type': '#microsoft.graph.learningAssignment' }, 'with its own name in another casing'],
  ])('%j: %s', (type) => {
    expect(read({ ...changed(assignment, '@odata.type'), ...type })).toMatchObject({
      type: 'learningAssignment',
      problems: [],
    });
  });

  test.each([
    ['#microsoft.graph.learningCourseActivity', 'invalid'],
    ['#microsoft.graph.user', 'invalid'],
    ['#microsoft.graph.', 'invalid'],
    ['learningAssignment', 'invalid'],
    ['##microsoft.graph.learningAssignment', 'invalid'],
    [7, 'invalid'],
    [['#microsoft.graph.learningAssignment'], 'invalid'],
    ['', 'empty'],
    [null, 'required'],
    [undefined, 'required'],
  ])('%j is %s, and no property counts as unknown then', (type, kind) => {
    const body = { ...changed(assignment, '@odata.type'), ...(type !== undefined && { '@odata.type': type }), any: 1 };
    expect(read(body).problems).toMatchObject([{ kind, field: '@odata.type' }]);
  });

  test.each<[type: EntityName, storedType: EntityName, problems: readonly unknown[]]>([
    ['learningSelfInitiatedCourse', 'learningSelfInitiatedCourse', []],
    ['learningSelfInitiatedCourse', 'learningAssignment', [{ kind: 'invalid', field: '@odata.type' }]],
  ])('an update that says %s of a stored %s', (type, storedType, problems) => {
    const body = { '@odata.type': `#microsoft.graph.${type}`, status: 'completed' };
    expect(read(body, { rules: { mode: 'update', storedType } }).problems).toMatchObject(problems);
  });

  test('an update that does not say it has the stored one', () => {
    const body = { status: 'completed', notes: 'new' };
    expect(read(body, { rules: { mode: 'update', storedType: 'learningAssignment' } })).toMatchObject({
      type: 'learningAssignment',
      problems: [],
    });
  });
});

describe('names', () => {
  test.each([
    ['externalCourseActivityId', new Map([['externalcourseActivityId', 'externalCourseActivityId']])],
    ['externalcourseActivityId', new Map([['externalcourseActivityId', 'externalcourseActivityId']])],
    ['EXTERNALCOURSEACTIVITYID', new Map()],
  ])('%s is the provider key; an answer repeats the two true spellings only', (name, spellings) => {
    const {
      values,
      spellings: known,
      problems,
    } = read(changed(assignment, 'externalCourseActivityId', { [name]: 'x' }));
    expect(values['externalcourseActivityId']).toBe('x');
    expect({ known, problems }).toEqual({ known: spellings, problems: [] });
  });

  test.each([[{ externalcourseActivityId: 'x' }], [{ EXTERNALcourseActivityId: 'x' }]])(
    'both spellings in one body are a problem, whatever their values: %j',
    (other) => {
      expect(read({ ...assignment, ...other }).problems).toMatchObject([
        { kind: 'invalid', field: 'externalcourseActivityId' },
      ]);
    },
  );

  test('any casing of any property', () => {
    const folded = Object.fromEntries(Object.entries(assignment).map(([name, value]) => [name.toUpperCase(), value]));
    expect(read(folded)).toMatchObject({ values: read(assignment).values, problems: [] });
  });

  test.each([
    ['@odata.context', 'https://a.example/'],
    ['@odata.etag', 'W/"1"'],
    ['notes@odata.type', '#microsoft.graph.itemBody'],
    ['@odata.anything', { deep: [1] }],
    ['id', 'whatever'],
    ['registrationId', registrationId],
    ['registrationId', registrationId.toUpperCase()],
    ['registrationId', null],
  ])('%s: %j passes', (name, value) => {
    expect(read({ ...assignment, [name]: value }).problems).toMatchObject([]);
  });

  test.each<[name: string, value: unknown, kind: string, what: string]>([
    ['startedDateTime', '2021-05-11', 'unknown', 'a property of the other type'],
    ['colour', 'red', 'unknown', 'no property'],
    ['__proto__', {}, 'unknown', 'no property'],
    ['constructor', 'x', 'unknown', 'no property'],
    ['', 1, 'unknown', 'no property'],
    ['registrationId', 'another', 'invalid', 'another provider'],
    ['registrationId', 7, 'invalid', 'no text'],
  ])('%s: %j is %s: %s', (name, value, kind) => {
    const body = JSON.parse(
      JSON.stringify(assignment).replace('{', `{${JSON.stringify(name)}:${JSON.stringify(value)},`),
    );
    expect(read(body as JsonObject).problems).toMatchObject([
      { kind, field: name, ...(kind === 'unknown' && { type: 'learningAssignment' }) },
    ]);
  });

  test('an unknown property is passed over where the setting says so', () => {
    expect(read({ ...assignment, colour: 'red' }, { rules: { unknownProperty: 'ignore' } }).problems).toMatchObject([]);
  });

  test.each([
    ['learningProvider', { isCourseAcitvitySyncEnabled: true }, { isCourseActivitySyncEnabled: true }],
    ['learningProvider', { isEnabled: true }, {}],
    ['learningContent', { contributor: 'Ada' }, { contributors: ['Ada'] }],
    ['learningContent', { contributor: null }, {}],
  ] as const)('an old name of a %s: %j reads as %j', (declared, body, values) => {
    expect(read(body, { declared, rules: { mode: 'update' } })).toMatchObject({ values, problems: [] });
  });
});

describe('required, empty and null', () => {
  test.each(['learnerUserId', 'learningContentId', 'status', 'assignmentType'])('%s must be in a create', (field) => {
    expect(read(changed(assignment, field)).problems).toMatchObject([{ kind: 'required', field }]);
    expect(read({ ...assignment, [field]: null }).problems).toMatchObject([{ kind: 'empty', field }]);
    expect(read({ ...assignment, [field]: '' }).problems).toMatchObject([{ kind: 'empty', field }]);
  });

  test.each([
    'assignedDateTime',
    'completedDateTime',
    'completionPercentage',
    'dueDateTime',
    'notes',
    'assignerUserId',
  ])('null of %s is no value on create and clears on update', (field) => {
    expect(read({ ...assignment, [field]: null })).toMatchObject({ values: { [field]: null }, problems: [] });
    const body = { status: 'completed', [field]: null };
    const update = { mode: 'update', storedType: 'learningAssignment' } as const;
    expect(read(body, { rules: update })).toMatchObject({ values: { [field]: null }, problems: [] });
  });

  test('what is not sent is not read', () => {
    expect(read(changed(assignment, 'notes')).values).not.toHaveProperty('notes');
  });

  test.each([
    [V1, true, [{ kind: 'required', field: 'status' }]],
    [BETA, true, [{ kind: 'required', field: 'status' }]],
    [V1, false, []],
  ] as const)('an update in %s without status, required: %s', (version, requiresOnUpdate, problems) => {
    const own = { mode: 'update', storedType: 'learningAssignment', requiresOnUpdate } as const;
    expect(read({ completionPercentage: 5 }, { version, rules: own }).problems).toMatchObject(problems);
  });

  test('all problems are found, properties in the order of the table', () => {
    const body = { ...assignment, notes: 7, status: 'done', completionPercentage: 101, learnerUserId: '', colour: 1 };
    expect(read(body).problems.map(({ kind, field }) => `${field} ${kind}`)).toEqual([
      'learnerUserId empty',
      'status invalid',
      'completionPercentage invalid',
      'notes invalid',
      'colour unknown',
    ]);
  });
});

describe('what the versions read differently in an update of a self-initiated course', () => {
  test.each([
    [V1, 'notStarted', ['status']],
    [V1, 'inProgress', []],
    [V1, 'completed', []],
    [BETA, 'notStarted', []],
    [BETA, 'inProgress', []],
    [BETA, 'completed', []],
  ] as const)('%s: status %s', (version, status, fields) => {
    const own = { mode: 'update', storedType: 'learningSelfInitiatedCourse' } as const;
    expect(read({ status }, { version, rules: own }).problems.map(({ field }) => field)).toEqual(fields);
  });

  test.each([
    ['notStarted', V1],
    ['inProgress', V1],
    ['completed', V1],
    ['notStarted', BETA],
    ['inProgress', BETA],
    ['completed', BETA],
  ] as const)('%s may be created in %s', (status, version) => {
    expect(read({ ...course, status }, { version }).problems).toMatchObject([]);
  });
});

test.each([
  ['the externalId of a path', {}, []],
  ['a short language tag', { languageTag: 'en' }, []],
  ['everything missing', { title: undefined, languageTag: undefined }, ['title required', 'languageTag required']],
])('a content: %s', (_, others, problems) => {
  const body = JSON.parse(JSON.stringify({ ...content, ...others })) as JsonObject;
  const found = read(body, { declared: 'learningContent' }).problems;
  expect(found.map(({ kind, field }) => `${field} ${kind}`)).toEqual(problems);
});
