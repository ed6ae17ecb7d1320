/** How many of everything a tenant has. */
import type { Tenant } from '../model/directory.ts';
import type { SqlConnection, Statement } from './connection.ts';

const COUNTED = {
  users: 'directory_user',
  apps: 'app_registration',
  providers: 'learning_provider',
  contents: 'learning_content',
  activities: 'learning_course_activity',
} as const;

export type TenantCounts = Readonly<Record<keyof typeof COUNTED, number>>;

const COUNTS: Statement = {
  name: 'countOfTenant',
  sql: `select ${Object.entries(COUNTED)
    .map(([name, table]) => `(select count(*) from ${table} x where x.tenant_id = :tenant_id) as ${name}`)
    .join(', ')}`,
};

export async function countOfTenant(connection: SqlConnection, { key }: Tenant): Promise<TenantCounts> {
  const [row] = await connection.read(COUNTS, { tenant_id: key });
  const counts = Object.keys(COUNTED).map((name) => [name, Number(row?.[name])]);
  return Object.fromEntries(counts) as TenantCounts;
}
