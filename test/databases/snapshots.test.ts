/** Resets, snapshots, their files, and the seed: on both databases. */
import { hash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';

import { SNAPSHOT_TABLES } from '../../src/store/tables.ts';
import {
  ACTIVITIES,
  CONTENT,
  dumpData,
  LEARNER,
  openSandboxPlace,
  OURS,
  PROVIDER,
  SECRET,
  THEIRS,
  twoTenants,
} from '../support/sandbox.ts';
import type { SandboxPlace, TestSandbox } from '../support/sandbox.ts';
import { STORE_DRIVERS } from '../support/store.ts';

const YAML = 'application/yaml';
const FILE = 'application/x-ndjson';

/** Keys of the tenants in the database. */
const [OUR_KEY, THEIR_KEY] = [1, 2];

async function createActivity(server: TestSandbox, tenantId: string, externalId: string): Promise<string> {
  const { status, body } = await server.call({
    method: 'POST',
    path: ACTIVITIES,
    token: await server.tenantToken(tenantId),
    json: {
      '@odata.type': '#microsoft.graph.learningAssignment',
      assignmentType: 'required',
      learningContentId: CONTENT,
      learningProviderId: PROVIDER,
      learnerUserId: LEARNER,
      externalCourseActivityId: externalId,
      status: 'notStarted',
    },
  });
  expect(status).toBe(201);
  return body.id as string;
}

async function isThere(server: TestSandbox, tenantId: string, id: string): Promise<boolean> {
  const { status } = await server.call({ path: `${ACTIVITIES}/${id}`, token: await server.tenantToken(tenantId) });
  expect([200, 404]).toContain(status);
  return status === 200;
}

describe.each(inject('databases'))('on %s', (database) => {
  let place: SandboxPlace;
  let server: TestSandbox;

  beforeAll(async () => {
    place = await openSandboxPlace(database);
    server = await place.start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    const { body } = await server.control('GET', '/snapshots');
    for (const { name } of body.value) await server.control('DELETE', `/snapshots/${name}`);
    expect((await server.control('POST', '/reset')).status).toBe(204);
  });

  const dump = async (tenantKey?: number) => {
    await using connection = place.connect();
    return await dumpData(connection, tenantKey);
  };
  const done = async (method: string, path: string, json?: unknown) => {
    const { status, text } = await server.control(method, path, json);
    expect({ status: Math.floor(status / 100), text: status < 300 ? '' : text }).toEqual({ status: 2, text: '' });
  };
  const send = (method: string, path: string, content: { readonly type: string; readonly body: string }) =>
    server.call({
      method,
      path: `/_vivarium${path}`,
      token: server.app.control?.token,
      headers: { 'content-type': content.type },
      body: content.body,
    });

  describe('a reset', () => {
    test('brings back the data of a fresh start, whatever was done', async () => {
      const fresh = await dump();
      await createActivity(server, OURS, 'one');
      await createActivity(server, THEIRS, 'two');
      const admin = await server.userToken('admin', ['LearningProvider.ReadWrite']);
      const path = `/v1.0/employeeExperience/learningProviders/${PROVIDER}`;
      expect((await server.call({ method: 'DELETE', path, token: admin, headers: { 'if-match': '*' } })).status).toBe(
        204,
      );
      expect(await dump()).not.toEqual(fresh);
      await done('POST', '/reset');
      expect(await dump()).toEqual(fresh);
    });

    test('of one tenant leaves the bytes of the other', async () => {
      const fresh = await dump();
      await createActivity(server, OURS, 'one');
      const id = await createActivity(server, THEIRS, 'two');
      const theirs = await dump(THEIR_KEY);
      await done('POST', '/reset', { tenant: 'contoso.onmicrosoft.com' });
      expect(await dump(THEIR_KEY)).toEqual(theirs);
      expect(await dump(OUR_KEY)).toEqual(fresh.filter((row) => row.includes(`"tenant_id":${OUR_KEY},`)));
      expect(await isThere(server, THEIRS, id)).toBe(true);
    });

    test('leaves secrets, passwords, keys and tokens good', async () => {
      const token = await server.tenantToken(OURS);
      await done('POST', '/reset');
      expect((await server.call({ path: '/v1.0/employeeExperience', token })).status).toBe(200);
      expect(await server.tenantToken(OURS)).toMatch(/^ey/);
      const { clientId, clientSecret } = server.app.credentials.apps['writer'] ?? {};
      expect({ clientId, clientSecret }).toMatchObject({ clientSecret: SECRET });
      expect((await server.control('GET', '/status')).status).toBe(200);
    });

    test('of a tenant that there is not is 404', async () => {
      const { status, body } = await server.control('POST', '/reset', { tenant: 'nobody.example' });
      expect({ status, detail: body.detail }).toEqual({ status: 404, detail: 'There is no tenant nobody.example.' });
    });
  });

  describe('a snapshot', () => {
    test('brings back what was there when it was taken', async () => {
      const kept = await createActivity(server, OURS, 'kept');
      await done('POST', '/snapshots', { name: 'here' });
      const before = await dump();
      const lost = await createActivity(server, OURS, 'lost');
      await done('POST', '/snapshots/here/restore');
      expect(await dump()).toEqual(before);
      expect([await isThere(server, OURS, kept), await isThere(server, OURS, lost)]).toEqual([true, false]);
    });

    test('of one tenant leaves the bytes of the other', async () => {
      await done('POST', '/snapshots', { name: 'ours', tenant: OURS });
      const ours = await dump(OUR_KEY);
      await createActivity(server, OURS, 'one');
      await createActivity(server, THEIRS, 'two');
      const theirs = await dump(THEIR_KEY);
      await done('POST', '/snapshots/ours/restore');
      expect([await dump(OUR_KEY), await dump(THEIR_KEY)]).toEqual([ours, theirs]);
    });

    test('is listed, has its name alone, and can be removed', async () => {
      await done('POST', '/snapshots', { name: 'one' });
      await done('POST', '/snapshots', { name: 'another', tenant: THEIRS });
      const { body } = await server.control('GET', '/snapshots');
      expect(body.value).toEqual([
        { name: 'another', tenant: THEIRS, createdAt: expect.any(String), schema: expect.any(String), isUsable: true },
        { name: 'one', tenant: null, createdAt: expect.any(String), schema: expect.any(String), isUsable: true },
      ]);
      expect((await server.control('POST', '/snapshots', { name: 'one' })).status).toBe(409);
      await done('DELETE', '/snapshots/one');
      expect((await server.control('POST', '/snapshots/one/restore')).status).toBe(404);
    });

    test('outlives resets, the seed, and a restart', async () => {
      const id = await createActivity(server, OURS, 'kept');
      await done('PATCH', '/clock', { frozenAt: '2030-01-01T00:00:00Z' });
      await done('POST', '/snapshots', { name: 'here' });
      await done('POST', '/reset');
      await done('POST', '/seed');
      await server[Symbol.asyncDispose]();
      server = await place.start();
      expect(await isThere(server, OURS, id)).toBe(false);
      await done('POST', '/snapshots/here/restore');
      expect((await server.control('GET', '/clock')).body).toMatchObject({
        mode: 'frozen',
        now: '2030-01-01T00:00:00.000Z',
      });
      expect(await isThere(server, OURS, id)).toBe(true);
    });

    test('takes a sign-in that is under way along', async () => {
      const form = (fields: Readonly<Record<string, string>>) => ({
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          client_id: server.app.credentials.signInApps['portal']?.clientId ?? '',
          ...fields,
        }).toString(),
      });
      const start = await server.call({ path: `/${OURS}/oauth2/v2.0/devicecode`, ...form({ scope: 'User.Read' }) });
      const poll = async () => {
        const fields = {
          grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
          device_code: start.body.device_code,
        };
        return (await server.call({ path: `/${OURS}/oauth2/v2.0/token`, ...form(fields) })).body.error as string;
      };
      expect(start.status).toBe(200);
      await done('POST', '/snapshots', { name: 'waiting' });
      await done('POST', '/reset');
      const [forgotten] = [await poll()];
      await done('POST', '/snapshots/waiting/restore');
      expect([forgotten, await poll()]).toEqual(['bad_verification_code', 'authorization_pending']);
    });

    test('of another schema is shown, refused, and can be removed; a reset reads the seed then', async () => {
      const fresh = await dump(THEIR_KEY);
      await done('POST', '/snapshots', { name: 'old' });
      await createActivity(server, THEIRS, 'one');
      await using connection = place.connect();
      const statement = { name: 'age', sql: "update snapshot set schema_name = '0000-before'" };
      await connection.write([{ statement, params: {} }]);
      const { body } = await server.control('GET', '/snapshots');
      expect(body.value).toMatchObject([{ name: 'old', schema: '0000-before', isUsable: false }]);
      for (const [method, path] of [
        ['POST', '/snapshots/old/restore'],
        ['GET', '/snapshots/old/file'],
      ] as const) {
        const refusal = await server.control(method, path);
        expect(refusal.status).toBe(409);
        expect(refusal.body.detail).toMatch(
          /^The snapshot old is of the schema 0000-before, and the database has \d{4}-/,
        );
      }
      await done('DELETE', '/snapshots/old');
      await done('POST', '/reset');
      const users = (rows: readonly string[]) => rows.filter((row) => !row.startsWith('directory_user'));
      // Chosen passwords are hashed with a new salt.
      expect(users(await dump(THEIR_KEY))).toEqual(users(fresh));
    });
  });

  describe('a file', () => {
    const rowsOf = (file: string) => file.trimEnd().split('\n').slice(1, -1).toSorted();
    const read = async (name: string) => {
      const { status, headers, text } = await server.control('GET', `/snapshots/${name}/file`);
      expect(status).toBe(200);
      expect(headers['content-disposition']).toBe(`attachment; filename="${name}.ndjson"`);
      return text;
    };

    test('gives back the snapshot, under any name', async () => {
      const id = await createActivity(server, OURS, 'kept');
      await done('PUT', '/ids', { seed: 'a' });
      await done('POST', '/snapshots', { name: 'one' });
      const before = await dump();
      const file = await read('one');
      await done('DELETE', '/snapshots/one');
      await done('POST', '/reset');
      const imported = await send('PUT', '/snapshots/two/file', { type: FILE, body: file });
      expect(imported).toMatchObject({ status: 200, body: { name: 'two', tenant: null, isUsable: true } });
      await done('POST', '/snapshots/two/restore');
      expect(await dump()).toEqual(before);
      expect(await isThere(server, OURS, id)).toBe(true);
      expect(rowsOf(await read('two'))).toEqual(rowsOf(file));
    });

    test('takes the place of a snapshot of the same name', async () => {
      await done('POST', '/snapshots', { name: 'one' });
      const file = await read('one');
      await createActivity(server, OURS, 'lost');
      await done('DELETE', '/snapshots/one');
      await done('POST', '/snapshots', { name: 'one' });
      expect((await send('PUT', '/snapshots/one/file', { type: FILE, body: file })).status).toBe(200);
      expect(rowsOf(await read('one'))).toEqual(rowsOf(file));
    });

    test('fits the other kind of database, there and back', async () => {
      await createActivity(server, OURS, 'kept');
      await done('POST', '/snapshots', { name: 'one' });
      const file = await read('one');
      await using otherPlace = await openSandboxPlace(database === 'sqlite' ? 'postgres' : 'sqlite');
      await using other = await otherPlace.start();
      const there = await other.call({
        method: 'PUT',
        path: '/_vivarium/snapshots/one/file',
        token: other.app.control?.token,
        headers: { 'content-type': FILE },
        body: file,
      });
      expect(there).toMatchObject({ status: 200 });
      expect((await other.control('POST', '/snapshots/one/restore')).status).toBe(204);
      expect((await other.control('POST', '/snapshots', { name: 'back' })).status).toBe(201);
      const back = (await other.control('GET', '/snapshots/back/file')).text;
      expect(rowsOf(back)).toEqual(rowsOf(file));
      expect((await send('PUT', '/snapshots/back/file', { type: FILE, body: back })).status).toBe(200);
    });

    test('brings tenants along that are not here, under keys of their own', async () => {
      await createActivity(server, THEIRS, 'kept');
      await done('POST', '/snapshots', { name: 'theirs', tenant: THEIRS });
      const file = await read('theirs');
      await done('DELETE', '/snapshots/theirs');
      const [alone] = twoTenants().split(/^ {2}- id: 2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c11$/m);
      expect((await send('POST', '/seed', { type: YAML, body: alone ?? '' })).status).toBe(204);
      const ours = await dump();
      expect((await send('PUT', '/snapshots/theirs/file', { type: FILE, body: file })).status).toBe(200);
      await done('POST', '/snapshots/theirs/restore');
      expect((await dump()).filter((row) => !ours.includes(row)).length).toBeGreaterThan(10);
      expect(await server.tenantToken(THEIRS)).toMatch(/^ey/);
      await done('POST', '/seed');
    });

    test('that is damaged is refused with everything that is wrong, and keeps nothing', async () => {
      await done('POST', '/snapshots', { name: 'one' });
      const [head = '', ...lines] = (await read('one')).trimEnd().split('\n');
      const damaged = [head, '["nothing",[1]]', 'no JSON', ...lines.slice(1)].join('\n');
      const { status, body } = await send('PUT', '/snapshots/two/file', { type: FILE, body: damaged });
      expect(status).toBe(400);
      expect(body.problems).toEqual([
        'line 2: not the name of a table and a value for each of its columns',
        'line 3: not the name of a table and a value for each of its columns',
        expect.stringMatching(/^the end tells of \d+ rows, and there are \d+$/),
      ]);
      expect((await server.control('POST', '/snapshots/two/restore')).status).toBe(404);
    });

    test.each<[string, (lines: readonly string[]) => readonly string[], RegExp]>([
      ['is empty', () => [], /does not begin as a snapshot/],
      ['was cut', (lines) => lines.slice(0, -1), /has no end/],
      ['was changed', (lines) => lines.map((line) => line.replace('Lee Learner', 'Lea Learner')), /was changed/],
      [
        'is of another form',
        ([head = '', ...rest]) => [head.replace('"vivariumSnapshot":1', '"vivariumSnapshot":2'), ...rest],
        /later release/,
      ],
      [
        'is of another schema',
        ([head = '', ...rest]) => [head.replace(/"schema":"[^"]*"/, '"schema":"0000"'), ...rest],
        /of the schema 0000/,
      ],
    ])('that %s is refused', async (_what, change, problem) => {
      await done('POST', '/snapshots', { name: 'one' });
      const lines = (await read('one')).trimEnd().split('\n');
      const { status, body } = await send('PUT', '/snapshots/two/file', {
        type: FILE,
        body: `${change(lines).join('\n')}\n`,
      });
      expect(status).toBe(400);
      expect(body.problems.join('\n')).toMatch(problem);
    });

    test('whose states the parts would not take is refused, and nothing has changed', async () => {
      await done('PATCH', '/clock', { frozenAt: '2030-01-01T00:00:00Z' });
      await done('POST', '/snapshots', { name: 'one' });
      const [head = '', ...rest] = (await read('one')).trimEnd().split('\n');
      const changed = JSON.parse(head);
      changed.states = { ...changed.states, clock: { mode: 'frozen', now: -1 }, faults: 5, nothing: {} };
      const body = resealed([JSON.stringify(changed), ...rest]);
      const refusal = await send('PUT', '/snapshots/two/file', { type: FILE, body });
      expect(refusal.status).toBe(400);
      expect(refusal.body.problems.toSorted()).toEqual([
        expect.stringMatching(/^line 1: clock does not take its state: The time must be from /),
        expect.stringMatching(/^line 1: faults does not take its state: /),
        'line 1: this server has no state of nothing',
      ]);
      expect((await server.control('GET', '/clock')).body.now).toBe('2030-01-01T00:00:00.000Z');
    });

    test('whose rows the database would not take is refused, and nothing has changed', async () => {
      await done('POST', '/snapshots', { name: 'one' });
      const before = await dump();
      const lines = (await read('one')).trimEnd().split('\n');
      const isUser = (line: string) => line.startsWith('["directory_user"');
      const twice = lines.flatMap((line) => (isUser(line) ? [line, line] : [line]));
      const { status, body } = await send('PUT', '/snapshots/two/file', { type: FILE, body: resealed(twice) });
      expect({ status, problems: body.problems }).toEqual({
        status: 400,
        problems: [expect.stringMatching(/^rows repeat a key/)],
      });
      const orphaned = lines.filter((line) => !line.startsWith('["learning_provider"'));
      expect((await send('PUT', '/snapshots/two/file', { type: FILE, body: resealed(orphaned) })).status).toBe(400);
      expect(await dump()).toEqual(before);
      expect((await server.control('GET', '/snapshots')).body.value).toHaveLength(1);
    });
  });

  describe('the seed', () => {
    test('that is sent takes the place of the one before, for resets as well', async () => {
      const text = twoTenants().replace('displayName: Lee Learner', 'displayName: Lea Learner');
      expect((await send('POST', '/seed', { type: YAML, body: text })).status).toBe(204);
      await createActivity(server, OURS, 'one');
      await done('POST', '/reset');
      const users = await server.call({ path: `/v1.0/users/${LEARNER}`, token: await server.tenantToken(OURS) });
      expect(users.body.displayName).toBe('Lea Learner');
      await done('POST', '/seed');
      const again = await server.call({ path: `/v1.0/users/${LEARNER}`, token: await server.tenantToken(OURS) });
      expect(again.body.displayName).toBe('Lee Learner');
    });

    test('leaves the secrets that were made up', async () => {
      const madeUp = twoTenants()
        .replaceAll(/^ *clientSecret: .*\n/gm, '')
        .split(/^ {2}- id: 2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c11$/m)[0];
      expect((await send('POST', '/seed', { type: YAML, body: madeUp ?? '' })).status).toBe(204);
      expect(await server.tenantToken(OURS)).toMatch(/^ey/);
      await done('POST', '/seed');
    });

    test('that is wrong is refused with everything that is wrong, and changes nothing', async () => {
      const before = await dump();
      const text = twoTenants()
        .replace('licence: none', 'licence: gold')
        .replace('displayName: Contoso', 'displayNam: Contoso');
      const { status, body } = await send('POST', '/seed', { type: YAML, body: text });
      expect(status).toBe(400);
      const users = [0, 1].map((tenant) =>
        expect.stringMatching(`^tenants.${tenant}.users.unlicensed.licence must be`),
      );
      expect(body.problems.toSorted()).toEqual([
        'tenants.0 must NOT have additional properties (displayNam)',
        "tenants.0 must have required property 'displayName'",
        ...users,
      ]);
      expect(await dump()).toEqual(before);
    });

    test('whose items repeat an id is refused, and changes nothing', async () => {
      const before = await dump();
      const text = twoTenants().replace(`domainName: fabrikam`, 'domainName: contoso');
      const { status, body } = await send('POST', '/seed', { type: YAML, body: text });
      expect({ status, problems: body.problems }).toEqual({
        status: 400,
        problems: ['tenants.1.id repeats an id or name of another'],
      });
      expect(await dump()).toEqual(before);
    });
  });

  test('a folder that was filled without a sandbox is reset by its seed', async () => {
    await using other = await openSandboxPlace(database);
    await (await other.start({ sandbox: false }))[Symbol.asyncDispose]();
    await using sandbox = await other.start();
    const id = await createActivity(sandbox, OURS, 'lost');
    expect((await sandbox.control('POST', '/reset')).status).toBe(204);
    expect(await isThere(sandbox, OURS, id)).toBe(false);
    await using connection = other.connect();
    expect((await dumpData(connection)).length).toBeGreaterThan(20);
  });

  test('no request sees a part of a restore', async () => {
    await createActivity(server, OURS, 'in both');
    await done('POST', '/snapshots', { name: 'few' });
    for (let number = 0; number < 20; number += 1) await createActivity(server, OURS, `more ${number}`);
    await done('POST', '/snapshots', { name: 'many' });
    const token = await server.tenantToken(OURS);
    const list = {
      id: '',
      method: 'GET',
      url: `/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities?$top=100`,
    };
    const requests = Array.from({ length: 5 }, (_, index) => ({ ...list, id: String(index) }));
    const counts = new Set<string>();
    const over = new AbortController();
    const look = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const { status, body } = await server.call({ method: 'POST', path: '/v1.0/$batch', token, json: { requests } });
        expect(status).toBe(200);
        const seen = body.responses.map((response: { body: { value: unknown[] } }) => response.body.value.length);
        counts.add([...new Set(seen)].join(' and '));
      }
    };
    const lookers = Array.from({ length: 4 }, look);
    for (let round = 0; round < 10; round += 1) {
      await done('POST', '/snapshots/few/restore');
      await done('POST', '/snapshots/many/restore');
    }
    over.abort();
    await Promise.all(lookers);
    expect([...counts].filter((seen) => !['3', '23'].includes(seen))).toEqual([]);
  });
});

