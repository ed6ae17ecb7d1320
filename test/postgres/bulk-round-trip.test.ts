/** What one database exports, the other one imports: the same records with the same ids, in both directions. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ACTIVITIES, CONTENT, LEARNER, PROVIDER } from '../support/sandbox.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { POSTGRES, SQLITE } from '../support/store.ts';
import type { StoreDriver } from '../support/store.ts';

const KINDS = ['users', 'contents', 'activities'] as const;
const TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv', json: 'application/json' } as const;
type Format = keyof typeof TYPES;
const TOKEN = 'made-up-for-these-tests';
const CONTENTS = ACTIVITIES.replace('learningCourseActivities', 'learningContents');

let stack: AsyncDisposableStack;
let folder: string;

beforeEach(() => {
  stack = new AsyncDisposableStack();
  folder = mkdtempSync(join(tmpdir(), 'vivarium-round-trip-'));
  writeFileSync(join(folder, 'token'), TOKEN);
});
afterEach(async () => {
  await stack.disposeAsync();
  rmSync(folder, { recursive: true });
});

async function start({ create }: StoreDriver, audit = 'metadata'): Promise<TestServer> {
  const database = stack.use(create());
  const own = { sandbox: false, adminApi: true, adminTokenFile: join(folder, 'token'), audit };
  return stack.use(await startTestServer({ ...(await database.serverSettings()), ...own }));
}

const read = async (server: TestServer, kind: string, query = '') => {
  const { status, text } = await server.call({ path: `/_admin/exports/${kind}${query}`, token: TOKEN });
  expect(status, text).toBe(200);
  return text;
};

async function importText(
  server: TestServer,
  kind: string,
  text: string,
  format: Format,
): Promise<Record<string, number>> {
  const call = (path: string, rest: object) =>
    server.call({ method: 'POST', path: `/_admin${path}`, token: TOKEN, ...rest });
  const { id } = (await call('/imports', { json: { kind, format } })).body;
  const sent = await call(`/imports/${id}/rows`, { body: text, headers: { 'content-type': TYPES[format] } });
  expect(sent.status, sent.text).toBe(200);
  const refused = sent.body.value.filter((row: { outcome: string }) => row.outcome === 'refused');
  expect(refused).toEqual([]);
  return (await call(`/imports/${id}/end`, {})).body.counts;
}

async function fill(server: TestServer): Promise<void> {
  const users =
    'userPrincipalName,displayName,licence,mail,employeeId,directoryRoles,accountEnabled\nada@contoso.com,"Ada, A.",premium,Ada@contoso.com,17,Knowledge Administrator;Other,no\n';
  await importText(server, 'users', users, 'csv');
  const content = {
    externalId: 'a; "b"',
    title: 'Título',
    contentWebUrl: 'https://x.example/',
    languageTag: 'es',
    skillTags: ['a', 'b'],
    learningProviderId: PROVIDER,
  };
  await importText(server, 'contents', JSON.stringify([content]), 'json');
  const activity = { learnerUserId: LEARNER, learningContentId: CONTENT, learningProviderId: PROVIDER };
  const rows = [
    {
      '@odata.type': '#microsoft.graph.learningAssignment',
      externalcourseActivityId: '00000000-0000-4000-8000-00000000000a',
      assignmentType: 'recommended',
      status: 'inProgress',
      completionPercentage: 7,
      notes: { contentType: 'html', content: '<p>a,\n"b"</p>' },
      dueDateTime: { dateTime: '2026-01-02T03:04:05.1234567', timeZone: 'Pacific Standard Time' },
    },
    {
      '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
      externalcourseActivityId: 'x, "y"',
      status: 'completed',
      completedDateTime: '2026-01-02T03:04:05.1234567Z',
      startedDateTime: '2026-01-01T00:00:00Z',
    },
  ];
  await importText(
    server,
    'activities',
    rows.map((row) => JSON.stringify({ ...activity, ...row })).join('\n'),
    'ndjson',
  );
}

const linesOf = (text: string) => text.trimEnd().split('\n').toSorted();

const writeTo = (source: TestServer) => async (method: string, path: string, json?: object) => {
  const token = await source.appToken('writer');
  const answer = await source.call({ method, path, token, ...(json !== undefined && { json }) });
  expect(answer.status, answer.text).toBeLessThan(300);
};

const OF_ADA = 'of Ada';

async function assignToAda(source: TestServer): Promise<void> {
  const activity = { learnerUserId: await findAda(source), learningContentId: CONTENT, learningProviderId: PROVIDER };
  const rest = {
    '@odata.type': '#microsoft.graph.learningAssignment',
    assignmentType: 'required',
    status: 'notStarted',
  };
  await writeTo(source)('POST', ACTIVITIES, { ...activity, ...rest, externalCourseActivityId: OF_ADA });
}

async function findAda(source: TestServer): Promise<string> {
  const { body } = await source.call({ path: '/_admin/users', token: TOKEN });
  return body.value.find((user: { mail?: string }) => user.mail === 'Ada@contoso.com').id;
}

/** One activity is made again with the external id of a removed one; another goes, and its learner. */
async function change(source: TestServer): Promise<void> {
  const write = writeTo(source);
  const rows = (await read(source, 'activities')).trimEnd().split('\n');
  const activities = rows.map((row) => JSON.parse(row) as Readonly<Record<string, string>>);
  const ofKey = (part: string) => activities.find((one) => one['externalcourseActivityId']?.includes(part));
  const { id, ...again } = ofKey('00a') ?? {};
  await write('DELETE', `${ACTIVITIES}/${id}`);
  await write('POST', ACTIVITIES, again);
  await write('PATCH', `${ACTIVITIES}/${ofKey('"y"')?.['id']}`, { status: 'inProgress', completionPercentage: 9 });
  await write('DELETE', `${ACTIVITIES}/${ofKey(OF_ADA)?.['id']}`);
  await write('DELETE', `${CONTENTS}(externalId='a; "b"')/$ref`);
  await source.call({ method: 'DELETE', path: `/_admin/users/${await findAda(source)}`, token: TOKEN });
}

