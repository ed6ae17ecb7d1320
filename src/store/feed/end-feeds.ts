/** Ends feeds: those who follow them have to begin again. */
import type { Write } from '../connection.ts';
import { FEED_TABLES, NOTIFIED_TABLES } from '../tables.ts';

/** When data was replaced, or values were erased, that followers would be told of. @param tenantKey `undefined`: of all tenants */
export function endFeeds(tenantKey: number | undefined): readonly Write[] {
  return emptied(FEED_TABLES, tenantKey);
}

/** As {@link endFeeds}, when all data is another from then on: nobody is told of its changes. */
export function endFollowing(tenantKey: number | undefined): readonly Write[] {
  return emptied([...FEED_TABLES, ...NOTIFIED_TABLES], tenantKey);
}

function emptied(tables: readonly string[], tenantKey: number | undefined): readonly Write[] {
  return tables.map((table) => {
    const sql = `delete from ${table}`;
    if (tenantKey === undefined) return { statement: { name: `end ${table}`, sql }, params: {} };
    const statement = { name: `end tenant's ${table}`, sql: `${sql} where tenant_id = :tenant_id` };
    return { statement, params: { tenant_id: tenantKey } };
  });
}
