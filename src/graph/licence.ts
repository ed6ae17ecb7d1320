/** What refusals for a missing licence or service plan say beside their message. */
import { ACTIVITY_LICENCE } from '../model/directory.ts';
import type { Licence } from '../model/directory.ts';
import type { GraphErrorOptions } from '../model/graph-error.ts';
import { LEARNING_PLANS } from '../model/products.ts';
import { describeReason, reason } from '../model/reasons.ts';

/** For a user whose licence is not the one that activities and administration need. */
export function licenceMissing(licence: Licence | undefined): GraphErrorOptions {
  const missingServicePlan = LEARNING_PLANS[ACTIVITY_LICENCE].servicePlanName;
  return {
    logDetail: `The user's licence is ${licence ?? 'unknown'}.`,
    reasons: [reason('licenceMissing', { required: ACTIVITY_LICENCE, licence: licence ?? 'unknown' })],
    explanation: { requiredLicence: ACTIVITY_LICENCE, userLicence: licence ?? null, missingServicePlan },
  };
}

/** For a tenant without any plan of Viva Learning. Names the smallest one. */
export function planMissing(): GraphErrorOptions {
  const why = reason('planMissing');
  const missingServicePlan = LEARNING_PLANS.seeded.servicePlanName;
  return { logDetail: describeReason(why), reasons: [why], explanation: { missingServicePlan } };
}
