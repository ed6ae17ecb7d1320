/**
 * What each permission opens, as the permission tables of the reference have it: written down here once more, apart from
 * the rows that the server answers from. Each operation comes with a request that changes nothing, for any caller.
 */
import type { OperationId } from '../../model/operations.ts';
import {
  A1,
  A2,
  ACTIVITIES,
  K1,
  LEARNER,
  MY_ACTIVITIES,
  P1,
  P1_ACTIVITIES,
  P1_CONTENTS,
  PROVIDERS,
  UNKNOWN_ID,
  USER_ACTIVITIES,
} from '../setup.ts';
import type { JsonObject } from '../../odata/payload.ts';

export const HELD_PERMISSIONS = [
  'LearningProvider.Read',
  'LearningProvider.ReadWrite',
  'LearningContent.Read.All',
  'LearningContent.ReadWrite.All',
  'LearningAssignedCourse.Read',
  'LearningAssignedCourse.Read.All',
  'LearningAssignedCourse.ReadWrite.All',
  'LearningSelfInitiatedCourse.Read',
  'LearningSelfInitiatedCourse.Read.All',
  'LearningSelfInitiatedCourse.ReadWrite.All',
  'User.Read',
  'User.ReadBasic.All',
  'User.Read.All',
  'Directory.Read.All',
  'LicenseAssignment.Read.All',
  'Organization.Read.All',
  'Organization.ReadWrite.All',
  'LicenseAssignment.ReadWrite.All',
  'User.ReadWrite.All',
  'User.DeleteRestore.All',
  'Directory.ReadWrite.All',
  'Application.Read.All',
  'Application.ReadWrite.OwnedBy',
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'DelegatedPermissionGrant.ReadWrite.All',
] as const;

type Permission = (typeof HELD_PERMISSIONS)[number];

/** What opens an operation to a kind of token. */
interface Opening {
  readonly application: readonly Permission[];
  readonly delegated: readonly Permission[];
}

export interface PermissionCell extends Opening {
  readonly operation: OperationId;
  /** Of the activity that the request is about; none where the operation is not about one. */
  readonly type?: 'assignment' | 'self-initiated course';
  readonly send: string;
  readonly json?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the request gets from who is permitted. */
  readonly permitted: number;
  /** Who the delegated tokens are of. */
  readonly user: 'admin' | 'globalAdmin' | 'learner';
  /** Without a signed-in user there is no answer at all. */
  readonly isPersonal?: boolean;
  /** What opens the operation, but not to this type of activity, which is then not found. */
  readonly hidden?: Opening;
}

const readProviders: Opening = { application: [], delegated: ['LearningProvider.Read', 'LearningProvider.ReadWrite'] };
const writeProviders: Opening = { application: [], delegated: ['LearningProvider.ReadWrite'] };
const readContents: Opening = {
  application: ['LearningContent.Read.All', 'LearningContent.ReadWrite.All'],
  delegated: [],
};
const writeContents: Opening = { application: ['LearningContent.ReadWrite.All'], delegated: [] };

const ASSIGNED = 'LearningAssignedCourse';
const SELF_INITIATED = 'LearningSelfInitiatedCourse';
type Family = typeof ASSIGNED | typeof SELF_INITIATED;

/** Each type of activity takes permissions of its own. */
const TYPES = [
  { type: 'assignment', family: ASSIGNED, other: SELF_INITIATED, id: A1, externalId: 'ext-1' },
  { type: 'self-initiated course', family: SELF_INITIATED, other: ASSIGNED, id: A2, externalId: 'ext-2' },
] as const;

const writeActivity = (family: Family): Opening => ({ application: [`${family}.ReadWrite.All`], delegated: [] });
const getActivity = (family: Family): Opening => ({
  application: [`${family}.Read.All`, `${family}.ReadWrite.All`],
  delegated: [`${family}.Read`],
});
const either = (opening: (family: Family) => Opening): Opening => ({
  application: TYPES.flatMap(({ family }) => opening(family).application),
  delegated: TYPES.flatMap(({ family }) => opening(family).delegated),
});
/** The page asks for delegated `.Read.All`, of which there are none: `.Read` is taken too. Applications get no such list. */
const listOneLearner = either((family) => ({ application: [], delegated: [`${family}.Read`, `${family}.Read.All`] }));
/** Lists across learners have no page: applications that may get each activity may list them. */
const listAll = either((family) => ({ ...getActivity(family), delegated: [] }));

