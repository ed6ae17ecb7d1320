/** Who sends the requests of the rows. */

/** An app or user is named as in `seeds/conformance.yaml`, of its first tenant unless one is named. */
export type RuleCaller =
  | { readonly app: string; readonly tenant?: string }
  | { readonly user: string; readonly scopes: readonly string[] }
  /** An app that holds just these roles, whatever the seed says of it. */
  | { readonly roles: readonly string[] }
  /** The writing app, with a token that is not or no longer good. */
  | { readonly flaw: TokenFlaw }
  /** Sent as the whole Authorization header. */
  | { readonly authorization: string };

export type TokenFlaw = 'expired' | 'otherAudience' | 'otherSignature';

export const writer: RuleCaller = { app: 'writer' };
export const assignmentWriter: RuleCaller = { app: 'assignmentWriter' };
export const courseWriter: RuleCaller = { app: 'courseWriter' };
export const reader: RuleCaller = { app: 'reader' };
export const assignmentReader: RuleCaller = { app: 'assignmentReader' };
export const contentReader: RuleCaller = { app: 'contentReader' };
/** An app without any learning role. */
export const none: RuleCaller = { app: 'none' };
/** Looks up licences. */
export const auditor: RuleCaller = { app: 'auditor' };
/** Of a tenant without a service plan. */
export const unplanned: RuleCaller = { app: 'writer', tenant: 'Proseware' };
export const unplannedAuditor: RuleCaller = { app: 'auditor', tenant: 'Proseware' };
/** Of another tenant. */
export const stranger: RuleCaller = { app: 'writer', tenant: 'Adatum' };

const courseScopes = ['LearningAssignedCourse.Read', 'LearningSelfInitiatedCourse.Read'];
const allCourseScopes = ['LearningAssignedCourse.Read.All', 'LearningSelfInitiatedCourse.Read.All'];

export const learner: RuleCaller = { user: 'learner', scopes: courseScopes };
export const otherLearner: RuleCaller = { user: 'otherLearner', scopes: courseScopes };
export const newcomer: RuleCaller = { user: 'newcomer', scopes: courseScopes };
/** A signed-in user who may read the activities of everybody. */
export const supervisor: RuleCaller = { user: 'otherLearner', scopes: allCourseScopes };
export const admin: RuleCaller = { user: 'admin', scopes: ['LearningProvider.ReadWrite'] };
export const providerReader: RuleCaller = { user: 'admin', scopes: ['LearningProvider.Read'] };
