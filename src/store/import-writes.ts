/** Writes for fixtures and imports: entities that bring ids of their own, to be stored in one unit of work. */
import type { RegistrationId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { CourseActivity, Entity } from '../model/entity.ts';
import { createActivityCodec } from './activity-codec.ts';
import { CONTENT_PROPERTIES, PROVIDER_PROPERTIES } from './columns.ts';
import type { Write } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { createRowCodec } from './row-codec.ts';
import { statements } from './statements.ts';

export interface ImportWrites {
  provider(tenant: Tenant, provider: Entity<'learningProvider'>): Write;
  content(tenant: Tenant, registrationId: RegistrationId, content: Entity<'learningContent'>): Write;
  /** Stored as it is: a record may be older than the provider's switch or the learner's licence. */
  activity(tenant: Tenant, activity: CourseActivity): Write;
}

export function createImportWrites(dialect: Dialect): ImportWrites {
  const providers = createRowCodec(PROVIDER_PROPERTIES, dialect);
  const contents = createRowCodec(CONTENT_PROPERTIES, dialect);
  const activities = createActivityCodec(dialect);
  return {
    provider: (tenant, provider) => ({
      statement: statements.insertProvider,
      params: { ...providers.toRow(provider), tenant_id: tenant.key, row_version: 1 },
    }),
    content: (tenant, registrationId, content) => ({
      statement: statements.insertContent,
      params: {
        ...contents.toRow(content),
        tenant_id: tenant.key,
        row_version: 1,
        registration_id: dialect.columns.guid.encode(registrationId),
      },
    }),
    activity: (tenant, activity) => ({
      statement: statements.importActivity,
      params: activities.toRow(tenant, { activity, rowVersion: 1 }),
      mustChange: true,
    }),
  };
}
