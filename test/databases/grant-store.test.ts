/** What the authority remembers between requests, in every database. */
import { describe, expect, test } from 'vitest';
import { redeemCode } from '../../src/issuer/redemption.ts';
import type { Grant, GrantKind } from '../../src/model/grants.ts';
import { createDirectoryStore } from '../../src/store/directory-store.ts';
import { createGrantStore } from '../../src/store/grant-store.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';
import { APP, fillTenant, LEARNER, markedTenant } from '../support/stored-tenant.ts';

const ours = markedTenant(1, 'Ours');
const theirs = markedTenant(2, 'Theirs');
const NOW = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

const basics = { appId: APP, userId: LEARNER, userCodeHash: null, expiresAt: NOW + 1000, polledAt: null } as const;

function codeOf(hash: string, changes: Partial<Grant<'code'>> = {}): Grant<'code'> {
  const details = { redirectUri: 'https://x.example/?a=1', challenge: null, scope: 'openid', nonce: 'n' };
  return { kind: 'code', hash, state: 'open', ...basics, details, ...changes };
}

function deviceOf(hash: string, userCodeHash: string): Grant<'deviceCode'> {
  const details = { scope: 'openid', isOfOneTenant: true, userTenantId: null };
  return { kind: 'deviceCode', hash, state: 'open', ...basics, userId: null, userCodeHash, details };
}

async function openStore(database: TestDatabase) {
  const connection = await database.open();
  for (const marked of [ours, theirs]) await fillTenant(connection, marked);
  return createGrantStore(connection);
}

