/** What the embedded issuer remembers between requests, in the database. */
import type { AppId, UserId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { Grant, GrantDetails, GrantKind, GrantState, GrantStep } from '../model/grants.ts';
import type { Params, Row, SqlConnection } from './connection.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import { statements } from './statements.ts';

/** How long an expired grant is kept, so that a late client gets "expired" rather than "unknown". */
const KEPT_AFTER_EXPIRY_MS = 86_400_000;

export interface GrantTable {
  add(tenant: Tenant, grant: Grant<GrantKind>, now: number): Promise<boolean>;
  find<Kind extends GrantKind>(tenant: Tenant, kind: Kind, hash: string): Promise<Grant<Kind> | undefined>;
  findByUserCode(tenant: Tenant, userCodeHash: string): Promise<Grant<'deviceCode'> | undefined>;
  move<Kind extends GrantKind>(tenant: Tenant, grant: Grant<Kind>, step: GrantStep<Kind>): Promise<boolean>;
  notePoll(tenant: Tenant, grant: Grant<'deviceCode'>, now: number): Promise<void>;
}

export function createGrantStore(connection: SqlConnection): GrantTable {
  const { dialect } = connection;
  const findOne = async (name: 'findGrant' | 'findGrantByUserCode', params: Params) => {
    const [row] = await connection.read(statements[name], params);
    return row && readGrant(row, dialect);
  };
  return {
    add: async (tenant, grant, now) => {
      const forgotten = { tenant_id: tenant.key, expires_at: now - KEPT_AFTER_EXPIRY_MS };
      const result = await connection.write([
        { statement: statements.deleteExpiredGrants, params: forgotten },
        { statement: statements.insertGrant, params: toRow(tenant, grant, dialect) },
      ]);
      return result.kind === 'done';
    },
    find: async <Kind extends GrantKind>(tenant: Tenant, kind: Kind, hash: string) => {
      const found = await findOne('findGrant', { tenant_id: tenant.key, grant_hash: hash });
      return found?.kind === kind ? (found as unknown as Grant<Kind>) : undefined;
    },
    findByUserCode: async (tenant, userCodeHash) =>
      (await findOne('findGrantByUserCode', {
        tenant_id: tenant.key,
        user_code_hash: userCodeHash,
      })) as Grant<'deviceCode'> | undefined,
    move: async (tenant, grant, step) => {
      const { state } = grant;
      const { userId = grant.userId, details = grant.details, expiresAt = grant.expiresAt } = step;
      if (state !== step.from) return false;
      const params = {
        ...toRow(tenant, { ...grant, userId, details, expiresAt }, dialect),
        state: step.from,
        next_state: step.to,
      };
      const result = await connection.write([{ statement: statements.moveGrant, params, mustChange: true }]);
      return result.kind === 'done';
    },
    notePoll: async (tenant, grant, now) => {
      const params = { tenant_id: tenant.key, grant_hash: grant.hash, polled_at: now };
      await connection.write([{ statement: statements.noteGrantPoll, params }]);
    },
  };
}

function toRow(tenant: Tenant, grant: Grant<GrantKind>, { columns }: Dialect): Record<string, SqlValue> {
  return {
    tenant_id: tenant.key,
    grant_hash: grant.hash,
    kind: grant.kind,
    state: grant.state,
    app_id: grant.appId && columns.guid.encode(grant.appId),
    user_id: grant.userId && columns.guid.encode(grant.userId),
    user_code_hash: grant.userCodeHash,
    details: columns.json.encode(grant.details),
    expires_at: grant.expiresAt,
    polled_at: grant.polledAt,
  };
}

function readGrant(row: Row, { columns }: Dialect): Grant<GrantKind> {
  const guid = (value: SqlValue | undefined) => (value === null ? null : columns.guid.decode(value as SqlValue));
  return {
    kind: row['kind'] as GrantKind,
    hash: String(row['grant_hash']),
    state: row['state'] as GrantState,
    appId: guid(row['app_id']) as AppId | null,
    userId: guid(row['user_id']) as UserId | null,
    userCodeHash: row['user_code_hash'] as string | null,
    details: columns.json.decode(row['details'] as SqlValue) as GrantDetails[GrantKind],
    expiresAt: Number(row['expires_at']),
    polledAt: row['polled_at'] === null ? null : Number(row['polled_at']),
  };
}
