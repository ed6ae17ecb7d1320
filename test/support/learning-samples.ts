/** Values to send for each property of an activity, each with what a server is to make of it. */
import * as fc from 'fast-check';

import { V1 } from '../../src/model/versions.ts';
import type { ApiVersion } from '../../src/model/versions.ts';

export type ActivityType = 'learningAssignment' | 'learningSelfInitiatedCourse';

export interface Problem {
  readonly kind: 'required' | 'empty' | 'invalid' | 'tooLong' | 'unknown';
  readonly field: string;
  readonly limit?: number;
  readonly type?: ActivityType;
}

/** `undefined` is not sent at all. */
export interface Sample {
  readonly sent: unknown;
  /** How it is answered with, where that is not as it was sent; or what is wrong with it. */
  readonly means?: unknown;
  readonly problem?: 'invalid' | 'empty' | 'tooLong';
  readonly limit?: number;
}

export const NOT_SENT = Symbol('not sent');

/** No property of any type. */
export const UNKNOWN = 'colour';

const OWN = ['externalcourseActivityId', 'status', 'completedDateTime', 'completionPercentage'];

/** Those that are no ids, by type. */
export const PROPERTIES: Readonly<Record<ActivityType, readonly string[]>> = {
  learningAssignment: [...OWN, 'assignedDateTime', 'assignerUserId', 'assignmentType', 'dueDateTime', 'notes'],
  learningSelfInitiatedCourse: [...OWN, 'startedDateTime'],
};

const REQUIRED = {
  create: ['learnerUserId', 'learningContentId', 'status', 'assignmentType'],
  update: ['status'],
} as const;
const NOT_NULLABLE = ['learnerUserId', 'learningContentId', 'assignmentType'];

const absent: Sample = { sent: undefined };
const none: Sample = { sent: null };
const wrong = (...values: readonly unknown[]) => values.map((sent): Sample => ({ sent, problem: 'invalid' }));
const right = (...values: readonly unknown[]) => values.map((sent): Sample => ({ sent }));
const empty: Sample = { sent: '', problem: 'empty' };

const dates: readonly Sample[] = [
  { sent: '2021-05-11T22:57:17+00:00' },
  { sent: '2021-05-11T22:57:17.1234567+02:00', means: '2021-05-11T20:57:17.1234567+00:00' },
  { sent: '2022-07-16', means: '2022-07-16T00:00:00+00:00' },
];

export const SAMPLES: Readonly<Record<string, { readonly good: readonly Sample[]; readonly bad: readonly Sample[] }>> =
  {
    externalcourseActivityId: {
      good: [absent, none, ...right('x0', 'x1', "it's/ü")],
      bad: [empty, ...wrong(7, {}), { sent: 'x'.repeat(257), problem: 'tooLong', limit: 256 }],
    },
    status: {
      good: [...right('notStarted', 'inProgress', 'completed'), { sent: 'COMPLETED', means: 'completed' }],
      bad: [absent, none, empty, ...wrong('done', 7, 'unknownFutureValue')],
    },
    completedDateTime: { good: [absent, none, ...dates], bad: wrong('soon', '', 7) },
    completionPercentage: { good: [absent, none, ...right(0, 20, 100)], bad: wrong(-1, 101, 20.5, '20', {}) },
    assignedDateTime: { good: [absent, none, ...dates], bad: wrong('2021-02-30') },
    startedDateTime: { good: [absent, none, ...dates], bad: wrong([], true) },
    assignerUserId: {
      good: [absent, none, ...right('', 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d', 'anyone')],
      bad: [...wrong(7), { sent: 'a'.repeat(129), problem: 'tooLong', limit: 128 }],
    },
    assignmentType: {
      good: [...right('required', 'recommended'), { sent: 'Required', means: 'required' }],
      bad: [absent, none, empty, ...wrong('peerRecommended', 'unknownFutureValue', 0)],
    },
    dueDateTime: {
      good: [
        absent,
        none,
        ...right({ dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' }),
        { sent: '2022-09-22T16:05:00Z', means: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' } },
      ],
      bad: wrong('soon', { dateTime: '2022-09-22T16:05:00', timeZone: 'Mars/Olympus' }, {}, 7),
    },
    notes: {
      good: [
        absent,
        none,
        ...right({ contentType: 'html', content: '<b>ü</b>' }, { contentType: 'text', content: null }),
        { sent: 'plain', means: { contentType: 'text', content: 'plain' } },
      ],
      bad: [
        ...wrong(7, { contentType: 'rtf', content: 'a' }),
        { sent: 'n'.repeat(4001), problem: 'tooLong', limit: 4000 },
      ],
    },
  };

/** What the server makes of a sample. */
export function judge(
  field: string,
  sample: Sample,
  reading: {
    readonly mode: 'create' | 'update';
    readonly type: ActivityType | undefined;
    readonly version: ApiVersion | undefined;
  },
): { readonly value: unknown } | Problem | typeof NOT_SENT {
  const { mode, type, version } = reading;
  const { sent, means, problem, limit } = sample;
  const isRequired = (REQUIRED[mode] as readonly string[]).includes(field);
  const isSentinelOfUpdate = mode === 'update' && sent === 'unknownFutureValue';
  if (sent === undefined || isSentinelOfUpdate) return isRequired ? { kind: 'required', field } : NOT_SENT;
  if (field === UNKNOWN) return { kind: 'unknown', field, ...(type !== undefined && { type }) };
  if (sent === null) {
    return isRequired || NOT_NULLABLE.includes(field) ? { kind: 'empty', field } : { value: null };
  }
  if (problem !== undefined) return { kind: problem, field, ...(limit !== undefined && { limit }) };
  const isBackToStart = field === 'status' && sent === 'notStarted' && mode === 'update' && version === V1;
  if (isBackToStart && type === 'learningSelfInitiatedCourse') return { kind: 'invalid', field };
  return { value: means ?? sent };
}

/** Mostly good ones: of a body with many fields few should be wrong. */
export function sampleOf(name: string): fc.Arbitrary<Sample> {
  const { good, bad } = SAMPLES[name] as (typeof SAMPLES)[string];
  return fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );
}

export function samplesOf(names: readonly string[]): fc.Arbitrary<Readonly<Record<string, Sample>>> {
  return fc.record(Object.fromEntries(names.map((name) => [name, sampleOf(name)])));
}

const UNKNOWN_SAMPLES = fc.oneof(
  { weight: 40, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ [UNKNOWN]: { sent: 'red' } }) },
);

/** Samples for what a body of the type can hold besides ids, and now and then for what it cannot. */
export function fieldsOf(type: ActivityType): fc.Arbitrary<Readonly<Record<string, Sample>>> {
  return fc.tuple(samplesOf(PROPERTIES[type]), UNKNOWN_SAMPLES).map(([own, other]) => ({ ...own, ...other }));
}
