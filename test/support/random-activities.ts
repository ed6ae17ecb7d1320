/** Course activities as fast-check makes them up: both types, nulls, odd texts, few values so that filters hit. */
import * as fc from 'fast-check';

import { getGuid } from '../../src/lib/ids.ts';
import type { RegistrationId } from '../../src/lib/ids.ts';
import type { CourseActivity } from '../../src/model/entity.ts';

const guids = (first: string) => [0, 1, 2].map((last) => `${first}0000000-0000-4000-8000-00000000000${last}`);

export const LEARNERS = guids('a');
export const CONTENTS = guids('c');
export const PROVIDERS = guids('e').map((text) => getGuid<RegistrationId>(text));

/** Kept as 16 bytes, and what could be taken for it: other spellings, its digits as databases show them, its beginning. */
const GUID_TEXTS = [
  '7ba2228a-e020-11ec-9d64-0242ac120002',
  'ffffffff-0000-4000-8000-0242ac120002',
  '7BA2228A-E020-11EC-9D64-0242AC120002',
  '7BA2228AE02011EC9D640242AC120002',
  'g7BA2228AE02011EC9D640242AC120002',
  '7ba2228a-e0',
];

/** Texts in which quotes, patterns and characters beyond the basic plane could go wrong. */
export const TEXTS = [
  ...["it's", "''", '%', '_', 'a', 'A', 'ab', 'Ä', 'ä', 'z', '😀', '\uFFFD', ' ', 'a,b)', ':f1', '\\'],
  ...GUID_TEXTS,
];

/** Epoch milliseconds. */
export const INSTANTS = [
  '2025-12-31T22:30:00.000Z',
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00.500Z',
  '2026-01-01T00:00:00.050Z',
  '2026-01-01T00:00:01.000Z',
  '2026-01-02T00:00:00.000Z',
].map((text) => Date.parse(text));

/** The ways to write an instant of UTC without an offset. */
export function localSpellings(instant: number): readonly string[] {
  const text = new Date(instant).toISOString().slice(0, -1);
  const spellings = [`${text}0000`, text, `${text}Z`];
  if (text.endsWith('.000')) spellings.push(text.slice(0, 19));
  if (text.endsWith(':00.000')) spellings.push(text.slice(0, 16));
  if (text.endsWith('T00:00:00.000')) spellings.push(text.slice(0, 10));
  return spellings;
}

const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { freq: 4 });

/** As the store keeps it: UTC without an offset, no zeros at the end of the fraction. */
const date = orNull(fc.constantFrom(...INSTANTS).map((instant) => isoText(instant)));

function isoText(instant: number): string {
  return new Date(instant).toISOString().replace(/\.?0*Z$/, '');
}

const dueDate = orNull(
  fc.record({
    dateTime: fc.constantFrom(...INSTANTS).chain((instant) => fc.constantFrom(...localSpellings(instant))),
    timeZone: fc.constantFrom('UTC', 'Pacific Standard Time'),
  }),
);

const inherited = {
  learnerUserId: fc.constantFrom(...LEARNERS),
  learningContentId: fc.constantFrom(...CONTENTS),
  learningProviderId: fc.constantFrom(...PROVIDERS),
  externalcourseActivityId: orNull(fc.constantFrom(...TEXTS)),
  status: orNull(fc.constantFrom('notStarted', 'inProgress', 'completed')),
  completionPercentage: orNull(fc.constantFrom(0, 1, 50, 100)),
  completedDateTime: date,
};

const assignment = fc.record({
  ...inherited,
  type: fc.constant('learningAssignment'),
  assignedDateTime: date,
  assignerUserId: orNull(fc.constantFrom('', ...TEXTS)),
  assignmentType: fc.constantFrom('required', 'recommended', 'peerRecommended'),
  dueDateTime: dueDate,
  notes: fc.constant(null),
});

const selfInitiated = fc.record({
  ...inherited,
  type: fc.constant('learningSelfInitiatedCourse'),
  startedDateTime: date,
});

/** No two with the same provider, type, learner and external id, which the store would take for a repeat. */
export const activities: fc.Arbitrary<readonly CourseActivity[]> = fc
  .uniqueArray(fc.oneof(assignment, selfInitiated), {
    maxLength: 24,
    comparator: (one, other) => one !== null && one === other,
    selector: ({ learningProviderId, type, learnerUserId, externalcourseActivityId: id }) =>
      id === null ? null : [learningProviderId, type, learnerUserId, id].join(),
  })
  .chain((items) =>
    fc
      .shuffledSubarray([...items.keys()], { minLength: items.length })
      .map((numbers) => items.map((item, index) => withId(item, numbers[index] as number))),
  );

function withId(item: { readonly learnerUserId: string }, number: number): CourseActivity {
  const guid = `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
  return { ...item, id: `${item.learnerUserId}:${guid}` } as CourseActivity;
}
