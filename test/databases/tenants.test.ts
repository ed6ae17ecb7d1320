/** Tenants that are added, changed and removed while a server runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { STATE_TABLES } from '../../src/store/tables.ts';
import { requestAppToken, startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import { ACTIVITIES, activity } from '../server/journal/journal-server.ts';

const FABRIKAM = { displayName: 'Fabrikam', domainName: 'Fabrikam.example' };
const STRANGER = '99999999-0000-4000-8000-000000000001';

let folder: string;
let adminTokenFile: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-tenants-'));
  // Servers on one database need one.
  adminTokenFile = join(folder, 'token');
  writeFileSync(adminTokenFile, 'a-token-of-the-tests', { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const administrate =
  ({ app, call }: TestServer) =>
  (method: string, path: string, json?: unknown) =>
    call({ method, path: `/_admin${path}`, token: app.admin?.token, json });

describe.each(STORE_DRIVERS)('on $name', ({ create }) => {
  test('a tenant is added and changed, its app gets tokens, and its names are its own', async () => {
    await using database = create();
    await using server = await startTestServer({ ...(await database.serverSettings()), adminTokenFile });
    const ask = administrate(server);
    const added = await ask('POST', '/tenants', FABRIKAM);
    expect(added).toMatchObject({
      status: 201,
      body: { domainName: 'fabrikam.example', hasServicePlan: true, directory: null, openLicence: null },
    });
    const roles = ['User.Read.All'];
    const { body } = await ask('POST', '/apps?tenant=fabrikam.example', { displayName: 'Sync', roles });
    const secret = { clientId: body.app.clientId, clientSecret: body.secret.secretText };
    const token = await requestAppToken(server.call, 'fabrikam.example', secret);
    expect(await server.call({ path: '/v1.0/users', token })).toMatchObject({ status: 200, body: { value: [] } });

    for (const json of [FABRIKAM, { ...FABRIKAM, domainName: 'other.example', id: added.body.id }]) {
      expect((await ask('POST', '/tenants', json)).status).toBe(409);
    }
    const wrong = await ask('POST', '/tenants', { domainName: 'a b', directory: 'ajar' });
    expect(wrong.status).toBe(400);
    expect(wrong.body.problems).toHaveLength(3);
    const domainName = 'contoso.onmicrosoft.com';
    expect((await ask('PATCH', '/tenants/fabrikam.example', { domainName })).status).toBe(409);
    expect((await ask('PATCH', '/tenants/nowhere.example', { domainName })).status).toBe(404);
    const moved = await ask('PATCH', '/tenants/fabrikam.example', { domainName: 'New.example', hasServicePlan: false });
    expect(moved.body).toMatchObject({ id: added.body.id, domainName: 'new.example', hasServicePlan: false });
    expect((await ask('GET', '/users?tenant=fabrikam.example')).status).toBe(404);
    expect((await ask('GET', '/users?tenant=new.example')).status).toBe(200);
  });

  test('a tenant that opens its directory accepts learners who are no users, from the next request on', async () => {
    await using database = create();
    await using server = await startTestServer({ ...(await database.serverSettings()), adminTokenFile });
    const ask = administrate(server);
    const token = await server.appToken('writer');
    const write = async (externalCourseActivityId: string) => {
      const { externalcourseActivityId: _other, ...documented } = activity({ learnerUserId: STRANGER }) as any; // oxlint-disable-line no-explicit-any -- the other spelling
      const json = { ...documented, externalCourseActivityId };
      return (await server.call({ method: 'POST', path: ACTIVITIES, token, json })).status;
    };
    expect(await write('closed')).toBe(400);
    await ask('PATCH', '/tenants/contoso.onmicrosoft.com', { directory: 'open', openLicence: 'none' });
    expect(await write('unlicensed')).toBe(403);
    await ask('PATCH', '/tenants/contoso.onmicrosoft.com', { openLicence: null });
    expect((await Promise.all(['one', 'two', 'three'].map(write))).every((status) => status === 201)).toBe(true);
    const { body } = await ask('GET', `/users?search=${STRANGER}`);
    expect(body.value).toMatchObject([{ id: STRANGER, licence: 'premium' }]);
    await ask('PATCH', '/tenants/contoso.onmicrosoft.com', { directory: null });
    expect(await write('known by now')).toBe(201);
  });

  test('a tenant is removed with all that it has, but the only one is not, and its number is not given again', async () => {
    await using database = create();
    const settings = { ...(await database.serverSettings()), adminTokenFile, sandbox: false };
    const { remaining } = await (async () => {
      await using server = await startTestServer(settings);
      const ask = administrate(server);
      const { tenantId } = server.app.credentials;
      const token = await server.appToken('writer');
      expect((await ask('DELETE', `/tenants/${tenantId}`)).status).toBe(409);
      await ask('POST', '/tenants', FABRIKAM);
      expect((await server.call({ path: '/v1.0/users', token })).status).toBe(200);
      expect((await ask('DELETE', '/tenants/contoso.onmicrosoft.com')).status).toBe(204);
      expect((await server.call({ path: '/v1.0/users', token })).status).toBe(401);
      expect((await ask('DELETE', `/tenants/${tenantId}`)).status).toBe(404);
      const { value: records } = (await ask('GET', '/audit?tenant=none&kind=tenant')).body;
      expect(records).toContainEqual(
        expect.objectContaining({
          ...{ kind: 'tenant', action: 'deleted', operation: 'removeTenant', actor: 'admin token', tenant: null },
          before: expect.objectContaining({ domainName: 'contoso.onmicrosoft.com' }),
        }),
      );
      await ask('DELETE', '/tenants/fabrikam.example');
      const last = await ask('POST', '/tenants', { displayName: 'Last', domainName: 'last.example' });
      expect((await ask('DELETE', '/tenants/fabrikam.example')).status).toBe(204);
      expect((await ask('GET', '/audit/verify')).body.isWhole).toBe(true);
      return { remaining: last.body.id as string };
    })();
    const connection = database.connect();
    await using _closing = connection;
    const count = async (table: string) => {
      const [row] = await connection.read({ name: `count ${table}`, sql: `select count(*) as n from ${table}` }, {});
      return Number(row?.['n']);
    };
    expect(await Promise.all(STATE_TABLES.map(count))).toEqual(STATE_TABLES.map(() => 0));
    expect(await connection.read({ name: 'keys', sql: 'select tenant_id from tenant' }, {})).toEqual([
      { tenant_id: 3 },
    ]);
    await using again = await startTestServer(settings);
    expect(again.app.credentials).toMatchObject({ tenantId: remaining, apps: {}, users: {} });
  });
});
