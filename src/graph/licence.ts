/** What a refusal for want of a licence or service plan tells besides its text. */
import { ACTIVITY_LICENCE } from '../model/directory.ts';
import type { Licence } from '../model/directory.ts';
import type { GraphErrorOptions } from '../model/graph-error.ts';
import { LEARNING_PLANS } from '../model/products.ts';

/** For a user whose licence is not the one that activities and administration need. */
export function licenceMissing(licence: Licence | undefined): GraphErrorOptions {
  const missingServicePlan = LEARNING_PLANS[ACTIVITY_LICENCE].servicePlanName;
  return {
    logDetail: `The user's licence is ${licence ?? 'unknown'}.`,
    explanation: { requiredLicence: ACTIVITY_LICENCE, userLicence: licence ?? null, missingServicePlan },
  };
}

/** For a tenant without any plan of Viva Learning: names the least. */
export function planMissing(): GraphErrorOptions {
  const reason = 'The tenant has no service plan.';
  return { logDetail: reason, explanation: { reason, missingServicePlan: LEARNING_PLANS.seeded.servicePlanName } };
}
