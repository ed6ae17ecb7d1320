/** The audit trail by the admin API: what it tells of requests, and that it is checked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createServer } from '../../src/index.ts';
import { runVivarium } from '../support/command.ts';
import { startTestServer } from '../support/server.ts';
import type { Answer, TestServer } from '../support/server.ts';
import type { AuditRecord } from '../../src/library/admin-types.ts';
import { ACTIVITIES, activity } from './journal/journal-server.ts';

let directory: string;
let server: TestServer;
let answers: Readonly<Record<'created' | 'updated' | 'deleted', Answer>>;
let id: string;

const ask = (path: string, token = server.app.admin?.token) => server.call({ path: `/_admin${path}`, token });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vivarium-audit-'));
  server = await startTestServer({ sandbox: false, ephemeral: false, data: join(directory, 'data') });
  const token = await server.appToken('writer');
  const json = activity({ externalcourseActivityId: 'audited', completionPercentage: 10 });
  const created = await server.call({ method: 'POST', path: ACTIVITIES, token, json });
  id = created.body.id;
  const path = `${ACTIVITIES}/${id}`;
  const change = { ...activity(), completionPercentage: 60 };
  const updated = await server.call({ method: 'PATCH', path, token, json: change });
  const deleted = await server.call({ method: 'DELETE', path, token });
  answers = { created, updated, deleted };
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

const OPERATIONS = [
  ['created', 'createLearningCourseActivity'],
  ['updated', 'updateLearningCourseActivity'],
  ['deleted', 'deleteLearningCourseActivity'],
] as const;

describe('the trail of an activity', () => {
  test('has who did what by which request, and values before and after', async () => {
    const { status, body } = await ask(`/audit/history?item=${encodeURIComponent(id)}`);
    expect(status).toBe(200);
    const appId = server.app.credentials.apps['writer']?.clientId;
    expect(body.value).toMatchObject(
      OPERATIONS.map(([action]) => ({
        action,
        kind: 'learningCourseActivity',
        channel: 'graph',
        tenant: server.app.credentials.tenantId,
        appId,
        actor: null,
        requestId: answers[action].headers['request-id'],
        isReadable: true,
      })),
    );
    const [created, updated, deleted] = body.value;
    expect(created).toMatchObject({ before: null, after: { completionPercentage: 10 } });
    expect(updated.before).toMatchObject({ completionPercentage: 10 });
    expect(updated.after).toMatchObject({ completionPercentage: 60 });
    expect(updated.after).not.toHaveProperty('learnerUserId');
    expect(deleted).toMatchObject({ before: { completionPercentage: 60 }, after: null });
    expect((await ask('/audit?limit=3')).body.value).toEqual(body.value);
    expect((await ask('/audit?limit=1')).body.value).toEqual([deleted]);
  });

  test('is given out as lines, of a time that is asked for', async () => {
    const { value } = (await ask(`/audit/history?item=${encodeURIComponent(id)}`)).body;
    const { headers, text } = await ask('/audit/export');
    expect(headers['content-type']).toMatch(/^application\/x-ndjson/);
    const lines = text.trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line));
    expect(records).toEqual(expect.arrayContaining(value));
    const [{ at }] = value;
    const [before, since] = await Promise.all([ask(`/audit/export?until=${at}`), ask(`/audit/export?from=${at}`)]);
    expect(`${before.text}${since.text}`.trimEnd().split('\n').toSorted()).toEqual(lines.toSorted());
    expect(since.text).toContain(value[0].recordHash);
    expect(before.text).not.toContain(value[0].recordHash);
  });

  test('is found by kind, item, actor, app and operation', async () => {
    const { value: all } = (await ask('/audit?limit=1000')).body as { value: readonly AuditRecord[] };
    const fits = (name: keyof AuditRecord, wanted: unknown) => all.filter((record) => record[name] === wanted);
    const appId = server.app.credentials.apps['writer']?.clientId ?? '';
    for (const [filter, expected] of [
      ['kind=learningCourseActivity', fits('kind', 'learningCourseActivity')],
      [`item=${encodeURIComponent(id)}`, fits('itemId', id.split(':')[1])],
      [`app=${appId.toUpperCase()}`, fits('appId', appId)],
      ['operation=updateLearningCourseActivity', fits('operation', 'updateLearningCourseActivity')],
      [`kind=learningCourseActivity&operation=addUser`, []],
      [`actor=${appId}`, []],
    ] as const) {
      expect({ filter, value: (await ask(`/audit?limit=1000&${filter}`)).body.value }).toEqual({
        filter,
        value: expected,
      });
    }
    expect(fits('operation', 'updateLearningCourseActivity')).toHaveLength(1);
    const notes = (await ask('/audit?kind=changeLog')).body.value;
    expect(notes).toMatchObject([{ operation: 'openChain' }]);
  });

  test('goes on from a cursor, backwards and with what is written later', async () => {
    const { value: all } = (await ask('/audit?limit=1000')).body;
    const first = (await ask('/audit?limit=2')).body;
    expect(first).toMatchObject({ value: all.slice(-2), hasMore: true });
    const rest = (await ask(`/audit?limit=1000&before=${first.before}`)).body;
    expect(rest).toMatchObject({ value: all.slice(0, -2), hasMore: false });
    expect((await ask(`/audit?after=${first.after}`)).body).toMatchObject({ value: [], hasMore: false });
    const token = await server.appToken('writer');
    const json = activity({ externalcourseActivityId: 'audited later' });
    const { body } = await server.call({ method: 'POST', path: ACTIVITIES, token, json });
    const later = (await ask(`/audit?after=${first.after}`)).body.value;
    expect(later).toMatchObject([{ action: 'created', itemId: body.id.split(':')[1] }]);
    const { problems } = (await ask(`/audit?after=${first.after}&before=${first.before}`)).body;
    expect(problems).toEqual(['after and before exclude each other']);
    const none = await ask(`/audit?tenant=none&after=${first.after}`);
    expect(none.body.problems).toEqual(['after is not a cursor of this tenant']);
    expect((await ask('/audit?tenant=none')).body.value).toMatchObject([
      { kind: 'settings', tenant: null, after: { audit: 'full' } },
    ]);
  });

  test.each([
    ['/audit/history?item=none', 400],
    ['/audit/export?from=yesterday', 400],
    ['/audit/export?from=2026-13-01T00:00:00Z', 400],
    ['/audit/verify?head=x', 400],
    ['/audit?tenant=nowhere.example', 404],
    ['/audit?kind=unknown', 400],
    ['/audit?item=none', 400],
    ['/audit?after=nothing', 400],
    ['/audit?before=bm90aGluZw', 400],
    ['/audit?limit=1001', 400],
  ])('%s is refused with %i', async (path, status) => {
    expect((await ask(path)).status).toBe(status);
  });

  test('is for administrators, while others may verify it', async () => {
    const order = { token: server.app.admin?.token, role: 'operator' };
    const { body } = await server.call({ method: 'POST', path: '/_admin/sessions', json: order });
    expect((await ask('/audit/verify', body.token)).status).toBe(200);
    for (const path of ['/audit', '/audit/export', `/audit/history?item=${encodeURIComponent(id)}`]) {
      expect((await ask(path, body.token)).status).toBe(403);
    }
  });
});

describe('the trail of people and apps', () => {
  const change = (method: string, path: string, json: unknown) =>
    server.call({ method, path: `/_admin${path}`, token: server.app.admin?.token, json });
  const history = async (item: string): Promise<readonly AuditRecord[]> =>
    (await ask(`/audit/history?item=${item}`)).body.value;

  test('has who was added, licensed and removed, and no password', async () => {
    const user = { userPrincipalName: 'ada@contoso.com', displayName: 'Ada', password: 'Correct-Horse-7' };
    const { id: userId } = (await change('POST', '/users', user)).body;
    await change('PATCH', `/users/${userId}`, { licence: 'premium' });
    expect((await change('PATCH', `/users/${userId}`, { id: 'other' })).status).toBe(400);
    await change('DELETE', `/users/${userId}`, undefined);
    const records = await history(userId);
    expect(records).toMatchObject([
      { kind: 'user', action: 'created', channel: 'admin', operation: 'addUser', before: null },
      { action: 'updated', operation: 'changeUser', after: { licence: 'premium' } },
      { action: 'deleted', operation: 'removeUser', before: { displayName: 'Ada' }, after: null },
    ]);
    expect(Object.keys(records[1]?.after ?? {})).toEqual(['licence']);
    expect(records[0]?.after?.['passwordHash']).toMatch(/^[\da-f]{8}$/);
  });

  test('says that a secret was changed, and not to what', async () => {
    const { app } = (await change('POST', '/apps', { displayName: 'Audited' })).body;
    await change('POST', `/apps/${app.clientId}/secret`, {});
    await change('DELETE', `/apps/${app.clientId}`, undefined);
    const records = await history(app.clientId);
    expect(records).toMatchObject([
      { kind: 'app', action: 'created', operation: 'addApp', after: { displayName: 'Audited' } },
      { action: 'updated', operation: 'rotateAppSecret' },
      { action: 'deleted', operation: 'removeApp' },
    ]);
    expect(Object.keys(records[1]?.after ?? {})).toEqual(['passwordCredentials']);
    expect(JSON.stringify(records)).toMatch(/"secretSha256":"[\da-f]{8}"/);
    expect(JSON.stringify(records)).not.toMatch(/[\da-f]{64}/);
  });
});

describe('the trail of an administrator', () => {
  const add = (token: string | undefined, name: string) =>
    server.call({
      method: 'POST',
      path: '/_admin/users',
      token,
      json: { userPrincipalName: `${name}@contoso.com`, displayName: name },
    });

  test('has the request, and the token or the session that it came with', async () => {
    const token = server.app.admin?.token;
    const session = await server.call({ method: 'POST', path: '/_admin/sessions', json: { token } });
    const byToken = await add(token, 'by-token');
    const bySession = await add(session.body.token, 'by-session');
    const newest = (await ask('/audit?limit=2')).body.value;
    expect(newest).toMatchObject([
      { channel: 'admin', actor: 'admin token', requestId: byToken.headers['request-id'] },
      { channel: 'admin', actor: 'console session, Administrator', requestId: bySession.headers['request-id'] },
    ]);
  });

  test('has no request for what a program does in the process of the server', async () => {
    await using own = await createServer({ http: true, sandbox: false });
    await own.admin.users.add({ userPrincipalName: 'eve@contoso.com', displayName: 'Eve' });
    const headers = { authorization: `Bearer ${own.adminToken}` };
    const answer = await fetch(`${own.adminUrl}/audit?limit=1`, { headers });
    expect(await answer.json()).toMatchObject({
      value: [{ channel: 'library', operation: 'addUser', requestId: null }],
    });
  });
});

describe('the trail of a sandbox', () => {
  test('has what its clock, ids, faults and limits are set to', async () => {
    await using sandbox = await createServer({ http: true, audit: 'full' });
    await sandbox.clock.freeze('2026-01-02T03:04:05Z');
    await sandbox.seedIds('one');
    const fault = await sandbox.faults.add({ preset: 'serviceUnavailable', calls: { first: 1 } });
    await sandbox.faults.setEnabled(fault.id, false);
    await sandbox.faults.setEnabled(fault.id, false);
    const limit = await sandbox.limits.add({ match: { operation: ['listUsers'] }, requests: 5, windowSeconds: 1 });
    await sandbox.limits.clear();
    await sandbox.clock.show();
    const { value } = await sandbox.admin.audit.list({ tenant: 'none', kind: 'sandbox' });
    expect(value.filter(({ operation }) => operation !== 'applySeed')).toMatchObject([
      { operation: 'changeClock', channel: 'library', after: { mode: 'frozen', now: '2026-01-02T03:04:05.000Z' } },
      { operation: 'seedIds', before: { idSeed: null }, after: { idSeed: 'one' } },
      { operation: 'addFault', before: { [fault.id]: null }, after: { [fault.id]: { enabled: true } } },
      {
        operation: 'changeFault',
        before: { [fault.id]: { enabled: true } },
        after: { [fault.id]: { enabled: false } },
      },
      { operation: 'addLimit', after: { [limit.id]: { requests: 5 } } },
      { operation: 'removeLimits', before: { [limit.id]: { requests: 5 } }, after: { [limit.id]: null } },
    ]);
    expect(await sandbox.admin.audit.verify()).toMatchObject({ isWhole: true });
  });

  test('takes a change back that cannot be recorded', async () => {
    await using sandbox = await startTestServer({ audit: 'full', ephemeral: false, data: join(directory, 'locked') });
    using blocker = new DatabaseSync(join(directory, 'locked', 'vivarium.db'));
    const call = (method: string, path: string, json?: unknown) =>
      sandbox.call({ method, path: `/_vivarium${path}`, token: sandbox.app.control?.token, json });
    blocker.exec('begin immediate');
    expect((await call('POST', '/faults', { preset: 'serviceUnavailable' })).status).toBe(503);
    expect((await call('GET', '/faults')).body.value).toEqual([]);
    blocker.exec('rollback');
    expect((await call('POST', '/faults', { preset: 'serviceUnavailable' })).status).toBe(201);
  });
});

test('a trail that was left alone is whole, and one with a changed byte names the record', async () => {
  const whole = await ask('/audit/verify');
  expect(whole.body.value.flatMap((verdict: { problems: string[] }) => verdict.problems)).toEqual([]);
  expect(whole.body.isWhole).toBe(true);
  const { tenantId } = server.app.credentials;
  const mine = whole.body.value.find(({ tenant }: { tenant: string | null }) => tenant === tenantId);
  expect(mine).toMatchObject({ problems: [], records: expect.any(Number) });
  expect(mine.records).toBeGreaterThan(3);
  expect((await ask(`/audit/verify?tenant=${tenantId}&head=${mine.head}`)).body.isWhole).toBe(true);
  const other = await ask(`/audit/verify?tenant=${tenantId}&head=other`);
  expect(other.body).toMatchObject({ isWhole: false, value: [{ problems: [expect.stringContaining('head')] }] });

  const changed = (await ask(`/audit/history?item=${encodeURIComponent(id)}`)).body.value.at(-1);
  const { chain, place } = changed;
  const where = 'where chain = ? and place = ? and item_id is not null';
  using database = new DatabaseSync(join(server.app.dataDir, 'vivarium.db'), { timeout: 5000 });
  database.prepare(`update change_log set payload = replace(payload, '60', '61') ${where}`).run(chain, place);
  const broken = await ask('/audit/verify');
  const problems = broken.body.value.flatMap((verdict: { problems: string[] }) => verdict.problems);
  expect(broken.body.isWhole).toBe(false);
  expect(problems).toEqual([`The record ${chain}/${place} is not what was written: its hash does not fit.`]);
  database.prepare(`update change_log set payload = 'x' ${where}`).run(chain, place);
  const unreadable = (await ask('/audit')).body.value.filter((record: AuditRecord) => !record.isReadable);
  expect(unreadable).toMatchObject([{ chain, place, before: null, requestId: changed.requestId }]);

  const command = await runVivarium(['audit', 'verify', '--data', server.app.dataDir], { directory });
  expect(command).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining(`The record ${chain}/${place} is not`),
  });
});
