/** The console's part of a server: its pages, its sessions and their roles, the tokens and numbers that it works with. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const TENANT = 'contoso.onmicrosoft.com';
const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const CONTENT = '57baf9dc-e020-11ec-9d64-0242ac120002';
const TRUSTED = [{ issuer: 'https://issuer.example', audiences: ['api://vivarium'] }];
const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';

let sandbox: TestServer;
let plain: TestServer;

beforeAll(async () => {
  sandbox = await startTestServer({});
  plain = await startTestServer({ sandbox: false });
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await plain[Symbol.asyncDispose]();
});

type Role = 'viewer' | 'operator' | 'administrator';

async function openSession(server: TestServer, role: Role): Promise<string> {
  const { body } = await server.call({
    method: 'POST',
    path: '/_admin/sessions',
    json: { token: server.app.admin?.token, role },
  });
  return body.token;
}

describe('the pages', () => {
  const html = { Accept: 'text/html,application/xhtml+xml' };

  test('are what a browser is led to from /, while a program is told what this is', async () => {
    const browser = await sandbox.call({ path: '/', headers: html });
    expect([browser.status, browser.headers['location']]).toEqual([302, '/console/']);
    expect((await sandbox.call({ path: '/' })).body).toMatchObject({ name: 'vivarium' });
  });

  test('let nothing in that is not of this server', async () => {
    const { headers } = await sandbox.call({ path: '/console/' });
    const policy = new Map(
      (headers['content-security-policy'] ?? '').split('; ').map((rule) => {
        const [name = '', ...values] = rule.split(' ');
        return [name, values] as const;
      }),
    );
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('script-src')).toEqual(["'self'"]);
    expect(policy.get('connect-src')).toEqual(["'self'"]);
    expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
    expect([...policy.values()].flat()).not.toContain("'unsafe-inline'");
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });

  test.each(['/console', '/console/', '/console/journal', '/console/journal?open=3'])('are at %s', async (path) => {
    const { status, headers } = await sandbox.call({ path, headers: html });
    if (path === '/console') expect([status, headers['location']]).toEqual([308, '/console/']);
    else expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('are refused where the file is not there, and never leave the folder', async () => {
    for (const path of ['/console/assets/none.js', '/console/..%2f..%2fpackage.json', '/console/%2e%2e/package.json']) {
      const { status, text } = await sandbox.call({ path });
      expect([400, 404]).toContain(status);
      expect(text).not.toContain('devDependencies');
    }
  });

  test('are not there when they are switched off, or the admin API is', async () => {
    for (const settings of [
      { console: false, docs: false },
      { adminApi: false, docs: false },
    ]) {
      await using server = await startTestServer(settings);
      const { status, body } = await server.call({ path: '/console/', headers: html });
      expect([status, body.error.code]).toEqual([400, 'BadRequest']);
      expect((await server.call({ path: '/', headers: html })).body).toMatchObject({ name: 'vivarium' });
      expect(server.app.console).toBeUndefined();
    }
  });
});

describe('the link of a start', () => {
  test('opens one session', async () => {
    const link = new URL(sandbox.app.console?.newLink() ?? '');
    expect(link.href.startsWith(`${sandbox.origin}/console/#code=`)).toBe(true);
    const code = new URLSearchParams(link.hash.slice(1)).get('code');
    const open = () => sandbox.call({ method: 'POST', path: '/_admin/sessions', json: { code } });
    const { status, body } = await open();
    expect([status, body.role]).toEqual([201, 'administrator']);
    expect((await open()).status).toBe(401);
  });

  test('is made for a sandbox on this machine only', async () => {
    expect(plain.app.console?.newLink()).toBeUndefined();
    await using elsewhere = await startTestServer({ publicUrl: 'https://learning.example', sandbox: true });
    expect(elsewhere.app.console?.newLink()).toBeUndefined();
  });
});

describe('a session', () => {
  test('is not opened with anything else', async () => {
    for (const json of [{}, { token: 'wrong' }, { code: 'wrong' }]) {
      expect((await sandbox.call({ method: 'POST', path: '/_admin/sessions', json })).status).toBe(401);
    }
    const session = await openSession(sandbox, 'viewer');
    const more = { method: 'POST', path: '/_admin/sessions', json: { token: session, role: 'operator' } };
    expect((await sandbox.call(more)).status).toBe(403);
  });

  test.each<[Role, number, number, number]>([
    ['viewer', 200, 403, 403],
    ['operator', 200, 204, 403],
    ['administrator', 200, 204, 201],
  ])('of a %s may see, work, administer: %i, %i, %i', async (role, seen, worked, administered) => {
    const token = await openSession(sandbox, role);
    expect((await sandbox.call({ path: '/_admin/status', token })).status).toBe(seen);
    expect((await sandbox.call({ path: '/_vivarium/journal', token })).status).toBe(seen);
    expect((await sandbox.call({ method: 'DELETE', path: '/_vivarium/faults', token })).status).toBe(worked);
    expect((await sandbox.call({ method: 'POST', path: '/_admin/sessions/codes', token })).status).toBe(administered);
  });

  test('opens nothing of the Graph API', async () => {
    const token = await openSession(sandbox, 'administrator');
    expect((await sandbox.call({ path: '/v1.0/users', token })).status).toBe(401);
  });
});

describe('a token for the Graph API', () => {
  const issue = async (session: string, json: object) =>
    sandbox.call({ method: 'POST', path: '/_admin/tokens', token: session, json: { tenant: TENANT, ...json } });

  test.each<[Role, number]>([
    ['viewer', 403],
    ['operator', 201],
  ])('of a %s writes activities: %i', async (role, expected) => {
    const { body } = await issue(await openSession(sandbox, role), { kind: 'application' });
    const list = await sandbox.call({ path: '/v1.0/employeeExperience/learningCourseActivities', token: body.token });
    expect(list.status).toBe(200);
    expect((await createActivity(body.token)).status).toBe(expected);
  });

  test('of a delegated kind manages providers', async () => {
    const { body } = await issue(await openSession(sandbox, 'operator'), { kind: 'delegated' });
    const path = `/v1.0/employeeExperience/learningProviders/${PROVIDER}`;
    const change = { method: 'PATCH', path, token: body.token, json: { displayName: 'Fabrikam Learning' } };
    expect((await sandbox.call(change)).status).toBe(204);
  });

  test('for a user shows the user’s own data', async () => {
    const { body } = await issue(await openSession(sandbox, 'viewer'), { user: LEARNER });
    const { status, body: list } = await sandbox.call({
      path: '/v1.0/me/employeeExperience/learningCourseActivities',
      token: body.token,
    });
    expect(status).toBe(200);
    expect(list.value.every((one: any) => one.learnerUserId === LEARNER)).toBe(true); // oxlint-disable-line no-explicit-any -- JSON
  });

  test('is for one that the tenant knows', async () => {
    const session = await openSession(sandbox, 'operator');
    expect((await issue(session, { user: 'nobody' })).status).toBe(404);
    expect((await issue(session, { app: 'nothing' })).status).toBe(404);
    expect((await issue(session, { tenant: 'nowhere', kind: 'application' })).status).toBe(404);
    expect((await issue(session, {})).status).toBe(400);
    expect(
      (await issue(await openSession(sandbox, 'viewer'), { app: '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11' })).status,
    ).toBe(403);
  });

  test('is issued to the console alone where tokens come from elsewhere', async () => {
    await using server = await startTestServer({ embeddedIssuer: false, sandbox: true, trustedIssuers: TRUSTED });
    const session = await openSession(server, 'operator');
    const issueIn = (json: object) =>
      server.call({ method: 'POST', path: '/_admin/tokens', token: session, json: { tenant: TENANT, ...json } });
    expect((await issueIn({ app: '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11' })).status).toBe(409);
    expect((await issueIn({ kind: 'application' })).status).toBe(201);
  });
});

async function createActivity(token: string, json: object = {}) {
  return sandbox.call({
    method: 'POST',
    path: `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`,
    token,
    json: {
      '@odata.type': '#microsoft.graph.learningAssignment',
      assignmentType: 'required',
      learningContentId: CONTENT,
      learnerUserId: LEARNER,
      learningProviderId: PROVIDER,
      status: 'notStarted',
      ...json,
    },
  });
}

describe('a sandbox', () => {
  test('leaves requests of the pages alone, and treats those of the explorer as those of any client', async () => {
    const control = (path: string, method = 'GET', json?: object) =>
      sandbox.call({ method, path: `/_vivarium${path}`, token: sandbox.app.control?.token, json });
    const session = await openSession(sandbox, 'operator');
    const path = '/v1.0/employeeExperience/learningCourseActivities';
    const read = async (isForExplorer: boolean) => {
      const json = { tenant: TENANT, kind: 'application', isForExplorer };
      const { body } = await sandbox.call({ method: 'POST', path: '/_admin/tokens', token: session, json });
      return (await sandbox.call({ path, token: body.token })).status;
    };
    await control('/journal', 'DELETE');
    await control('/faults', 'POST', { preset: 'throttledOnce' });
    expect(await read(false)).toBe(200);
    expect(await read(true)).toBe(429);
    const { body } = await control('/journal');
    expect(body.value.map(({ app, status }: any) => [app.name, status])).toEqual([['Vivarium explorer', 429]]); // oxlint-disable-line no-explicit-any -- JSON
    await control('/faults', 'DELETE');
  });

  test('records changes of the pages that are refused, so that a form can say why', async () => {
    const token = sandbox.app.admin?.token;
    const json = { tenant: TENANT, kind: 'application' };
    const own = (await sandbox.call({ method: 'POST', path: '/_admin/tokens', token, json })).body.token as string;
    const path = `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningContents(externalId='x')`;
    const { status, headers } = await sandbox.call({ method: 'PATCH', path, token: own, json: { title: 7 } });
    expect(status).toBe(400);
    const find = { path: `/_vivarium/journal?requestId=${headers['request-id']}`, token: sandbox.app.control?.token };
    const [entry] = (await sandbox.call(find)).body.value;
    expect(entry).toMatchObject({ app: { name: 'Vivarium console' }, status: 400, method: 'PATCH' });
    expect(entry.refusal.fields.length + entry.refusal.reasons.length).toBeGreaterThan(0);
  });
});

describe('the overview', () => {
  const NOW = Date.parse('2026-06-15T12:00:00Z');
  const ZONES = ['UTC', 'Pacific Standard Time', 'Asia/Tokyo'];
  const HOURS = { UTC: 0, 'Pacific Standard Time': -7, 'Asia/Tokyo': 9 } as Readonly<Record<string, number>>;
  const HOUR_MS = 3_600_000;

  const activity = fc.record({
    status: fc.constantFrom('notStarted', 'inProgress', 'completed'),
    // Hours from now; none in the minute of now itself.
    due: fc.option(fc.integer({ min: -500, max: 500 }).map((hours) => hours + 0.5)),
    zone: fc.constantFrom(...ZONES),
    completed: fc.option(fc.integer({ min: -120 * 24, max: 0 })),
  });

  test('adds up to what an independent count of the same activities gives', async () => {
    await sandbox.call({ method: 'POST', path: '/_vivarium/reset', token: sandbox.app.control?.token });
    await sandbox.call({
      method: 'PATCH',
      path: '/_vivarium/clock',
      token: sandbox.app.control?.token,
      json: { frozenAt: new Date(NOW).toISOString() },
    });
    const session = await openSession(sandbox, 'operator');
    const order = { tenant: TENANT, kind: 'application' };
    const { body } = await sandbox.call({ method: 'POST', path: '/_admin/tokens', token: session, json: order });
    const before = await readOverview(session);
    const made = fc.sample(activity, { numRuns: 60, seed: 7 });
    for (const one of made) {
      const { status } = await createActivity(body.token, {
        status: one.status,
        ...(one.completed !== null && { completedDateTime: new Date(NOW + one.completed * HOUR_MS).toISOString() }),
        ...(one.due !== null && {
          dueDateTime: { dateTime: localTime(NOW + one.due * HOUR_MS, HOURS[one.zone] ?? 0), timeZone: one.zone },
        }),
      });
      expect(status).toBe(201);
    }
    const after = await readOverview(session);
    const open = made.filter(({ status, due }) => status !== 'completed' && due !== null);
    expect(after.total - before.total).toBe(made.length);
    expect(after.overdue - before.overdue).toBe(open.filter(({ due }) => (due as number) < 0).length);
    const soon = open.filter(({ due }) => (due as number) > 0 && (due as number) <= 7 * 24);
    expect(after.dueSoon - before.dueSoon).toBe(soon.length);
    for (const status of ['notStarted', 'inProgress', 'completed']) {
      const count = ({
        byStatus,
      }: {
        readonly byStatus: readonly { readonly status: string; readonly count: number }[];
      }) => byStatus.find((row) => row.status === status)?.count ?? 0;
      expect(count(after) - count(before)).toBe(made.filter((one) => one.status === status).length);
    }
    const days = new Map<string, number>();
    for (const { completed } of made) {
      if (completed === null) continue;
      const day = new Date(NOW + completed * HOUR_MS).toISOString().slice(0, 10);
      days.set(day, (days.get(day) ?? 0) + 1);
    }
    expect(after.completedByDay).toHaveLength(90);
    expect(after.completedByDay.at(-1).date).toBe('2026-06-15');
    for (const { date, count } of after.completedByDay) expect([date, count]).toEqual([date, days.get(date) ?? 0]);
    const ofProvider = await readOverview(session, `&provider=${PROVIDER}`);
    expect(ofProvider.byProvider.map(({ id }: { readonly id: string }) => id)).toEqual([PROVIDER]);
    expect(ofProvider.total).toBe(after.byProvider.find(({ id }: { readonly id: string }) => id === PROVIDER).count);
  });

  async function readOverview(token: string, more = '') {
    const { status, body } = await sandbox.call({ path: `/_admin/overview?tenant=${TENANT}${more}`, token });
    expect(status).toBe(200);
    return body;
  }
});

function localTime(time: number, offsetHours: number): string {
  return new Date(time + offsetHours * 3_600_000).toISOString().slice(0, 19);
}
