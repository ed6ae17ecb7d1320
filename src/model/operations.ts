/** The operations served: one row each. `operations/` has a function for every row, the tests a case. */
import type { OperationRow, PermissionName, QueryOptionName } from './rows.ts';

const PROVIDERS = '/employeeExperience/learningProviders';
const PROVIDER = `${PROVIDERS}/{registrationId}`;
const CONTENTS = `${PROVIDER}/learningContents`;
const CONTENT = `${CONTENTS}/{learningContentId}`;
const CONTENT_BY_KEY = `${PROVIDER}/learningContents(externalId={externalId})`;
const ALL_ACTIVITIES = '/employeeExperience/learningCourseActivities';
const PROVIDER_ACTIVITIES = `${PROVIDER}/learningCourseActivities`;
const USER_ACTIVITIES = '/users/{userId}/employeeExperience/learningCourseActivities';
const MY_ACTIVITIES = '/me/employeeExperience/learningCourseActivities';
const ID = '{learningCourseActivityId}';
const BY_KEY = '(externalcourseActivityId={externalId})';

const fromSchema = 'from the schema: it has no page, generated clients call it';

const oneOptions = ['select', 'format'] as const satisfies readonly QueryOptionName[];
const listOptions = [
  ...(['select', 'format', 'top', 'skip', 'skiptoken', 'count', 'filter', 'orderby'] as const),
] as const satisfies readonly QueryOptionName[];
/** Without `orderby`: sorting the activities of a whole tenant or provider has no bound. */
const unsortedListOptions = [
  ...(['select', 'format', 'top', 'skip', 'skiptoken', 'count', 'filter'] as const),
] as const satisfies readonly QueryOptionName[];
const deltaOptions = [
  ...(['select', 'format', 'top', 'skiptoken', 'deltatoken'] as const),
] as const satisfies readonly QueryOptionName[];
const countOptions = ['filter'] as const satisfies readonly QueryOptionName[];
const beyondTheList = ['filter', 'orderby'] as const satisfies readonly QueryOptionName[];

const readProviders = {
  entity: 'learningProvider',
  application: [],
  delegated: ['LearningProvider.Read', 'LearningProvider.ReadWrite'],
} as const;
const writeProviders = {
  entity: 'learningProvider',
  application: [],
  delegated: ['LearningProvider.ReadWrite'],
} as const;

const readContents = {
  entity: 'learningContent',
  application: ['LearningContent.Read.All', 'LearningContent.ReadWrite.All'],
  delegated: [],
  opensWith: { switch: 'delegatedContent', delegated: ['LearningContent.Read.All', 'LearningContent.ReadWrite.All'] },
} as const;
const writeContents = {
  entity: 'learningContent',
  application: ['LearningContent.ReadWrite.All'],
  delegated: [],
  opensWith: { switch: 'delegatedContent', delegated: ['LearningContent.ReadWrite.All'] },
} as const;

const readAllActivities = [
  'LearningAssignedCourse.Read.All',
  'LearningAssignedCourse.ReadWrite.All',
  'LearningSelfInitiatedCourse.Read.All',
  'LearningSelfInitiatedCourse.ReadWrite.All',
] as const satisfies readonly PermissionName[];
const writeActivities = {
  entity: 'learningCourseActivity',
  application: ['LearningAssignedCourse.ReadWrite.All', 'LearningSelfInitiatedCourse.ReadWrite.All'],
  delegated: [],
} as const;
const readActivities = {
  entity: 'learningCourseActivity',
  application: readAllActivities,
  delegated: ['LearningAssignedCourse.Read', 'LearningSelfInitiatedCourse.Read'],
} as const;
/** Lists across learners: the table has no such page, so that only applications, which may read all, get them. */
const listActivities = { entity: 'learningCourseActivity', application: readAllActivities, delegated: [] } as const;
/** The pages ask for delegated `.Read.All`, which exist only as application roles: both are taken. */
const listOneLearner = {
  entity: 'learningCourseActivity',
  application: [],
  delegated: [
    'LearningAssignedCourse.Read',
    'LearningAssignedCourse.Read.All',
    'LearningSelfInitiatedCourse.Read',
    'LearningSelfInitiatedCourse.Read.All',
  ],
  opensWith: { switch: 'appListActivities', application: readAllActivities },
} as const;

