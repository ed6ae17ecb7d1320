/** Claims on external ids that an update has filled in: no other activity of the provider, type and learner may have them. */
import type { Migration } from './migration.ts';

export const externalIdClaims: Migration = {
  name: '0004-external-id-claims',
  compatibleSince: '0003-several-nodes',
  // The first of those that share an external id gets the claim, unless one has it: the others stay as they are.
  sql: () => `
update learning_course_activity set repeat_number = 0
where repeat_number <> 0 and external_course_activity_id <> '' and not exists (
  select 1 from learning_course_activity other
  where other.tenant_id = learning_course_activity.tenant_id
    and other.provider_key = learning_course_activity.provider_key
    and other.external_course_activity_id = learning_course_activity.external_course_activity_id
    and other.learner_user_id = learning_course_activity.learner_user_id
    and other.activity_type = learning_course_activity.activity_type
    and (other.repeat_number = 0 or other.activity_guid < learning_course_activity.activity_guid))
`,
};
