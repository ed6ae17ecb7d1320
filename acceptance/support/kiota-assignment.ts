/** The documented create of an assigned course, as the model of the typed SDKs, which v1.0 and beta have in common. */
import { randomUUID } from 'node:crypto';
import { AssignmentTypeObject, BodyTypeObject, CourseStatusObject } from '@microsoft/msgraph-sdk/models/index.js';
import type { LearningAssignment } from '@microsoft/msgraph-sdk/models/index.js';
import type { Scene } from './scene.ts';

export function assignmentModel(scene: Scene, changes: Partial<LearningAssignment> = {}): LearningAssignment {
  return {
    odataType: '#microsoft.graph.learningAssignment',
    assignedDateTime: new Date('2021-05-11T22:57:17+00:00'),
    assignmentType: AssignmentTypeObject.Required,
    assignerUserId: scene.userId('assigner'),
    completedDateTime: null,
    completionPercentage: 20,
    dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
    externalcourseActivityId: randomUUID(),
    learningContentId: scene.sample('learningContentId'),
    learningProviderId: scene.sample('registrationId'),
    learnerUserId: scene.userId('learner'),
    notes: { contentType: BodyTypeObject.Text, content: 'required assignment added for user' },
    status: CourseStatusObject.NotStarted,
    ...changes,
  };
}