const userReaders = [
  ...(['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All'] as const),
  ...(['Directory.Read.All', 'Directory.ReadWrite.All'] as const),
] as const satisfies readonly PermissionName[];
/** Every learning permission opens the directory too: scripts resolve learners with the token that they write with. */
const readUsers = {
  entity: 'user',
  application: [
    ...userReaders,
    ...readAllActivities,
    ...(['LearningContent.Read.All', 'LearningContent.ReadWrite.All'] as const),
  ],
  delegated: [...userReaders, 'LearningProvider.ReadWrite'],
} as const;
const userWriters = ['User.ReadWrite.All', 'Directory.ReadWrite.All'] as const;
const userRemovers = ['User.DeleteRestore.All', 'User.ReadWrite.All'] as const;
const licenceWriters = ['LicenseAssignment.ReadWrite.All', ...userWriters] as const;
const userAdministrators = ['User Administrator', 'Global Administrator'] as const;
const writeUsers = {
  entity: 'user',
  application: userWriters,
  delegated: userWriters,
  directoryRoles: userAdministrators,
} as const;
/** Pages and permission data differ about applications: see docs/decisions/0034-licences.md. */
const licenceReaders = [
  ...([
    'LicenseAssignment.Read.All',
    'LicenseAssignment.ReadWrite.All',
    'User.Read.All',
    'User.ReadWrite.All',
  ] as const),
  ...(['Directory.Read.All', 'Directory.ReadWrite.All'] as const),
] as const satisfies readonly PermissionName[];
const readLicences = {
  entity: 'licenseDetails',
  application: licenceReaders,
  delegated: ['User.Read', ...licenceReaders],
  isUnpaged: true,
  options: oneOptions,
  source: 'api/user-list-licensedetails',
} as const;
const skuReaders = [
  ...(['LicenseAssignment.Read.All', 'LicenseAssignment.ReadWrite.All', 'Organization.Read.All'] as const),
  ...(['Organization.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'] as const),
] as const satisfies readonly PermissionName[];
const readOneself = {
  application: [],
  delegated: [
    ...(['User.Read', ...userReaders, 'LearningProvider.Read', 'LearningProvider.ReadWrite'] as const),
    ...listOneLearner.delegated,
  ],
} as const;

const readExperience = {
  application: [...readAllActivities, 'LearningContent.Read.All', 'LearningContent.ReadWrite.All'],
  delegated: ['LearningProvider.Read', 'LearningProvider.ReadWrite', ...listOneLearner.delegated],
  options: oneOptions,
  source: fromSchema,
} as const;

const listPage = 'api/learningcourseactivity-list';
const getPage = 'api/learningcourseactivity-get';
const contentPage = 'api/learningcontent-update';
const updatePage = 'api/learningcourseactivity-update';
const deletePage = 'api/learningcourseactivity-delete';
/** Of this server. @param likeness what of Microsoft Graph it is like */
const addition = (likeness: string) =>
  ({ isAddition: true, source: `an addition of this server, as ${likeness}` }) as const;
const rootWrite = { onlyWith: 'rootActivityWrites', source: fromSchema } as const;

