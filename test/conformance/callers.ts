/** Who sends the requests of the rows. */
import type { Caller } from '../support/tenants.ts';

export const writer: Caller = { app: 'writer' };
export const assignmentWriter: Caller = { app: 'assignmentWriter' };
export const courseWriter: Caller = { app: 'courseWriter' };
export const reader: Caller = { app: 'reader' };
export const assignmentReader: Caller = { app: 'assignmentReader' };
export const contentReader: Caller = { app: 'contentReader' };
/** An app without any learning role. */
export const none: Caller = { app: 'none' };
/** Looks up licences. */
export const auditor: Caller = { app: 'auditor' };
/** Of a tenant without a service plan. */
export const unplanned: Caller = { app: 'writer', tenant: 'Proseware' };
export const unplannedAuditor: Caller = { app: 'auditor', tenant: 'Proseware' };
/** Of another tenant. */
export const stranger: Caller = { app: 'writer', tenant: 'Adatum' };

const courseScopes = ['LearningAssignedCourse.Read', 'LearningSelfInitiatedCourse.Read'];
const allCourseScopes = ['LearningAssignedCourse.Read.All', 'LearningSelfInitiatedCourse.Read.All'];

export const learner: Caller = { user: 'learner', scopes: courseScopes };
export const otherLearner: Caller = { user: 'otherLearner', scopes: courseScopes };
export const newcomer: Caller = { user: 'newcomer', scopes: courseScopes };
/** A signed-in user who may read the activities of everybody. */
export const supervisor: Caller = { user: 'otherLearner', scopes: allCourseScopes };
export const admin: Caller = { user: 'admin', scopes: ['LearningProvider.ReadWrite'] };
export const providerReader: Caller = { user: 'admin', scopes: ['LearningProvider.Read'] };
