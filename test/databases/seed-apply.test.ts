/** A seed that is merged into what a server holds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { AppliedSeed } from '../../src/library/admin-types.ts';
import { requestAppToken, startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';

const DEFAULT = readFileSync(join(import.meta.dirname, '../../seeds/default.yaml'), 'utf8');
const ADA = '99999999-0000-4000-8000-000000000001';
const SYNC = '99999999-0000-4000-8000-000000000002';
const COURSE = '99999999-0000-4000-8000-000000000003';
const FABRIKAM = '99999999-0000-4000-8000-000000000004';

let folder: string;
let adminTokenFile: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-seed-apply-'));
  // Servers on one database need one.
  adminTokenFile = join(folder, 'token');
  writeFileSync(adminTokenFile, 'a-token-of-the-tests', { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The default seed, to be changed. */
const read = (): any => parse(DEFAULT, { schema: 'core' }); // oxlint-disable-line no-explicit-any -- a file in the making
const apply = async ({ app, call }: TestServer, json: unknown, query = '') => {
  const answer = await call({ method: 'POST', path: `/_admin/seed${query}`, token: app.admin?.token, json });
  return { ...answer, body: answer.body as AppliedSeed & { readonly problems: readonly string[] } };
};
const told = ({ actions }: AppliedSeed) =>
  actions.map(({ action, kind, name, properties }) => [action, kind, name, ...properties].join(' '));

describe.each(STORE_DRIVERS)('on $name', ({ create }) => {
  test.each([{ sandbox: true }, { sandbox: false }])('a seed is merged, $sandbox', async ({ sandbox }) => {
    await using database = create();
    const settings = { ...(await database.serverSettings()), adminTokenFile, sandbox };
    await using server = await startTestServer(settings);
    const { tenantId } = server.app.credentials;
    expect(told((await apply(server, read())).body)).toEqual([]);
    const seed = read();
    const [tenant] = seed.tenants;
    tenant.displayName = 'Contoso Ltd';
    tenant.users.ada = { id: ADA, userPrincipalName: 'ada@contoso.example', displayName: 'Ada', licence: 'premium' };
    tenant.users.learner.licence = 'seeded';
    delete tenant.users.assigner;
    tenant.apps.sync = { id: SYNC, roles: ['User.Read.All'] };
    tenant.apps.writer.roles = ['LearningContent.ReadWrite.All'];
    // As if the file were older than a rotation.
    tenant.apps.writer.clientSecret = 'a-secret-of-the-file';
    tenant.providers[0].displayName = 'Fabrikam Academy';
    tenant.providers[0].contents[0].title = 'Classes';
    tenant.providers[0].contents.push({ ...tenant.providers[0].contents[0], id: COURSE, externalId: 'LP1' });
    tenant.providers[0].activities[0].status = 'completed';
    seed.tenants.push({ id: FABRIKAM, displayName: 'Fabrikam', domainName: 'fabrikam.example', users: {}, apps: {} });
    const wanted = [
      'change tenant Contoso Ltd displayName',
      'change user learner@contoso.onmicrosoft.com licence',
      'add user ada@contoso.example',
      'change app writer roles',
      'add app sync',
      'change learningProvider Fabrikam Academy displayName',
      'change learningContent Classes title',
      'add learningContent Classes',
      'add tenant Fabrikam',
    ];
    const secret = server.app.credentials.apps['writer'] as { clientId: string; clientSecret: string };
    const plan = await apply(server, seed, '?dryRun=true');
    expect(plan.body).toMatchObject({ isDryRun: true, secrets: [] });
    expect(told(plan.body)).toEqual(wanted);
    expect(told((await apply(server, seed, '?dryRun=true')).body)).toEqual(wanted);

    const done = await apply(server, seed);
    expect(told(done.body)).toEqual(wanted);
    expect(done.body.secrets).toMatchObject([{ app: 'sync', clientId: SYNC }]);
    expect(told((await apply(server, seed)).body)).toEqual([]);
    const made = { clientId: SYNC, clientSecret: done.body.secrets[0]?.secretText ?? '' };
    const token = await requestAppToken(server.call, tenantId, made);
    const users = await server.call({ path: '/v1.0/users?$select=id', token });
    expect(users.body.value).toContainEqual(expect.objectContaining({ id: ADA }));
    expect(users.body.value).toHaveLength(5);
    expect(await requestAppToken(server.call, tenantId, secret)).toEqual(expect.any(String));
    const ofFile = { ...secret, clientSecret: 'a-secret-of-the-file' };
    expect(await requestAppToken(server.call, tenantId, ofFile)).toBeUndefined();
    const activities = `/v1.0/employeeExperience/learningCourseActivities/${tenant.providers[0].activities[0].id}`;
    const reader = await server.appToken('reader');
    expect((await server.call({ path: activities, token: reader })).body).toMatchObject({ status: 'notStarted' });

    const pruned = await apply(server, seed, '?prune=true');
    expect(told(pruned.body)).toEqual(['remove user assigner@contoso.onmicrosoft.com']);
    if (sandbox) return;
    const trail = await server.call({
      path: '/_admin/audit?tenant=contoso.onmicrosoft.com&limit=50',
      token: server.app.admin?.token,
    });
    const ofSeed = trail.body.value.filter((record: { operation: string }) => record.operation === 'applySeed');
    expect(ofSeed.map(({ kind, action }: { kind: string; action: string }) => `${action} ${kind}`)).toContain(
      'created app',
    );
    expect((await server.call({ path: '/_admin/audit/verify', token: server.app.admin?.token })).body.isWhole).toBe(
      true,
    );
  });

  test('a seed with mistakes changes nothing, and gets all of them in one answer', async () => {
    await using database = create();
    await using server = await startTestServer({ ...(await database.serverSettings()), adminTokenFile });
    const seed = read();
    const [tenant] = seed.tenants;
    tenant.displayName = 'Changed';
    tenant.users.ada = {
      id: ADA,
      userPrincipalName: 'learner@contoso.onmicrosoft.com',
      displayName: 'Ada',
      licence: 'none',
    };
    tenant.apps.sync = { id: SYNC, certificates: ['certificate.pem'] };
    tenant.providers[0].contents[0].format = 7;
    seed.tenants.push({ ...tenant, id: FABRIKAM, providers: [], apps: {}, users: {} });
    const { status, body } = await apply(server, seed);
    expect({ status, problems: body.problems }).toEqual({
      status: 400,
      problems: [
        expect.stringMatching(/^tenants\.0\.users\.ada: another one has the userPrincipalName learner@/),
        'tenants.0.apps.sync.certificates.0 must be the certificate in PEM, not a path',
        expect.stringMatching(/^tenants\.0\.providers\.0\.contents\.0: .*format/),
        expect.stringMatching(/^tenants\.1: another one has the domainName contoso/),
      ],
    });
    expect((await apply(server, { tenants: [{}], more: 1 })).body.problems.length).toBeGreaterThan(4);
    const tenants = await server.call({ path: '/_admin/tenants', token: server.app.admin?.token });
    expect(tenants.body.value).toMatchObject([{ displayName: 'Contoso' }]);
  });
});