describe.each(STORE_DRIVERS)('in $name, a grant', ({ create }) => {
  test('comes back as it was stored, to its own tenant and kind only', async () => {
    await using database = create();
    const store = await openStore(database);
    const session = { kind: 'session', hash: 's', state: 'open', ...basics, appId: null, details: {} } as const;
    const all: readonly Grant<GrantKind>[] = [codeOf('c'), deviceOf('d', 'u'), session];
    for (const grant of all) {
      expect(await store.add(ours.tenant, grant, NOW)).toBe(true);
      expect(await store.find(ours.tenant, grant.kind, grant.hash)).toEqual(grant);
      expect(await store.find(theirs.tenant, grant.kind, grant.hash)).toBeUndefined();
      expect(await store.find(ours.tenant, 'refreshToken', grant.hash)).toBeUndefined();
    }
    expect(await store.findByUserCode(ours.tenant, 'u')).toEqual(all[1]);
    expect(await store.findByUserCode(theirs.tenant, 'u')).toBeUndefined();
  });

  test('is not stored a second time, nor with the user code of another', async () => {
    await using database = create();
    const store = await openStore(database);
    expect(await store.add(ours.tenant, codeOf('c'), NOW)).toBe(true);
    expect(await store.add(ours.tenant, codeOf('c'), NOW)).toBe(false);
    expect(await store.add(theirs.tenant, codeOf('c'), NOW)).toBe(true);
    expect(await store.add(ours.tenant, deviceOf('d', 'u'), NOW)).toBe(true);
    expect(await store.add(ours.tenant, deviceOf('e', 'u'), NOW)).toBe(false);
    expect(await store.find(ours.tenant, 'deviceCode', 'e')).toBeUndefined();
  });

  test('goes from one state to the next once, however many ask', async () => {
    await using database = create();
    const store = await openStore(database);
    await store.add(ours.tenant, codeOf('c'), NOW);
    await store.add(theirs.tenant, codeOf('c'), NOW);
    const steps = [1, 2, 3].map(() => store.move(ours.tenant, codeOf('c'), { from: 'open', to: 'used' }));
    expect((await Promise.all(steps)).filter((isFirst) => isFirst)).toHaveLength(1);
    expect(await store.find(ours.tenant, 'code', 'c')).toEqual(codeOf('c', { state: 'used' }));
    expect(await store.find(theirs.tenant, 'code', 'c')).toEqual(codeOf('c'));
  });

  test('that two requests have found open is redeemed by one, and what it led to is revoked', async () => {
    await using database = create();
    const grants = await openStore(database);
    await grants.add(ours.tenant, codeOf('c'), NOW);
    const redeem = () =>
      redeemCode({ grants, clock: { now: () => NOW } }, { tenant: ours.tenant, grant: codeOf('c') }, 'open');
    expect(await redeem()).toEqual({ kind: 'code', tenantId: ours.tenant.id, hash: 'c' });
    expect(await grants.find(ours.tenant, 'code', 'c')).toMatchObject({ state: 'used' });
    await expect(redeem()).rejects.toMatchObject({ row: 'codeRedeemed' });
    expect(await grants.find(ours.tenant, 'code', 'c')).toMatchObject({ state: 'revoked' });
  });

  test('takes what the step decides, and notes when it was asked for', async () => {
    await using database = create();
    const store = await openStore(database);
    const device = deviceOf('d', 'u');
    const details = { ...device.details, userTenantId: theirs.tenant.id };
    await store.add(ours.tenant, device, NOW);
    await store.notePoll(ours.tenant, device, NOW + 5);
    expect(await store.move(ours.tenant, device, { from: 'approved', to: 'used' })).toBe(false);
    expect(await store.move(ours.tenant, device, { from: 'open', to: 'approved', userId: LEARNER, details })).toBe(
      true,
    );
    expect(await store.find(ours.tenant, 'deviceCode', 'd')).toEqual({
      ...device,
      ...{ state: 'approved', userId: LEARNER, details, polledAt: NOW + 5 },
    });
    const approved = (await store.find(ours.tenant, 'deviceCode', 'd')) as Grant<'deviceCode'>;
    await store.move(ours.tenant, approved, { from: 'approved', to: 'used', expiresAt: NOW + DAY_MS });
    expect(await store.find(ours.tenant, 'deviceCode', 'd')).toEqual({
      ...approved,
      ...{ state: 'used', expiresAt: NOW + DAY_MS },
    });
  });

  test('is forgotten a day after its end, when another comes', async () => {
    await using database = create();
    const store = await openStore(database);
    await store.add(ours.tenant, codeOf('old'), NOW);
    await store.add(theirs.tenant, codeOf('old'), NOW);
    await store.add(ours.tenant, codeOf('second'), NOW + DAY_MS + 1000);
    expect(await store.find(ours.tenant, 'code', 'old')).toBeDefined();
    await store.add(ours.tenant, codeOf('third'), NOW + DAY_MS + 1001);
    expect(await store.find(ours.tenant, 'code', 'old')).toBeUndefined();
    expect(await store.find(theirs.tenant, 'code', 'old')).toBeDefined();
  });

  test('can be kept in a database that was filled before people signed in', async () => {
    await using database = create();
    const connection = database.connect();
    await migrate(connection, { to: '0001-initial' });
    await insertOld(connection);
    expect(await migrate(connection)).toEqual([
      '0002-sign-in',
      '0003-several-nodes',
      '0004-external-id-claims',
      '0005-employee-id',
      '0006-narrow-activities',
      '0007-sync-health',
      '0008-directory',
      '0009-change-log',
      '0010-imports',
      '0011-outward',
      '0012-scim',
      '0013-change-feed',
      '0014-tenants',
      '0015-notifications',
      '0016-outward-learners',
      '0017-webhooks',
    ]);
    const directory = createDirectoryStore(connection);
    expect(await directory.listApps(ours.tenant)).toMatchObject([{ name: 'old', certificates: [], redirectUris: [] }]);
    expect(await directory.listUsers(ours.tenant)).toMatchObject([{ name: 'old', passwordHash: null }]);
    expect(await directory.listSigningKeys()).toMatchObject([{ keyId: 'old', tokenLifetimeSeconds: 0 }]);
    expect(await createGrantStore(connection).add(ours.tenant, codeOf('c'), NOW)).toBe(true);
  });
});

/** Rows as the first release wrote them. */
async function insertOld(connection: Awaited<ReturnType<TestDatabase['open']>>): Promise<void> {
  const { guid, boolean, json } = connection.dialect.columns;
  const params = {
    tenant_id: ours.tenant.key,
    id: guid.encode(ours.tenant.id),
    yes: boolean.encode(true),
    empty: json.encode([]),
    object: json.encode({}),
  };
  const rows = {
    tenant: ":tenant_id, :id, 'old', 'old', :yes",
    signing_key: "'old', 0, :object",
    app_registration: ":tenant_id, :id, 'old', null, :empty, :empty",
    directory_user: ":tenant_id, :id, 'old', 'old', 'old', null, 'none', :empty",
  };
  for (const [table, values] of Object.entries(rows)) {
    const statement = { name: table, sql: `insert into ${table} values (${values})` };
    await connection.write([{ statement, params }]);
  }
}