/** The lines with an end that fits them. */
function resealed(lines: readonly string[]): string {
  const rows = lines.slice(0, -1);
  const text = `${rows.join('\n')}\n`;
  const sha256 = hash('sha256', text, 'hex');
  return `${text}${JSON.stringify({ rows: rows.length - 1, sha256 })}\n`;
}

test('every table is one that snapshots take along, or one that they are to leave', async () => {
  /**
   * Keys and what has been migrated are the server's own; throttle counts are over in a minute; what was done stays
   * done.
   */
  const left = [
    'signing_key',
    'schema_migration',
    'schema_compatibility',
    'throttle_report',
    'sync_count',
    'unmapped_learner',
    'change_feed',
    'change_feed_chain',
    'change_feed_state',
    'change_log',
    'change_note',
    // Emptied by a reset.
    'notification',
    'notification_delivery',
    'notification_state',
    'notification_target',
    'outward_item',
    'outward_learner',
    'outward_target',
    'webhook',
    'webhook_due',
    'webhook_due_state',
  ];
  for (const { create, catalogue } of STORE_DRIVERS) {
    await using database = create();
    await using connection = await database.open();
    const tables = await connection.read({ name: 'tables', sql: catalogue.tables }, {});
    expect(tables.map(({ name }) => String(name)).toSorted()).toEqual([...SNAPSHOT_TABLES, ...left].toSorted());
  }
});
