/**
 * The activities of a bench, each worked out from its number: who they are of can be asked for without keeping a list of
 * ten millions. Numbers from 0 are loaded in bulk, those from {@link FIRST_CREATED} on are created through the API.
 */
import { hash } from 'node:crypto';

import type { CourseActivity } from '../../src/model/entity.ts';
import { getExample } from '../../src/model/examples.ts';

export const ACTIVITIES_A_LEARNER = 10;
export const FIRST_CREATED = 1_000_000_000;
/** Bulk loads end at ten times this number, or ten times that and so on: learners come in bands with them. */
export const FIRST_STEP = 10_000;

/** A prime, so that the activities of a learner lie far apart in the order of arrival. */
const STRIDE = 7919;
const FIRST_ACTIVITY_MS = Date.UTC(2025, 0, 1);

export function learnerIdOf(learner: number): string {
  return guidOf('learner', learner);
}

/** Of the directory user that the learner is. */
export function learnerNameOf(learner: number): string {
  return `learner-${learner}`;
}

export function learnerPasswordOf(learner: number): string {
  return `pass-${learnerIdOf(learner)}`;
}

/**
 * The learner of a loaded activity. Those that come with a step from 10 k to 100 k, say, are of learners who come with it
 * as well, ten of each, one in each sweep over all of these learners.
 */
export function learnerOfLoaded(index: number): number {
  const start = index < FIRST_STEP ? 0 : 10 ** Math.floor(Math.log10(index));
  const end = Math.max(FIRST_STEP, start * 10);
  const learners = (end - start) / ACTIVITIES_A_LEARNER;
  return start / ACTIVITIES_A_LEARNER + (((index - start) * STRIDE) % learners);
}

/** The learner of a created activity, where so many were loaded. */
export function learnerOfCreated(index: number, loaded: number): number {
  return ((index - FIRST_CREATED) * STRIDE) % (loaded / ACTIVITIES_A_LEARNER);
}

/** As long as the documented one, in no order. */
export function externalIdOf(index: number): string {
  return guidOf('activity', index);
}

/** Of a loaded activity: in the order of arrival, as UUIDs of version 7 are, which the server makes. */
export function idOfLoaded(index: number): string {
  const time = (FIRST_ACTIVITY_MS + index).toString(16).padStart(12, '0');
  const random = hash('sha256', `id ${index}`);
  const guid = `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
  return `${learnerIdOf(learnerOfLoaded(index))}:${guid}`;
}

/** The documented assignment. */
export const DOCUMENTED = getExample('createLearningCourseActivity', 'assignment');

/** A loaded activity: the documented assignment as a create would store it. */
export function loadedActivity(index: number): CourseActivity {
  return {
    ...STORED,
    id: idOfLoaded(index),
    externalcourseActivityId: externalIdOf(index),
    learnerUserId: learnerIdOf(learnerOfLoaded(index)),
  };
}

const { '@odata.type': _type, externalCourseActivityId: _externalId, ...documented } = DOCUMENTED;

const STORED = {
  ...documented,
  type: 'learningAssignment',
  // As rules carry it: canonical text in UTC, without an offset.
  assignedDateTime: String(documented['assignedDateTime']).slice(0, 19),
} as unknown as CourseActivity;

function guidOf(kind: string, index: number): string {
  const hex = hash('sha256', `${kind} ${index}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
