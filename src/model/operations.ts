/** The operations served: one row each. `operations/` has a function for every row, the tests a case. */
import type { OperationRow, PermissionName } from './rows.ts';

const writeActivities = [
  'LearningAssignedCourse.ReadWrite.All',
  'LearningSelfInitiatedCourse.ReadWrite.All',
] as const satisfies readonly PermissionName[];

const readActivities = {
  application: [
    'LearningAssignedCourse.Read.All',
    'LearningAssignedCourse.ReadWrite.All',
    'LearningSelfInitiatedCourse.Read.All',
    'LearningSelfInitiatedCourse.ReadWrite.All',
  ],
  delegated: ['LearningAssignedCourse.Read', 'LearningSelfInitiatedCourse.Read'],
} as const satisfies Pick<OperationRow, 'application' | 'delegated'>;

export const OPERATIONS = [
  {
    id: 'createLearningCourseActivity',
    method: 'POST',
    path: '/employeeExperience/learningProviders/{registrationId}/learningCourseActivities',
    entity: 'learningCourseActivity',
    success: 201,
    application: writeActivities,
    delegated: [],
    source: 'api/employeeexperience-post-learningcourseactivities',
  },
  {
    id: 'updateLearningCourseActivity',
    method: 'PATCH',
    path: '/employeeExperience/learningProviders/{registrationId}/learningCourseActivities/{learningCourseActivityId}',
    entity: 'learningCourseActivity',
    success: 204,
    application: writeActivities,
    delegated: [],
    source: 'api/learningcourseactivity-update',
  },
  {
    id: 'getLearningCourseActivity',
    method: 'GET',
    path: '/employeeExperience/learningCourseActivities/{learningCourseActivityId}',
    entity: 'learningCourseActivity',
    success: 200,
    ...readActivities,
    source: 'api/learningcourseactivity-get',
  },
  {
    id: 'getProviderLearningCourseActivity',
    method: 'GET',
    path: '/employeeExperience/learningProviders/{registrationId}/learningCourseActivities/{learningCourseActivityId}',
    entity: 'learningCourseActivity',
    success: 200,
    ...readActivities,
    source: 'from the schema; generated clients call it',
  },
  {
    id: 'getLearningCourseActivityByExternalId',
    method: 'GET',
    path: '/employeeExperience/learningProviders/{registrationId}/learningCourseActivities(externalcourseActivityId={externalId})',
    entity: 'learningCourseActivity',
    success: 200,
    ...readActivities,
    source: 'api/learningcourseactivity-get',
  },
] as const satisfies readonly OperationRow[];

export type OperationId = (typeof OPERATIONS)[number]['id'];