const directoryReaders = ['Directory.Read.All', 'Directory.ReadWrite.All'] as const;
const appReaders = ['Application.Read.All', 'Application.ReadWrite.All', ...directoryReaders] as const;
/** Lists of a collection that is put together in memory. */
const appListOptions = ['select', 'format', 'top', 'skip', 'skiptoken', 'count', 'filter'] as const;
const readApps = {
  application: [...appReaders, 'Application.ReadWrite.OwnedBy'],
  delegated: appReaders,
} as const satisfies Pick<OperationRow, 'application' | 'delegated'>;
const appAdministrators = [
  ...(['Cloud Application Administrator', 'Application Administrator', 'Global Administrator'] as const),
] as const;
/** With OwnedBy: of the apps that the calling app has created. */
const writeApps = {
  application: ['Application.ReadWrite.OwnedBy', 'Application.ReadWrite.All'],
  delegated: ['Application.ReadWrite.All'],
  directoryRoles: appAdministrators,
} as const satisfies Partial<OperationRow>;
const writePrincipals = {
  application: [...writeApps.application, 'Directory.ReadWrite.All'],
  delegated: [...writeApps.delegated, 'Directory.ReadWrite.All'],
  directoryRoles: appAdministrators,
} as const satisfies Partial<OperationRow>;
const writeAssignments = {
  entity: 'appRoleAssignment',
  application: ['AppRoleAssignment.ReadWrite.All'],
  delegated: ['AppRoleAssignment.ReadWrite.All'],
  directoryRoles: ['Privileged Role Administrator', 'Global Administrator'],
} as const satisfies Partial<OperationRow>;
const grantWriters = ['DelegatedPermissionGrant.ReadWrite.All', 'Directory.ReadWrite.All'] as const;
const grantReaders = [...directoryReaders, 'DelegatedPermissionGrant.ReadWrite.All'] as const;
const readGrants = {
  entity: 'oAuth2PermissionGrant',
  success: 200,
  application: grantReaders,
  delegated: grantReaders,
} as const;
const writeGrants = {
  entity: 'oAuth2PermissionGrant',
  application: grantWriters,
  delegated: grantWriters,
  directoryRoles: [...appAdministrators, 'Privileged Role Administrator'],
} as const;

const SUBSCRIPTION = '/subscriptions/{subscriptionId}';
/** Of an app to what it may read: the permission of the resource is asked for as well. */
const ownSubscriptions = {
  entity: 'subscription',
  application: [...readAllActivities, 'LearningContent.Read.All', 'LearningContent.ReadWrite.All'],
  delegated: [],
  ...addition('api/subscription-post-subscriptions, for other resources'),
} as const;

/** The operation by the id of the object, and by the client id of the app. */
function byBothIds<const Row extends OperationRow>(
  row: Row,
): readonly [Row, Omit<Row, 'id' | 'path'> & { readonly id: `${Row['id']}ByAppId`; readonly path: string }] {
  const path = row.path.replace(/\/\{(?:applicationId|servicePrincipalId)\}/, '(appId={appId})');
  return [row, { ...row, id: `${row.id}ByAppId`, path }];
}

