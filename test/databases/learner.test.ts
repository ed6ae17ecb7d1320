/** All that is kept about a person: given out, and gone from tables, files and memory. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import type { Seed } from '../../src/seed/seed-schema.ts';
import { guidBytes } from '../../src/lib/guid-bytes.ts';
import { readCatalogue } from '../../src/store/catalogue.ts';
import { PERSON_COLUMNS } from '../../src/store/person-store.ts';
import { openControl } from '../support/control.ts';
import { runOn } from '../support/postgres.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';

const PERSON = {
  id: '5d0f3c1e-9b7a-4e21-8c55-d1a2b3c4e5f6',
  userPrincipalName: 'quillfeather@contoso.onmicrosoft.com',
  displayName: 'Adèle "Q" Quillfeather',
  mail: 'adele.mail@quill.example',
  employeeId: 'EMP-77218',
  password: 'Quill-pass-1',
  licence: 'premium',
} as const;
const SHORT_NAME = 'quilly';
/** What no file may hold any more. */
const TEXTS = [
  ...[PERSON.id, PERSON.userPrincipalName, PERSON.mail, PERSON.employeeId, SHORT_NAME],
  ...['Quillfeather', 'adele.mail'],
];
const SEED_FILE = join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml');
const WRITES = 300;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-learner-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The default seed, with one person more. */
function seedWithPerson(): Seed {
  const seed = parse(readFileSync(SEED_FILE, 'utf8'), { schema: 'core' }) as { tenants: { users: object }[] };
  const [tenant] = seed.tenants;
  if (tenant !== undefined) tenant.users = { ...tenant.users, [SHORT_NAME]: PERSON };
  return seed as unknown as Seed;
}