async function readChanged(source: TestServer, since: string, format: Format): Promise<Record<string, string>> {
  const texts = KINDS.map(async (kind) => [kind, await read(source, kind, `?since=${since}&format=${format}`)]);
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
}

const DIRECTIONS = [
  ['SQLite', 'PostgreSQL', SQLITE, POSTGRES],
  ['PostgreSQL', 'SQLite', POSTGRES, SQLITE],
] as const;

describe.each(DIRECTIONS)('from %s to %s', (_, __, from, to) => {
  test('each record arrives as it was, in every format', async () => {
    const [source, target] = [await start(from), await start(to)];
    await fill(source);
    for (const kind of KINDS) {
      const all = await read(source, kind);
      expect((await importText(target, kind, all, 'ndjson'))['created'], kind).toBe(
        { users: 1, contents: 1, activities: 2 }[kind],
      );
      expect(await read(target, kind)).toBe(all);
      for (const format of ['csv', 'json'] as const) {
        const text = await read(source, kind, `?format=${format}`);
        const counts = await importText(target, kind, text, format);
        expect(counts, `${kind} as ${format}`).toMatchObject({ created: 0, updated: 0 });
        expect(counts['unchanged']).toBe(all.trimEnd().split('\n').length);
      }
      expect(await read(target, kind)).toBe(all);
    }
  });

  test.each(['ndjson', 'csv', 'json'] as const)(
    'what has changed arrives, removals included, as %s',
    async (format) => {
      const [source, target] = [await start(from, 'full'), await start(to)];
      await fill(source);
      await assignToAda(source);
      for (const kind of KINDS) await importText(target, kind, await read(source, kind), 'ndjson');
      const since = new Date().toISOString();
      await change(source);
      const exported = await readChanged(source, since, format);
      for (const kind of KINDS) {
        const counts = await importText(target, kind, exported[kind] ?? '', format);
        expect(counts, kind).toMatchObject(
          { users: { removed: 1 }, contents: { removed: 1 }, activities: { removed: 2 } }[kind],
        );
      }
      for (const kind of KINDS)
        expect(linesOf(await read(target, kind)), kind).toEqual(linesOf(await read(source, kind)));
      for (const kind of KINDS) {
        const counts = await importText(target, kind, exported[kind] ?? '', format);
        expect(counts, kind).toMatchObject({ created: 0, updated: 0, removed: 0 });
      }
      for (const kind of KINDS)
        expect(linesOf(await read(target, kind)), kind).toEqual(linesOf(await read(source, kind)));
    },
  );

  test('a part is exported by filter, by provider and by time', async () => {
    const source = await start(from);
    const before = '2020-01-01T00:00:00Z';
    expect(await read(source, 'activities', `?since=${before}`)).toBe('');
    await fill(source);
    const idsOf = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).externalcourseActivityId as string);
    expect(idsOf(await read(source, 'activities', `?since=${before}`))).toHaveLength(2);
    expect(await read(source, 'activities', '?since=2099-01-01T00:00:00Z')).toBe('');
    expect(
      idsOf(await read(source, 'activities', "?filter=status%20eq%20'completed'&since=2020-01-01T00:00:00Z")),
    ).toEqual(['x, "y"']);
    const ofProvider = linesOf(await read(source, 'activities')).filter((line) => line.includes(PROVIDER));
    expect(linesOf(await read(source, 'activities', `?provider=${PROVIDER}`))).toEqual(ofProvider);
    expect((await read(source, 'users', `?since=${before}`)).trimEnd().split('\n')).toHaveLength(1);
    expect((await read(source, 'contents', `?since=${before}`)).trimEnd().split('\n')).toHaveLength(1);
    const wrong = await source.call({ path: "/_admin/exports/activities?filter=state%20eq%20'x'", token: TOKEN });
    expect(wrong).toMatchObject({
      status: 400,
      body: { problems: [expect.anything(), expect.stringContaining('state')] },
    });
    expect((await source.call({ path: `/_admin/exports/contents?provider=${CONTENT}`, token: TOKEN })).status).toBe(
      404,
    );
  });
});
