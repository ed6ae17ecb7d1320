/** Which function does which operation. */
import type { OperationId } from '../model/operations.ts';
import type { OperationFunction } from './context.ts';
import { getEmployeeExperience, getUserEmployeeExperience } from './employee-experience.ts';
import { getLearningCourseActivity, getLearningCourseActivityByExternalId } from './get-course-activity.ts';
import {
  createLearningContent,
  deleteLearningContent,
  getLearningContent,
  getLearningContentByExternalId,
  updateLearningContent,
  upsertLearningContentByExternalId,
} from './learning-content.ts';
import {
  createLearningCourseActivity,
  createLearningCourseActivityAtRoot,
  deleteLearningCourseActivity,
  updateLearningCourseActivity,
} from './learning-course-activity.ts';
import {
  createLearningProvider,
  deleteLearningProvider,
  getLearningProvider,
  updateLearningProvider,
} from './learning-provider.ts';
import { countEntities, listEntities } from './lists.ts';
import { listLicenseDetails, listSubscribedSkus } from './subscribed-sku.ts';
import { getMe, getUser, getUserByPrincipalName } from './user.ts';

export const FUNCTIONS: Readonly<Record<OperationId, OperationFunction>> = {
  listLearningProviders: listEntities,
  countLearningProviders: countEntities,
  createLearningProvider,
  getLearningProvider,
  updateLearningProvider,
  deleteLearningProvider,

  listLearningContents: listEntities,
  countLearningContents: countEntities,
  createLearningContent,
  getLearningContent,
  getLearningContentByExternalId,
  updateLearningContent,
  upsertLearningContentByExternalId,
  deleteLearningContent,
  deleteLearningContentByExternalId: deleteLearningContent,

  createLearningCourseActivity,
  updateLearningCourseActivity,
  deleteLearningCourseActivity,
  updateLearningCourseActivityByExternalId: updateLearningCourseActivity,
  deleteLearningCourseActivityByExternalId: deleteLearningCourseActivity,
  createLearningCourseActivityAtRoot,
  updateLearningCourseActivityAtRoot: updateLearningCourseActivity,
  deleteLearningCourseActivityAtRoot: deleteLearningCourseActivity,
  updateLearningCourseActivityByExternalIdAtRoot: updateLearningCourseActivity,
  deleteLearningCourseActivityByExternalIdAtRoot: deleteLearningCourseActivity,
  listLearningCourseActivities: listEntities,
  countLearningCourseActivities: countEntities,
  getLearningCourseActivity,
  getLearningCourseActivityByExternalId,
  listProviderLearningCourseActivities: listEntities,
  countProviderLearningCourseActivities: countEntities,
  getProviderLearningCourseActivity: getLearningCourseActivity,
  getProviderLearningCourseActivityByExternalId: getLearningCourseActivityByExternalId,
  listUserLearningCourseActivities: listEntities,
  countUserLearningCourseActivities: countEntities,
  getUserLearningCourseActivity: getLearningCourseActivity,
  getUserLearningCourseActivityByExternalId: getLearningCourseActivityByExternalId,
  listMyLearningCourseActivities: listEntities,
  countMyLearningCourseActivities: countEntities,
  getMyLearningCourseActivity: getLearningCourseActivity,
  getMyLearningCourseActivityByExternalId: getLearningCourseActivityByExternalId,

  getEmployeeExperience,
  getUserEmployeeExperience,
  getMyEmployeeExperience: getUserEmployeeExperience,

  getMe,
  listUsers: listEntities,
  getUser,
  getUserByPrincipalName,

  listUserLicenseDetails: listLicenseDetails,
  listMyLicenseDetails: listLicenseDetails,
  listSubscribedSkus,
};