/** To whatever one of them opens. */
const subscribe: Opening = { application: [...listAll.application, ...readContents.application], delegated: [] };
const SUBSCRIPTION = `/subscriptions/${UNKNOWN_ID}`;
const SUBSCRIPTION_CALLS = [
  { operation: 'listSubscriptions', send: 'GET /subscriptions', permitted: 200 },
  { operation: 'createSubscription', send: 'POST /subscriptions', json: {}, permitted: 400 },
  { operation: 'getSubscription', send: `GET ${SUBSCRIPTION}`, permitted: 404 },
  { operation: 'updateSubscription', send: `PATCH ${SUBSCRIPTION}`, json: {}, permitted: 404 },
  { operation: 'deleteSubscription', send: `DELETE ${SUBSCRIPTION}`, permitted: 404 },
  { operation: 'reauthorizeSubscription', send: `POST ${SUBSCRIPTION}/reauthorize`, permitted: 404 },
] as const;

/** The permissions of the directory, and those that learning scripts hold anyway. */
const userReaders = [
  'User.ReadBasic.All',
  'User.Read.All',
  'User.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const learningApps = [...listAll.application, ...readContents.application] as const;
const learningUsers = [...readProviders.delegated, ...listOneLearner.delegated] as const;
const users: Opening = {
  application: [...userReaders, ...learningApps],
  delegated: [...userReaders, 'LearningProvider.ReadWrite'],
};
const oneself: Opening = { application: [], delegated: ['User.Read', ...userReaders, ...learningUsers] };
const experience: Opening = { application: learningApps, delegated: learningUsers };

/** A user with User.Read sees the own licences, here and under /me. */
const licenceReaders = [
  'LicenseAssignment.Read.All',
  'LicenseAssignment.ReadWrite.All',
  'User.Read.All',
  'User.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const licences: Opening = { application: licenceReaders, delegated: [...licenceReaders, 'User.Read'] };
const skuReaders = [
  'LicenseAssignment.Read.All',
  'LicenseAssignment.ReadWrite.All',
  'Organization.Read.All',
  'Organization.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
] as const;
const skus: Opening = { application: skuReaders, delegated: skuReaders };

const userWriters = ['User.ReadWrite.All', 'Directory.ReadWrite.All'] as const;
const userRemovers = ['User.ReadWrite.All', 'User.DeleteRestore.All'] as const;
const licenceWriters = ['LicenseAssignment.ReadWrite.All', ...userWriters] as const;
const both = (permissions: readonly Permission[]): Opening => ({ application: permissions, delegated: permissions });

const directoryReaders = ['Directory.Read.All', 'Directory.ReadWrite.All'] as const;
const appReaders = ['Application.Read.All', 'Application.ReadWrite.All', ...directoryReaders] as const;
const readApps: Opening = { application: [...appReaders, 'Application.ReadWrite.OwnedBy'], delegated: appReaders };
const writeApps: Opening = {
  application: ['Application.ReadWrite.OwnedBy', 'Application.ReadWrite.All'],
  delegated: ['Application.ReadWrite.All'],
};
const writePrincipals: Opening = {
  application: [...writeApps.application, 'Directory.ReadWrite.All'],
  delegated: [...writeApps.delegated, 'Directory.ReadWrite.All'],
};
const writeAssignments = both(['AppRoleAssignment.ReadWrite.All']);
const grantWriters = ['DelegatedPermissionGrant.ReadWrite.All', 'Directory.ReadWrite.All'] as const;

const admin = { user: 'admin' } as const;
/** Holds the directory role that users need for what changes the directory. */
const globalAdmin = { user: 'globalAdmin' } as const;
const learner = { user: 'learner' } as const;
const me = { user: 'learner', isPersonal: true } as const;
/** Of no stored version: who is permitted is told so, and nothing is changed. */
const unchanged = { headers: { 'if-match': 'W/"0"' }, permitted: 412 } as const;
const ok = { permitted: 200 } as const;
/** Of nothing that the tenant has. */
const unknown = { permitted: 404 } as const;
const list = '?$select=id';

const KEYED_CONTENT = `${P1_CONTENTS}(externalId='LP4471')`;

const perType: readonly PermissionCell[] = TYPES.flatMap(
  ({ type, family, other, id, externalId }): PermissionCell[] => {
    const byKey = `(externalcourseActivityId='${externalId}')`;
    const odataType = `#microsoft.graph.${type === 'assignment' ? 'learningAssignment' : 'learningSelfInitiatedCourse'}`;
    const about = { type, ...learner } as const;
    const write = { ...about, ...writeActivity(family) };
    const get = { ...about, ...getActivity(family), ...ok };
    const getByKey = { ...get, hidden: getActivity(other) };
    return [
      {
        ...write,
        operation: 'createLearningCourseActivity',
        send: `POST ${P1_ACTIVITIES}`,
        json: { '@odata.type': odataType },
        permitted: 400,
      },
      {
        ...write,
        ...unchanged,
        operation: 'updateLearningCourseActivity',
        send: `PATCH ${P1_ACTIVITIES}/${id}`,
        json: {},
      },
      {
        ...write,
        ...unchanged,
        operation: 'updateLearningCourseActivityAtRoot',
        send: `PATCH ${ACTIVITIES}/${id}`,
        json: {},
      },
      {
        ...write,
        ...unchanged,
        operation: 'updateLearningCourseActivityByExternalId',
        send: `PATCH ${P1_ACTIVITIES}${byKey}`,
        json: {},
      },
      {
        ...write,
        ...unchanged,
        operation: 'updateLearningCourseActivityByExternalIdAtRoot',
        send: `PATCH ${ACTIVITIES}${byKey}`,
        json: {},
      },
      {
        ...write,
        operation: 'createLearningCourseActivityAtRoot',
        send: `POST ${ACTIVITIES}`,
        json: { '@odata.type': odataType },
        permitted: 400,
      },
      { ...write, ...unchanged, operation: 'deleteLearningCourseActivity', send: `DELETE ${P1_ACTIVITIES}/${id}` },
      {
        ...write,
        ...unchanged,
        operation: 'deleteLearningCourseActivityByExternalId',
        send: `DELETE ${P1_ACTIVITIES}${byKey}`,
      },
      { ...write, ...unchanged, operation: 'deleteLearningCourseActivityAtRoot', send: `DELETE ${ACTIVITIES}/${id}` },
      {
        ...write,
        ...unchanged,
        operation: 'deleteLearningCourseActivityByExternalIdAtRoot',
        send: `DELETE ${ACTIVITIES}${byKey}`,
      },
      { ...get, operation: 'getLearningCourseActivity', send: `GET ${ACTIVITIES}/${id}` },
      { ...get, operation: 'getProviderLearningCourseActivity', send: `GET ${P1_ACTIVITIES}/${id}` },
      { ...get, operation: 'getUserLearningCourseActivity', send: `GET ${USER_ACTIVITIES}/${id}` },
      { ...get, ...me, operation: 'getMyLearningCourseActivity', send: `GET ${MY_ACTIVITIES}/${id}` },
      { ...getByKey, operation: 'getLearningCourseActivityByExternalId', send: `GET ${ACTIVITIES}${byKey}` },
      { ...getByKey, operation: 'getProviderLearningCourseActivityByExternalId', send: `GET ${P1_ACTIVITIES}${byKey}` },
      { ...getByKey, operation: 'getUserLearningCourseActivityByExternalId', send: `GET ${USER_ACTIVITIES}${byKey}` },
      {
        ...getByKey,
        ...me,
        operation: 'getMyLearningCourseActivityByExternalId',
        send: `GET ${MY_ACTIVITIES}${byKey}`,
      },
    ];
  },
);

export const CELLS: readonly PermissionCell[] = [
  { ...admin, ...readProviders, ...ok, operation: 'listLearningProviders', send: `GET ${PROVIDERS}${list}` },
  { ...admin, ...readProviders, ...ok, operation: 'countLearningProviders', send: `GET ${PROVIDERS}/$count` },
  { ...admin, ...readProviders, ...ok, operation: 'getLearningProvider', send: `GET ${PROVIDERS}/${P1}` },
  {
    ...admin,
    ...writeProviders,
    operation: 'createLearningProvider',
    send: `POST ${PROVIDERS}`,
    json: {},
    permitted: 400,
  },
  {
    ...admin,
    ...writeProviders,
    ...unchanged,
    operation: 'updateLearningProvider',
    send: `PATCH ${PROVIDERS}/${P1}`,
    json: {},
  },
  { ...admin, ...writeProviders, ...unchanged, operation: 'deleteLearningProvider', send: `DELETE ${PROVIDERS}/${P1}` },

  { ...admin, ...readContents, ...ok, operation: 'listLearningContents', send: `GET ${P1_CONTENTS}${list}` },
  { ...admin, ...readContents, ...ok, operation: 'countLearningContents', send: `GET ${P1_CONTENTS}/$count` },
  { ...admin, ...readContents, ...ok, operation: 'getLearningContent', send: `GET ${P1_CONTENTS}/${K1}` },
  { ...admin, ...readContents, ...ok, operation: 'getLearningContentByExternalId', send: `GET ${KEYED_CONTENT}` },
  {
    ...admin,
    ...writeContents,
    operation: 'createLearningContent',
    send: `POST ${P1_CONTENTS}`,
    json: {},
    permitted: 400,
  },
  {
    ...admin,
    ...writeContents,
    ...unchanged,
    operation: 'updateLearningContent',
    send: `PATCH ${P1_CONTENTS}/${K1}`,
    json: {},
  },
  {
    ...admin,
    ...writeContents,
    ...unchanged,
    operation: 'upsertLearningContentByExternalId',
    send: `PATCH ${KEYED_CONTENT}`,
    json: {},
  },
  { ...admin, ...writeContents, ...unchanged, operation: 'deleteLearningContent', send: `DELETE ${P1_CONTENTS}/${K1}` },
  {
    ...admin,
    ...writeContents,
    ...unchanged,
    operation: 'deleteLearningContentByExternalId',
    send: `DELETE ${KEYED_CONTENT}`,
  },

  ...perType,
  ...appCells(),
  { ...learner, ...listAll, ...ok, operation: 'listLearningCourseActivities', send: `GET ${ACTIVITIES}${list}` },
  ...SUBSCRIPTION_CALLS.map((call) => ({ ...learner, ...subscribe, ...call })),
  { ...learner, ...listAll, ...ok, operation: 'deltaLearningCourseActivities', send: `GET ${ACTIVITIES}/delta` },
  {
    ...learner,
    ...listAll,
    ...ok,
    operation: 'deltaProviderLearningCourseActivities',
    send: `GET ${P1_ACTIVITIES}/delta`,
  },
  { ...learner, ...listAll, ...ok, operation: 'countLearningCourseActivities', send: `GET ${ACTIVITIES}/$count` },
  {
    ...learner,
    ...listAll,
    ...ok,
    operation: 'listProviderLearningCourseActivities',
    send: `GET ${P1_ACTIVITIES}${list}`,
  },
  {
    ...learner,
    ...listAll,
    ...ok,
    operation: 'countProviderLearningCourseActivities',
    send: `GET ${P1_ACTIVITIES}/$count`,
  },
  {
    ...learner,
    ...listOneLearner,
    ...ok,
    operation: 'listUserLearningCourseActivities',
    send: `GET ${USER_ACTIVITIES}${list}`,
  },
  {
    ...learner,
    ...listOneLearner,
    ...ok,
    operation: 'countUserLearningCourseActivities',
    send: `GET ${USER_ACTIVITIES}/$count`,
  },
  { ...me, ...listOneLearner, ...ok, operation: 'listMyLearningCourseActivities', send: `GET ${MY_ACTIVITIES}${list}` },
  {
    ...me,
    ...listOneLearner,
    ...ok,
    operation: 'countMyLearningCourseActivities',
    send: `GET ${MY_ACTIVITIES}/$count`,
  },

  { ...learner, ...experience, ...ok, operation: 'getEmployeeExperience', send: 'GET /employeeExperience' },
  {
    ...learner,
    ...experience,
    ...ok,
    operation: 'getUserEmployeeExperience',
    send: `GET /users/${LEARNER}/employeeExperience`,
  },
  { ...me, ...experience, ...ok, operation: 'getMyEmployeeExperience', send: 'GET /me/employeeExperience' },
  { ...me, ...oneself, ...ok, operation: 'getMe', send: 'GET /me' },
  { ...learner, ...users, ...ok, operation: 'listUsers', send: `GET /users${list}` },
  { ...learner, ...users, ...ok, operation: 'getUser', send: `GET /users/${LEARNER}` },
  {
    ...learner,
    ...users,
    ...ok,
    operation: 'getUserByPrincipalName',
    send: "GET /users(userPrincipalName='learner@contoso.example')",
  },
  { ...globalAdmin, ...both(userWriters), operation: 'createUser', send: 'POST /users', json: {}, permitted: 400 },
  ...[`/users/${LEARNER}`, "/users(userPrincipalName='learner@contoso.example')"].flatMap(
    (path, index): PermissionCell[] => {
      const suffix = index === 0 ? '' : 'ByPrincipalName';
      const write = { ...globalAdmin, ...unchanged };
      return [
        { ...write, ...both(userWriters), operation: `updateUser${suffix}`, send: `PATCH ${path}`, json: {} },
        { ...write, ...both(userRemovers), operation: `deleteUser${suffix}`, send: `DELETE ${path}` },
      ];
    },
  ),
  {
    ...globalAdmin,
    ...both(licenceWriters),
    operation: 'assignLicense',
    send: `POST /users/${LEARNER}/assignLicense`,
    json: {},
    permitted: 400,
  },
  {
    ...learner,
    ...licences,
    ...ok,
    operation: 'listUserLicenseDetails',
    send: `GET /users/${LEARNER}/licenseDetails`,
  },
  { ...me, ...licences, ...ok, operation: 'listMyLicenseDetails', send: 'GET /me/licenseDetails' },
  { ...learner, ...skus, ...ok, operation: 'listSubscribedSkus', send: 'GET /subscribedSkus' },
];

/** Apps are looked up by both of their ids; what is written to is unknown, so that nothing changes. */
function appCells(): readonly PermissionCell[] {
  const base = globalAdmin;
  const nothing = '00000000-e020-11ec-9d64-0242ac120002';
  const write = { ...base, ...unknown };
  const grants = both(grantWriters);
  const perId = (['', 'ByAppId'] as const).flatMap((suffix): PermissionCell[] => {
    const of = (set: string) => `/${set}${suffix === '' ? `/${nothing}` : `(appId='${nothing}')`}`;
    const app = of('applications');
    const principal = of('servicePrincipals');
    const cells: PermissionCell[] = [];
    const add = (operation: string, cell: Omit<PermissionCell, 'operation'>): void =>
      void cells.push({ ...cell, operation: `${operation}${suffix}` as OperationId });
    add('getApplication', { ...write, ...readApps, send: `GET ${app}` });
    add('updateApplication', { ...write, ...writeApps, send: `PATCH ${app}`, json: {} });
    add('deleteApplication', { ...write, ...writeApps, send: `DELETE ${app}` });
    add('addApplicationPassword', { ...write, ...writePrincipals, send: `POST ${app}/addPassword`, json: {} });
    add('removeApplicationPassword', {
      ...write,
      ...writePrincipals,
      send: `POST ${app}/removePassword`,
      json: { keyId: nothing },
    });
    add('getServicePrincipal', { ...write, ...readApps, send: `GET ${principal}` });
    add('updateServicePrincipal', { ...write, ...writePrincipals, send: `PATCH ${principal}`, json: {} });
    add('deleteServicePrincipal', { ...write, ...writePrincipals, send: `DELETE ${principal}` });
    for (const [name, segment] of [
      ['AppRoleAssignment', 'appRoleAssignments'],
      ['AppRoleAssignedTo', 'appRoleAssignedTo'],
    ] as const) {
      const listName = name === 'AppRoleAssignment' ? 'AppRoleAssignments' : name;
      add(`list${listName}`, { ...write, ...readApps, send: `GET ${principal}/${segment}` });
      add(`create${name}`, { ...write, ...writeAssignments, send: `POST ${principal}/${segment}`, json: {} });
      add(`delete${name}`, { ...write, ...writeAssignments, send: `DELETE ${principal}/${segment}/none` });
    }
    return cells;
  });
  return [
    ...perId,
    { ...base, ...readApps, ...ok, operation: 'listApplications', send: 'GET /applications' },
    { ...base, ...writeApps, operation: 'createApplication', send: 'POST /applications', json: {}, permitted: 400 },
    { ...base, ...readApps, ...ok, operation: 'listServicePrincipals', send: 'GET /servicePrincipals?$select=id' },
    {
      ...base,
      ...writePrincipals,
      operation: 'createServicePrincipal',
      send: 'POST /servicePrincipals',
      json: {},
      permitted: 400,
    },
    {
      ...base,
      ...both([...directoryReaders, 'DelegatedPermissionGrant.ReadWrite.All']),
      ...ok,
      operation: 'listOAuth2PermissionGrants',
      send: 'GET /oauth2PermissionGrants',
    },
    {
      ...write,
      ...both([...directoryReaders, 'DelegatedPermissionGrant.ReadWrite.All']),
      operation: 'getOAuth2PermissionGrant',
      send: 'GET /oauth2PermissionGrants/none',
    },
    {
      ...base,
      ...grants,
      operation: 'createOAuth2PermissionGrant',
      send: 'POST /oauth2PermissionGrants',
      json: {},
      permitted: 400,
    },
    {
      ...write,
      ...grants,
      operation: 'updateOAuth2PermissionGrant',
      send: 'PATCH /oauth2PermissionGrants/none',
      json: {},
    },
    { ...write, ...grants, operation: 'deleteOAuth2PermissionGrant', send: 'DELETE /oauth2PermissionGrants/none' },
  ];
}
