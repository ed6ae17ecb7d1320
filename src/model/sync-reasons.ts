/** Why something cannot be sent to another tenant: sentences for its administrator, what is wrong and then what to do. */
import { ERRORS } from './errors.ts';

export const SYNC_REASONS = {
  learnerUnlicensed: 'The learner has no Viva Learning licence there. Assign one, then retry.',
  learnerUnknown: 'The other tenant has no such learner. Add the user there, or skip the item.',
  learnerAmbiguous: 'Several users, here or there, have what the learner is matched by. Make it unique, then retry.',
  learnerWithoutKey:
    'No user here has the id of the learner, or the user lacks the property of learnersBy. Add it, then retry.',
  contentOfAnotherProvider: 'The content belongs to another provider there. Repair the catalogue with sync diff.',
  contentNotSent: 'Its content could not be sent. Mend that first; then the item is sent by itself.',
  contentGone: 'Its content does not exist here any more, and was never sent. Skip the item.',
  syncSwitchedOff:
    'isCourseActivitySyncEnabled is off for the provider there. Switch it on with sync provider, then retry.',
  providerUnknown: 'The provider is not registered there. Register it with sync provider, or correct remoteProvider.',
  notPermitted: 'The app may not do this there. Grant the permission that docs/sync.md names, then retry.',
  noServicePlan: 'The other tenant has no service plan with Viva Learning.',
  externalIdTaken: 'Another activity there has the external id. Change one of them, then retry.',
  externalIdAmbiguous:
    'Several activities there have the external id, and which of them is meant cannot be read. Remove the others, then retry.',
  learnerErased:
    'The learner was erased here while a create was not answered. Look for the external id there and remove it by hand.',
  invalid: 'The other side rejects the values. Change the item here, then it is sent by itself.',
  refused: 'The other side refuses the request. Its answer says why.',
} as const;

export type SyncReason = keyof typeof SYNC_REASONS;

export function isSyncReason(text: string): text is SyncReason {
  return Object.hasOwn(SYNC_REASONS, text);
}

/** By the published message: codes are the same for many of them. */
const BY_MESSAGE: ReadonlyMap<string, SyncReason> = new Map([
  [keyOf(ERRORS.userLicenseInvalid.message), 'learnerUnlicensed'],
  [keyOf(ERRORS.userLicenseInvalidOnUpdate.message), 'learnerUnlicensed'],
  [keyOf(ERRORS.contentOfAnotherProvider.message), 'contentOfAnotherProvider'],
  [keyOf(ERRORS.providerNotEnabled.message), 'syncSwitchedOff'],
  [keyOf(ERRORS.registrationIdInvalid.message), 'providerUnknown'],
  [keyOf(ERRORS.accessDenied.message), 'notPermitted'],
  [keyOf(ERRORS.noServicePlan.message), 'noServicePlan'],
]);

export interface RefusalFacts {
  readonly status: number;
  readonly message: string;
  /** The sentences about single fields. */
  readonly details: readonly string[];
}

export function reasonOf({ status, message, details }: RefusalFacts): SyncReason {
  const known = BY_MESSAGE.get(keyOf(message));
  if (known !== undefined) return known;
  if (status === 409) return 'externalIdTaken';
  if (details.some((text) => text.includes('learnerUserId'))) return 'learnerUnknown';
  if (status === 401 || status === 403) return 'notPermitted';
  return status === 400 || status === 422 ? 'invalid' : 'refused';
}

/** Whether it is the key that several items share. */
export function isAmbiguous({ message }: Pick<RefusalFacts, 'message'>): boolean {
  return keyOf(message) === keyOf(ERRORS.alternateKeyAmbiguous.message);
}

/** Pages write apostrophes and casing in more than one way. */
function keyOf(message: string): string {
  return message.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
