/** Bodies as the documentation prints them, with ids of the target and an external id of their own. */
import { randomUUID } from 'node:crypto';
import type { Scene } from './scene.ts';

export type Body = Readonly<Record<string, unknown>>;

/** The documented create of an assigned course. */
export function newAssignment(scene: Scene, changes: Body = {}): Body {
  return {
    '@odata.type': '#microsoft.graph.learningAssignment',
    assignedDateTime: '2021-05-11T22:57:17+00:00',
    assignmentType: 'required',
    assignerUserId: scene.userId('assigner'),
    completedDateTime: null,
    completionPercentage: 20,
    dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
    externalCourseActivityId: randomUUID(),
    learningContentId: scene.sample('learningContentId'),
    learningProviderId: scene.sample('registrationId'),
    learnerUserId: scene.userId('learner'),
    notes: { contentType: 'text', content: 'required assignment added for user' },
    status: 'notStarted',
    ...changes,
  };
}

/** The documented create of a self-initiated course. */
export function newSelfInitiatedCourse(scene: Scene, changes: Body = {}): Body {
  return {
    '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
    completedDateTime: null,
    completionPercentage: 20,
    externalCourseActivityId: randomUUID(),
    learningContentId: scene.sample('learningContentId'),
    learnerUserId: scene.userId('learner'),
    startedDateTime: '2021-05-21T22:57:17+00:00',
    status: 'inProgress',
    ...changes,
  };
}
