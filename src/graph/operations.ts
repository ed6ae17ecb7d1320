/** Which function does which operation. */
import type { OperationId } from '../model/operations.ts';
import type { Work } from '../store/work.ts';
import type { OperationResult, RequestContext } from './context.ts';
import {
  createLearningCourseActivity,
  createLearningCourseActivityAtRoot,
  deleteLearningCourseActivity,
  getLearningCourseActivity,
  getLearningCourseActivityByExternalId,
  updateLearningCourseActivity,
} from './activities.ts';
import {
  createLearningContent,
  deleteLearningContent,
  getLearningContent,
  getLearningContentByExternalId,
  updateLearningContent,
  upsertLearningContentByExternalId,
} from './contents.ts';
import { countEntities, listEntities } from './lists.ts';
import {
  createLearningProvider,
  deleteLearningProvider,
  getLearningProvider,
  updateLearningProvider,
} from './providers.ts';
import {
  assignLicense,
  createUser,
  deleteUser,
  getEmployeeExperience,
  getMe,
  getUser,
  getUserByPrincipalName,
  getUserEmployeeExperience,
  listLicenseDetails,
  listSubscribedSkus,
  updateUser,
} from './users.ts';

type OperationFunction = (context: RequestContext) => Work<OperationResult>;

export const OPERATION_FUNCTIONS: Readonly<Record<OperationId, OperationFunction>> = {
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
  createUser,
  updateUser,
  updateUserByPrincipalName: updateUser,
  deleteUser,
  deleteUserByPrincipalName: deleteUser,
  assignLicense,

  listUserLicenseDetails: listLicenseDetails,
  listMyLicenseDetails: listLicenseDetails,
  listSubscribedSkus,
};