export const OPERATIONS = [
  {
    id: 'listLearningProviders',
    method: 'GET',
    path: PROVIDERS,
    success: 200,
    ...readProviders,
    options: listOptions,
    source: 'api/employeeexperience-list-learningproviders',
  },
  {
    id: 'countLearningProviders',
    method: 'GET',
    path: `${PROVIDERS}/$count`,
    success: 200,
    ...readProviders,
    options: countOptions,
    source: fromSchema,
  },
  {
    id: 'createLearningProvider',
    method: 'POST',
    path: PROVIDERS,
    success: 201,
    ...writeProviders,
    source: 'api/employeeexperience-post-learningproviders',
  },
  {
    id: 'getLearningProvider',
    method: 'GET',
    path: PROVIDER,
    success: 200,
    ...readProviders,
    options: oneOptions,
    source: 'api/learningprovider-get',
  },
  {
    id: 'updateLearningProvider',
    method: 'PATCH',
    path: PROVIDER,
    success: 204,
    ...writeProviders,
    source: 'api/learningprovider-update',
  },
  {
    id: 'deleteLearningProvider',
    method: 'DELETE',
    path: PROVIDER,
    otherPath: `${PROVIDER}/$ref`,
    success: 204,
    ...writeProviders,
    source: 'api/employeeexperience-delete-learningproviders',
  },

  {
    id: 'listLearningContents',
    method: 'GET',
    path: CONTENTS,
    success: 200,
    ...readContents,
    options: listOptions,
    source: 'api/learningprovider-list-learningcontents',
  },
  {
    id: 'countLearningContents',
    method: 'GET',
    path: `${CONTENTS}/$count`,
    success: 200,
    ...readContents,
    options: countOptions,
    source: fromSchema,
  },
  {
    id: 'createLearningContent',
    method: 'POST',
    path: CONTENTS,
    success: 201,
    ...writeContents,
    onlyWith: 'contentPost',
    source: fromSchema,
  },
  {
    id: 'getLearningContent',
    method: 'GET',
    path: CONTENT,
    success: 200,
    ...readContents,
    options: oneOptions,
    source: 'api/learningcontent-get',
  },
  {
    id: 'getLearningContentByExternalId',
    method: 'GET',
    path: CONTENT_BY_KEY,
    success: 200,
    ...readContents,
    options: oneOptions,
    source: 'api/learningcontent-get',
  },
  {
    id: 'updateLearningContent',
    method: 'PATCH',
    path: CONTENT,
    success: 202,
    ...writeContents,
    source: contentPage,
  },
  {
    id: 'upsertLearningContentByExternalId',
    method: 'PATCH',
    path: CONTENT_BY_KEY,
    success: 202,
    isUpsert: true,
    ...writeContents,
    source: contentPage,
  },
  {
    id: 'deleteLearningContent',
    method: 'DELETE',
    path: CONTENT,
    otherPath: `${CONTENT}/$ref`,
    isFirstPathTolerated: true,
    success: 204,
    ...writeContents,
    source: 'api/learningprovider-delete-learningcontents',
  },
  {
    id: 'deleteLearningContentByExternalId',
    method: 'DELETE',
    path: CONTENT_BY_KEY,
    otherPath: `${CONTENT_BY_KEY}/$ref`,
    isFirstPathTolerated: true,
    success: 204,
    ...writeContents,
    source: 'api/learningprovider-delete-learningcontents',
  },

  {
    id: 'createLearningCourseActivity',
    method: 'POST',
    path: PROVIDER_ACTIVITIES,
    success: 201,
    ...writeActivities,
    source: 'api/employeeexperience-post-learningcourseactivities',
  },
  {
    id: 'updateLearningCourseActivity',
    method: 'PATCH',
    path: `${PROVIDER_ACTIVITIES}/${ID}`,
    success: 204,
    ...writeActivities,
    source: updatePage,
  },
  {
    id: 'deleteLearningCourseActivity',
    method: 'DELETE',
    path: `${PROVIDER_ACTIVITIES}/${ID}`,
    otherPath: `${PROVIDER_ACTIVITIES}/${ID}/$ref`,
    success: 204,
    ...writeActivities,
    source: deletePage,
  },
  // The SDKs have both, and describe them with the texts and links of the pages on updating and deleting.
  {
    id: 'updateLearningCourseActivityByExternalId',
    method: 'PATCH',
    path: PROVIDER_ACTIVITIES + BY_KEY,
    success: 204,
    ...writeActivities,
    source: updatePage,
  },
  {
    id: 'deleteLearningCourseActivityByExternalId',
    method: 'DELETE',
    path: PROVIDER_ACTIVITIES + BY_KEY,
    success: 204,
    ...writeActivities,
    source: deletePage,
  },

  {
    id: 'createLearningCourseActivityAtRoot',
    method: 'POST',
    path: ALL_ACTIVITIES,
    success: 201,
    ...writeActivities,
    ...rootWrite,
  },
  {
    id: 'updateLearningCourseActivityAtRoot',
    method: 'PATCH',
    path: `${ALL_ACTIVITIES}/${ID}`,
    success: 204,
    ...writeActivities,
    ...rootWrite,
    source: 'older pages of api/learningcourseactivity-update',
  },
  {
    id: 'deleteLearningCourseActivityAtRoot',
    method: 'DELETE',
    path: `${ALL_ACTIVITIES}/${ID}`,
    success: 204,
    ...writeActivities,
    ...rootWrite,
  },
  {
    id: 'updateLearningCourseActivityByExternalIdAtRoot',
    method: 'PATCH',
    path: ALL_ACTIVITIES + BY_KEY,
    success: 204,
    ...writeActivities,
    ...rootWrite,
  },
  {
    id: 'deleteLearningCourseActivityByExternalIdAtRoot',
    method: 'DELETE',
    path: ALL_ACTIVITIES + BY_KEY,
    success: 204,
    ...writeActivities,
    ...rootWrite,
  },

  {
    id: 'listLearningCourseActivities',
    method: 'GET',
    path: ALL_ACTIVITIES,
    success: 200,
    ...listActivities,
    options: unsortedListOptions,
    undocumentedOptions: ['filter'],
    source: fromSchema,
  },
  {
    id: 'countLearningCourseActivities',
    method: 'GET',
    path: `${ALL_ACTIVITIES}/$count`,
    success: 200,
    ...listActivities,
    options: countOptions,
    undocumentedOptions: beyondTheList,
    source: fromSchema,
  },
  {
    id: 'getLearningCourseActivity',
    method: 'GET',
    path: `${ALL_ACTIVITIES}/${ID}`,
    success: 200,
    ...readActivities,
    options: oneOptions,
    source: getPage,
  },
  {
    id: 'getLearningCourseActivityByExternalId',
    method: 'GET',
    path: ALL_ACTIVITIES + BY_KEY,
    success: 200,
    ...readActivities,
    options: oneOptions,
    source: fromSchema,
  },
  {
    id: 'listProviderLearningCourseActivities',
    method: 'GET',
    path: PROVIDER_ACTIVITIES,
    success: 200,
    ...listActivities,
    options: unsortedListOptions,
    undocumentedOptions: ['filter'],
    source: fromSchema,
  },
  {
    id: 'countProviderLearningCourseActivities',
    method: 'GET',
    path: `${PROVIDER_ACTIVITIES}/$count`,
    success: 200,
    ...listActivities,
    options: countOptions,
    undocumentedOptions: beyondTheList,
    source: fromSchema,
  },
  {
    id: 'getProviderLearningCourseActivity',
    method: 'GET',
    path: `${PROVIDER_ACTIVITIES}/${ID}`,
    success: 200,
    ...readActivities,
    options: oneOptions,
    source: fromSchema,
  },
  {
    id: 'getProviderLearningCourseActivityByExternalId',
    method: 'GET',
    path: PROVIDER_ACTIVITIES + BY_KEY,
    success: 200,
    ...readActivities,
    options: oneOptions,
    source: getPage,
  },
  {
    id: 'deltaLearningCourseActivities',
    method: 'GET',
    path: `${ALL_ACTIVITIES}/delta`,
    success: 200,
    ...listActivities,
    options: deltaOptions,
    ...addition('api/user-delta'),
  },
  {
    id: 'deltaProviderLearningCourseActivities',
    method: 'GET',
    path: `${PROVIDER_ACTIVITIES}/delta`,
    success: 200,
    ...listActivities,
    options: deltaOptions,
    ...addition('api/user-delta'),
  },
  {
    id: 'listUserLearningCourseActivities',
    method: 'GET',
    path: USER_ACTIVITIES,
    success: 200,
    ...listOneLearner,
    options: listOptions,
    undocumentedOptions: beyondTheList,
    source: listPage,
  },
  {
    id: 'countUserLearningCourseActivities',
    method: 'GET',
    path: `${USER_ACTIVITIES}/$count`,
    success: 200,
    ...listOneLearner,
    options: countOptions,
    undocumentedOptions: beyondTheList,
    source: fromSchema,
  },
  {
    id: 'getUserLearningCourseActivity',
    method: 'GET',
    path: `${USER_ACTIVITIES}/${ID}`,
    success: 200,
    ...readActivities,
    options: oneOptions,
    source: getPage,
  },
  {
    id: 'getUserLearningCourseActivityByExternalId',
    method: 'GET',
    path: USER_ACTIVITIES + BY_KEY,
    success: 200,
    ...readActivities,
    options: oneOptions,
    source: fromSchema,
  },
  {
    id: 'listMyLearningCourseActivities',
    method: 'GET',
    path: MY_ACTIVITIES,
    isPersonal: true,
    success: 200,
    ...listOneLearner,
    options: listOptions,
    undocumentedOptions: beyondTheList,
    source: listPage,
  },
  {
    id: 'countMyLearningCourseActivities',
    method: 'GET',
    path: `${MY_ACTIVITIES}/$count`,
    isPersonal: true,
    success: 200,
    ...listOneLearner,
    options: countOptions,
    undocumentedOptions: beyondTheList,
    source: fromSchema,
  },
  {
    id: 'getMyLearningCourseActivity',
    method: 'GET',
    path: `${MY_ACTIVITIES}/${ID}`,
    isPersonal: true,
    success: 200,
    ...readActivities,
    options: oneOptions,
    source: getPage,
  },
  {
    id: 'getMyLearningCourseActivityByExternalId',
    method: 'GET',
    path: MY_ACTIVITIES + BY_KEY,
    isPersonal: true,
    success: 200,
    ...readActivities,
    options: oneOptions,
    source: fromSchema,
  },

  {
    id: 'getEmployeeExperience',
    method: 'GET',
    path: '/employeeExperience',
    entity: 'employeeExperience',
    success: 200,
    ...readExperience,
  },
  {
    id: 'getUserEmployeeExperience',
    method: 'GET',
    path: '/users/{userId}/employeeExperience',
    entity: 'employeeExperienceUser',
    success: 200,
    ...readExperience,
  },
  {
    id: 'getMyEmployeeExperience',
    method: 'GET',
    path: '/me/employeeExperience',
    isPersonal: true,
    entity: 'employeeExperienceUser',
    success: 200,
    ...readExperience,
  },

  {
    id: 'getMe',
    method: 'GET',
    path: '/me',
    isPersonal: true,
    entity: 'user',
    success: 200,
    ...readOneself,
    options: oneOptions,
    source: 'api/user-get',
  },
  {
    id: 'listUsers',
    method: 'GET',
    path: '/users',
    success: 200,
    ...readUsers,
    options: listOptions,
    source: 'api/user-list',
  },
  {
    id: 'getUser',
    method: 'GET',
    path: '/users/{userId}',
    success: 200,
    ...readUsers,
    options: oneOptions,
    source: 'api/user-get',
  },
  {
    id: 'getUserByPrincipalName',
    method: 'GET',
    path: '/users(userPrincipalName={userPrincipalName})',
    success: 200,
    ...readUsers,
    options: oneOptions,
    source: fromSchema,
  },

  {
    id: 'createUser',
    method: 'POST',
    path: '/users',
    success: 201,
    ...writeUsers,
    source: 'api/user-post-users',
  },
  {
    id: 'updateUser',
    method: 'PATCH',
    path: '/users/{userId}',
    success: 204,
    ...writeUsers,
    source: 'api/user-update',
  },
  {
    id: 'updateUserByPrincipalName',
    method: 'PATCH',
    path: '/users(userPrincipalName={userPrincipalName})',
    success: 204,
    ...writeUsers,
    source: fromSchema,
  },
  {
    id: 'deleteUser',
    method: 'DELETE',
    path: '/users/{userId}',
    success: 204,
    ...writeUsers,
    application: userRemovers,
    delegated: userRemovers,
    source: 'api/user-delete',
  },
  {
    id: 'deleteUserByPrincipalName',
    method: 'DELETE',
    path: '/users(userPrincipalName={userPrincipalName})',
    success: 204,
    ...writeUsers,
    application: userRemovers,
    delegated: userRemovers,
    source: fromSchema,
  },
  {
    id: 'assignLicense',
    method: 'POST',
    path: '/users/{userId}/assignLicense',
    action: 'assignLicense',
    success: 200,
    ...writeUsers,
    application: licenceWriters,
    delegated: licenceWriters,
    directoryRoles: ['License Administrator', ...userAdministrators],
    source: 'api/user-assignlicense',
  },

  {
    id: 'listUserLicenseDetails',
    method: 'GET',
    path: '/users/{userId}/licenseDetails',
    success: 200,
    ...readLicences,
  },
  {
    id: 'listMyLicenseDetails',
    method: 'GET',
    path: '/me/licenseDetails',
    isPersonal: true,
    success: 200,
    ...readLicences,
    application: [],
  },
  {
    id: 'listSubscribedSkus',
    method: 'GET',
    path: '/subscribedSkus',
    entity: 'subscribedSku',
    success: 200,
    application: skuReaders,
    delegated: skuReaders,
    isUnpaged: true,
    options: oneOptions,
    source: 'api/subscribedsku-list',
  },

  {
    id: 'listApplications',
    method: 'GET',
    path: '/applications',
    entity: 'application',
    success: 200,
    ...readApps,
    options: appListOptions,
    source: 'api/application-list',
  },
  {
    id: 'createApplication',
    method: 'POST',
    path: '/applications',
    entity: 'application',
    success: 201,
    ...writeApps,
    source: 'api/application-post-applications',
  },
  ...byBothIds({
    id: 'getApplication',
    method: 'GET',
    path: '/applications/{applicationId}',
    entity: 'application',
    success: 200,
    ...readApps,
    options: oneOptions,
    source: 'api/application-get',
  }),
  ...byBothIds({
    id: 'updateApplication',
    method: 'PATCH',
    path: '/applications/{applicationId}',
    entity: 'application',
    success: 204,
    ...writeApps,
    source: 'api/application-update',
  }),
  ...byBothIds({
    id: 'deleteApplication',
    method: 'DELETE',
    path: '/applications/{applicationId}',
    entity: 'application',
    success: 204,
    ...writeApps,
    source: 'api/application-delete',
  }),
  ...byBothIds({
    id: 'addApplicationPassword',
    method: 'POST',
    path: '/applications/{applicationId}/addPassword',
    entity: 'application',
    action: 'addPassword',
    returns: 'graph.passwordCredential',
    success: 200,
    ...writePrincipals,
    source: 'api/application-addpassword',
  }),
  ...byBothIds({
    id: 'removeApplicationPassword',
    method: 'POST',
    path: '/applications/{applicationId}/removePassword',
    entity: 'application',
    action: 'removePassword',
    success: 204,
    ...writePrincipals,
    source: 'api/application-removepassword',
  }),

  {
    id: 'listServicePrincipals',
    method: 'GET',
    path: '/servicePrincipals',
    entity: 'servicePrincipal',
    success: 200,
    ...readApps,
    options: appListOptions,
    source: 'api/serviceprincipal-list',
  },
  {
    id: 'createServicePrincipal',
    method: 'POST',
    path: '/servicePrincipals',
    entity: 'servicePrincipal',
    success: 201,
    ...writePrincipals,
    source: 'api/serviceprincipal-post-serviceprincipals',
  },
  ...byBothIds({
    id: 'getServicePrincipal',
    method: 'GET',
    path: '/servicePrincipals/{servicePrincipalId}',
    entity: 'servicePrincipal',
    success: 200,
    ...readApps,
    options: oneOptions,
    source: 'api/serviceprincipal-get',
  }),
  ...byBothIds({
    id: 'updateServicePrincipal',
    method: 'PATCH',
    path: '/servicePrincipals/{servicePrincipalId}',
    entity: 'servicePrincipal',
    success: 204,
    ...writePrincipals,
    source: 'api/serviceprincipal-update',
  }),
  ...byBothIds({
    id: 'deleteServicePrincipal',
    method: 'DELETE',
    path: '/servicePrincipals/{servicePrincipalId}',
    entity: 'servicePrincipal',
    success: 204,
    ...writePrincipals,
    source: 'api/serviceprincipal-delete',
  }),
  ...byBothIds({
    id: 'listAppRoleAssignments',
    method: 'GET',
    path: '/servicePrincipals/{servicePrincipalId}/appRoleAssignments',
    entity: 'appRoleAssignment',
    success: 200,
    ...readApps,
    options: appListOptions,
    source: 'api/serviceprincipal-list-approleassignments',
  }),
  ...byBothIds({
    id: 'createAppRoleAssignment',
    method: 'POST',
    path: '/servicePrincipals/{servicePrincipalId}/appRoleAssignments',
    success: 201,
    ...writeAssignments,
    source: 'api/serviceprincipal-post-approleassignments',
  }),
  ...byBothIds({
    id: 'deleteAppRoleAssignment',
    method: 'DELETE',
    path: '/servicePrincipals/{servicePrincipalId}/appRoleAssignments/{appRoleAssignmentId}',
    success: 204,
    ...writeAssignments,
    source: 'api/serviceprincipal-delete-approleassignments',
  }),
  ...byBothIds({
    id: 'listAppRoleAssignedTo',
    method: 'GET',
    path: '/servicePrincipals/{servicePrincipalId}/appRoleAssignedTo',
    entity: 'appRoleAssignment',
    success: 200,
    ...readApps,
    options: appListOptions,
    source: 'api/serviceprincipal-list-approleassignedto',
  }),
  ...byBothIds({
    id: 'createAppRoleAssignedTo',
    method: 'POST',
    path: '/servicePrincipals/{servicePrincipalId}/appRoleAssignedTo',
    success: 201,
    ...writeAssignments,
    source: 'api/serviceprincipal-post-approleassignedto',
  }),
  ...byBothIds({
    id: 'deleteAppRoleAssignedTo',
    method: 'DELETE',
    path: '/servicePrincipals/{servicePrincipalId}/appRoleAssignedTo/{appRoleAssignmentId}',
    success: 204,
    ...writeAssignments,
    source: 'api/serviceprincipal-delete-approleassignedto',
  }),

  {
    id: 'listOAuth2PermissionGrants',
    method: 'GET',
    path: '/oauth2PermissionGrants',
    ...readGrants,
    options: appListOptions,
    source: 'api/oauth2permissiongrant-list',
  },
  {
    id: 'createOAuth2PermissionGrant',
    method: 'POST',
    path: '/oauth2PermissionGrants',
    success: 201,
    ...writeGrants,
    source: 'api/oauth2permissiongrant-post',
  },
  {
    id: 'getOAuth2PermissionGrant',
    method: 'GET',
    path: '/oauth2PermissionGrants/{oAuth2PermissionGrantId}',
    ...readGrants,
    options: oneOptions,
    source: 'api/oauth2permissiongrant-get',
  },
  {
    id: 'updateOAuth2PermissionGrant',
    method: 'PATCH',
    path: '/oauth2PermissionGrants/{oAuth2PermissionGrantId}',
    success: 204,
    ...writeGrants,
    source: 'api/oauth2permissiongrant-update',
  },
  {
    id: 'deleteOAuth2PermissionGrant',
    method: 'DELETE',
    path: '/oauth2PermissionGrants/{oAuth2PermissionGrantId}',
    success: 204,
    ...writeGrants,
    source: 'api/oauth2permissiongrant-delete',
  },

  {
    id: 'listSubscriptions',
    method: 'GET',
    path: '/subscriptions',
    success: 200,
    ...ownSubscriptions,
    options: ['top', 'skiptoken'],
  },
  { id: 'createSubscription', method: 'POST', path: '/subscriptions', success: 201, ...ownSubscriptions },
  { id: 'getSubscription', method: 'GET', path: SUBSCRIPTION, success: 200, ...ownSubscriptions },
  { id: 'updateSubscription', method: 'PATCH', path: SUBSCRIPTION, success: 200, ...ownSubscriptions },
  { id: 'deleteSubscription', method: 'DELETE', path: SUBSCRIPTION, success: 204, ...ownSubscriptions },
  {
    id: 'reauthorizeSubscription',
    method: 'POST',
    path: `${SUBSCRIPTION}/reauthorize`,
    hasNoBody: true,
    success: 204,
    ...ownSubscriptions,
  },
] as const satisfies readonly OperationRow[];

export type OperationId = (typeof OPERATIONS)[number]['id'];

/** The operation's path template. */
export function getOperationPath(id: OperationId): string {
  const row = OPERATIONS.find((operation) => operation.id === id);
  if (row === undefined) throw new Error(`No operation ${id}`);
  return row.path;
}