/** Activities of the person and of others, one that names them as the assigner, a sign-in, a snapshot with its journal. */
async function leaveTraces(server: TestServer): Promise<void> {
  const { samples, users } = server.app.credentials;
  const other = users['learner']?.id;
  const path = `/v1.0/employeeExperience/learningProviders/${samples['registrationId']}/learningCourseActivities`;
  const token = await server.appToken('writer');
  const create = async (learnerUserId: string | undefined, externalId: string, more = {}) => {
    const json = {
      '@odata.type': '#microsoft.graph.learningAssignment',
      externalcourseActivityId: externalId,
      learnerUserId,
      learningContentId: samples['learningContentId'],
      assignmentType: 'required',
      status: 'inProgress',
      ...more,
    };
    const { status, body } = await server.call({ method: 'POST', path, token, json });
    expect(status, JSON.stringify(body)).toBe(201);
    return String(body.id);
  };
  for (let number = 0; number < WRITES; number += 1) {
    const id = await create(PERSON.id, `theirs ${number}`);
    await create(other, `other ${number}`);
    const json = { status: 'completed', notes: { contentType: 'text', content: 'x'.repeat(number) } };
    if (number % 3 === 0) await server.call({ method: 'PATCH', path: `${path}/${id}`, token, json });
  }
  await create(other, 'assigned', { assignerUserId: PERSON.id });
  await create(other, 'assigned loudly', { assignerUserId: PERSON.id.toUpperCase() });
  const form = { grant_type: 'password', username: PERSON.userPrincipalName, password: PERSON.password };
  const client = { client_id: String(Object.values(server.app.credentials.signInApps)[0]?.clientId) };
  const { status } = await server.call({
    method: 'POST',
    path: `/${server.app.credentials.tenantId}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...form, ...client, scope: 'openid offline_access User.Read' }).toString(),
  });
  expect(status).toBe(200);
  await server.call({ path: '/v1.0/me', token: await server.userToken(SHORT_NAME) });
  await server.call({ path: `/v1.0/users/${encodeURIComponent(PERSON.userPrincipalName)}`, token });
  expect((await openControl(server)('POST', '/snapshots', { name: 'kept' })).status).toBe(201);
}

const ask = (server: TestServer, method: string, path: string, json?: unknown) =>
  server.call({ method, path: `/_admin${path}`, token: server.app.admin?.token, json });

/** Where the bytes of a file hold what they must not, in any casing, in UTF-8 and UTF-16, and the id as bytes. */
function findTraces(bytes: Buffer, name: string): readonly string[] {
  const text = bytes.toString('latin1').toLowerCase();
  const patterns = TEXTS.flatMap((one) => [
    [one, Buffer.from(one.toLowerCase(), 'utf8').toString('latin1')] as const,
    [`${one} in UTF-16`, Buffer.from(one.toLowerCase(), 'utf16le').toString('latin1')] as const,
  ]);
  const found = patterns.filter(([, pattern]) => text.includes(pattern)).map(([one]) => `${name}: ${one}`);
  return bytes.includes(Buffer.from(guidBytes(PERSON.id))) ? [...found, `${name}: the bytes of the id`] : found;
}

function searchFiles(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .flatMap((file) => findTraces(readFileSync(file), file));
}

describe.each(STORE_DRIVERS)('$name', ({ name, create }) => {
  const start = async (settings: Readonly<Record<string, unknown>>) =>
    startTestServer({ ...settings, sandbox: true, audit: 'full' }, undefined, { seed: seedWithPerson() });

  test('an export has everything that is kept, but no secret', async () => {
    await using database = create();
    await using server = await start(await database.serverSettings());
    await leaveTraces(server);
    const { status, body } = await ask(server, 'GET', `/learners/${encodeURIComponent(PERSON.userPrincipalName)}`);
    expect(status).toBe(200);
    const { password: _, ...shown } = PERSON;
    expect(body.user).toMatchObject({ ...shown, name: SHORT_NAME, directoryRoles: [], hasPassword: true });
    expect(body.activities).toHaveLength(WRITES);
    expect(body.activities[0]).toMatchObject({
      learnerUserId: PERSON.id,
      learningProviderId: server.app.credentials.samples['registrationId'],
      externalcourseActivityId: expect.stringMatching(/^theirs /),
    });
    expect(body.assigned).toHaveLength(2);
    expect(body.signIns).toEqual([expect.objectContaining({ kind: 'refreshToken', state: 'open' })]);
    expect(body.journal.length).toBeGreaterThan(WRITES);
    expect(body.snapshotRows).toMatchObject({ snapshot_of_learning_course_activity: WRITES });
    expect(JSON.stringify(body)).not.toContain(PERSON.password);
    expect((await ask(server, 'GET', '/learners/nobody@contoso.onmicrosoft.com')).status).toBe(404);
    expect((await ask(server, 'GET', `/learners/${PERSON.id}?tenant=none.example`)).status).toBe(404);
  });

  test('an erasure leaves nothing in tables, files and memory, and all of others', { timeout: 120_000 }, async () => {
    await using database = create();
    const settings = await database.serverSettings();
    const data = String(settings['data']);
    {
      await using server = await start(settings);
      await leaveTraces(server);
      expect(searchFiles(data)).not.toEqual([]);
      const { status, body } = await ask(server, 'POST', `/learners/${PERSON.id}/erase`, {});
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { id: PERSON.id, activities: WRITES, assigned: 2, signIns: 1, notices: [] },
      });
      expect((await openControl(server)('GET', '/journal?limit=10000')).text).not.toMatch(/quill/i);
      expect((await ask(server, 'GET', `/learners/${PERSON.id}`)).status).toBe(404);
      expect(searchFiles(data)).toEqual([]);
      const others = '/v1.0/employeeExperience/learningCourseActivities?$count=true&$top=1';
      const list = await server.call({ path: others, token: await server.appToken('writer') });
      expect(list.body['@odata.count']).toBeGreaterThanOrEqual(WRITES + 2);
      expect((await openControl(server)('POST', '/snapshots/kept/restore')).status).toBe(204);
      expect((await openControl(server)('GET', '/journal?limit=10000')).text).not.toMatch(/quill/i);
    }
    expect(searchFiles(data)).toEqual([]);
    if (name === 'sqlite') return;
    // Files of tables that were rewritten go with one of the next checkpoints, which other databases ask for as well.
    await expect.poll(() => searchPostgres(String(settings['database'])), { timeout: 60_000 }).toEqual([]);
  });

  test('the columns that name people are all known', async () => {
    await using database = create();
    await using connection = await database.open();
    const named = [...(await readCatalogue(connection))].flatMap(([table, columns]) =>
      columns
        .filter((column) => /(^|_)(user|learner|assigner|person)(_|$)/.test(column.name))
        .map((column) => `${table}.${column.name}`),
    );
    const known = PERSON_COLUMNS.map(({ table, column }) => `${table}.${column}`);
    const texts = ['directory_user.user_principal_name', 'issuer_grant.user_code_hash'];
    expect(named.filter((one) => !texts.includes(one)).toSorted()).toEqual(known.toSorted());
  });
});

/** Rows of all tables as text, and the files of the database. */
async function searchPostgres(url: string): Promise<readonly string[]> {
  const tables = await runOn(url, "select tablename as name from pg_tables where schemaname = 'public'");
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await runOn(url, `select cast(t as text) as row_text from ${String(name)} t`);
    const texts = rows.map((row) => Buffer.from(String(row['row_text'])));
    found.push(...texts.flatMap((text) => findTraces(text, String(name))));
  }
  await runOn(url, 'checkpoint');
  const [place] = await runOn(
    url,
    "select current_setting('data_directory') || '/base/' || oid as path from pg_database where datname = current_database()",
  );
  return [...found, ...searchFiles(String(place?.['path']))];
}
