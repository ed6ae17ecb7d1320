/** What a refusal for want of a licence tells besides its text. */
import { ACTIVITY_LICENCE } from '../model/directory.ts';
import type { Licence } from '../model/directory.ts';
import type { GraphErrorOptions } from '../model/graph-error.ts';

/** For a user whose licence is not the one that activities and administration need. */
export function licenceMissing(licence: Licence | undefined): GraphErrorOptions {
  return {
    logDetail: `The user's licence is ${licence ?? 'unknown'}.`,
    explanation: { requiredLicence: ACTIVITY_LICENCE, userLicence: licence ?? null },
  };
}
