/** Imports by the admin API: what becomes of each row, and that another run changes nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { CONTENT, LEARNER, PROVIDER } from '../support/sandbox.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';

const UNLICENSED = '3c1f0a52-e020-11ec-9d64-0242ac120002';
const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson', json: 'application/json' } as const;

const activity = (externalId: string, more: object = {}) => ({
  '@odata.type': '#microsoft.graph.learningAssignment',
  externalcourseActivityId: externalId,
  learnerUserId: LEARNER,
  learningContentId: CONTENT,
  learningProviderId: PROVIDER,
  assignmentType: 'required',
  status: 'notStarted',
  ...more,
});
const ndjson = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n');

describe.each(STORE_DRIVERS)('$name', ({ create }) => {
  let database: TestDatabase;
  let server: TestServer;
  let folder: string;
  const token = 'made-up-for-these-tests';

  beforeAll(async () => {
    database = create();
    folder = mkdtempSync(join(tmpdir(), 'vivarium-import-'));
    const adminTokenFile = join(folder, 'token');
    writeFileSync(adminTokenFile, token);
    const own = { sandbox: false, adminApi: true, adminTokenFile, audit: 'full' };
    server = await startTestServer({ ...(await database.serverSettings()), ...own });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const ask = (method: string, path: string, json?: unknown) =>
    server.call({ method, path: `/_admin${path}`, token, json });
  const begin = async (order: object) => (await ask('POST', '/imports', order)).body.id as string;
  const send = (
    id: string,
    body: string,
    { format = 'ndjson', query = '' }: { format?: keyof typeof TYPES; query?: string } = {},
  ) =>
    server.call({
      method: 'POST',
      path: `/_admin/imports/${id}/rows${query}`,
      token,
      body,
      headers: { 'content-type': TYPES[format] },
    });
  const importText = async (
    body: string,
    order: { readonly format?: keyof typeof TYPES; readonly kind?: string; readonly provider?: string } = {},
  ) => {
    const { format = 'ndjson' } = order;
    const id = await begin({ ...order, format });
    const sent = await send(id, body, { format });
    expect(sent.status, sent.text).toBe(200);
    await ask('POST', `/imports/${id}/end`);
    return sent.body.value as readonly { readonly line: number; readonly outcome: string; readonly error?: any }[]; // oxlint-disable-line no-explicit-any -- what a client can see
  };
  const outcomesOf = async (body: string, order: object = {}) =>
    (await importText(body, order)).map(({ outcome }) => outcome);
  const listAll = async () => {
    const path = `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities?$top=1000`;
    return (await server.call({ path, token: await server.appToken('writer') })).body.value as readonly any[]; // oxlint-disable-line no-explicit-any -- what a client can see
  };
  const find = async (externalId: string) =>
    (await listAll()).find(({ externalcourseActivityId }) => externalcourseActivityId === externalId);

  describe('activities', () => {
    test('are created, updated and left alone, and a second run changes nothing', async () => {
      const rows = [1, 2, 3].map((number) => activity(`a${number}`));
      expect(await outcomesOf(ndjson(rows))).toEqual(['created', 'created', 'created']);
      const stored = await listAll();
      expect(await outcomesOf(ndjson(rows))).toEqual(['unchanged', 'unchanged', 'unchanged']);
      expect(await listAll()).toEqual(stored);
      const changed = [
        activity('a1', { status: 'completed', completionPercentage: 100 }),
        activity('a2'),
        activity('a4'),
      ];
      expect(await outcomesOf(ndjson(changed))).toEqual(['updated', 'unchanged', 'created']);
      expect(await find('a1')).toMatchObject({ status: 'completed', completionPercentage: 100 });
    });

    test('are removed by rows that say so, once, and by the id alone', async () => {
      expect(await outcomesOf(ndjson([activity('r1')]))).toEqual(['created']);
      const { id } = await find('r1');
      const removed = { '@removed': { reason: 'deleted' } };
      const others = ndjson([{ ...removed, ...activity('r1') }, activity('r2', { status: 'nearly' })]);
      expect(await importText(others)).toMatchObject([{ error: { code: 'removedIdMissing' } }, { outcome: 'refused' }]);
      const job = await begin({ format: 'ndjson', allOrNothing: true });
      const notDone = await send(job, ndjson([{ ...removed, id }, activity('r2', { status: 'nearly' })]));
      expect(notDone.body.value).toMatchObject([{ outcome: 'notDone' }, { outcome: 'refused' }]);
      expect(await find('r1')).toBeDefined();
      // Behind its removal in the same file, another one has its external id.
      const rows = ndjson([{ ...removed, ...activity('r1'), id }, activity('r1', { completionPercentage: 4 })]);
      expect(await outcomesOf(rows)).toEqual(['removed', 'created']);
      expect(await outcomesOf(rows)).toEqual(['unchanged', 'unchanged']);
      expect(await find('r1')).toMatchObject({ completionPercentage: 4 });
      const { body } = await ask('GET', `/audit/history?item=${id}`);
      expect(body.value.at(-1)).toMatchObject({ action: 'deleted', operation: 'importRows' });
    });

    test('are told by line, and a wrong one stops no other', async () => {
      const rows = [
        JSON.stringify(activity('b1')),
        '',
        'not json',
        JSON.stringify(activity('b2', { learnerUserId: UNLICENSED })),
        JSON.stringify(activity('b3', { status: 'nearly', assignmentType: null })),
        JSON.stringify(activity('b4', { externalcourseActivityId: undefined })),
        JSON.stringify(activity('b5')),
      ];
      const results = await importText(rows.join('\n'));
      expect(results.map(({ line, outcome }) => [line, outcome])).toEqual([
        [1, 'created'],
        [3, 'refused'],
        [4, 'refused'],
        [5, 'refused'],
        [6, 'refused'],
        [7, 'created'],
      ]);
      const [, unreadable, unlicensed, invalid, unnamed] = results.map(({ error }) => error);
      expect(unreadable.code).toBe('rowUnreadable');
      expect(unlicensed).toMatchObject({ code: 'Forbidden', message: expect.stringContaining('license') });
      expect(invalid.details.map(({ target }: { readonly target: string }) => target)).toEqual([
        'status',
        'assignmentType',
      ]);
      expect(unnamed.code).toBe('identityMissing');
    });

    test('that repeat in a file are judged one after the other', async () => {
      const rows = [
        activity('c1'),
        activity('c1', { completionPercentage: 40 }),
        activity('c1', { completionPercentage: 40 }),
      ];
      expect(await outcomesOf(ndjson(rows))).toEqual(['created', 'updated', 'unchanged']);
    });

    test('come as CSV, with quotes, line feeds and empty cells, from whatever separates them', async () => {
      const header =
        '@odata.type;externalcourseActivityId;learnerUserId;learningContentId;assignmentType;status;completionPercentage;notes;dueDateTime/dateTime;dueDateTime/timeZone';
      const cells = ['#microsoft.graph.learningAssignment', 'd1', LEARNER, CONTENT, 'required', 'inProgress', '5'];
      const lines = [
        header,
        [...cells, '"with ; and ""quotes"" and', 'a line feed"', '2026-01-02T03:04:05', 'Europe/Berlin']
          .join(';')
          .replace('and;', 'and\n'),
        ['#microsoft.graph.learningAssignment', 'd2', LEARNER].join(';'),
        [...cells.with(1, 'd3').with(6, ''), '', '', ''].join(';'),
        [...cells.with(1, 'd4').with(6, 'five'), '', '', ''].join(';'),
      ];
      const results = await importText(lines.join('\r\n'), { format: 'csv', provider: PROVIDER });
      expect(results.map(({ line, outcome }) => [line, outcome])).toEqual([
        [2, 'created'],
        [4, 'refused'],
        [5, 'created'],
        [6, 'refused'],
      ]);
      expect(results[1]?.error?.message).toBe('The row cannot be read: it has 3 cells, the header 10.');
      expect(results[3]?.error?.details).toMatchObject([{ target: 'completionPercentage' }]);
      expect(await find('d1')).toMatchObject({
        completionPercentage: 5,
        notes: { contentType: 'text', content: 'with ; and "quotes" and\na line feed' },
        dueDateTime: { dateTime: '2026-01-02T03:04:05', timeZone: 'Europe/Berlin' },
      });
      expect(await find('d3')).toMatchObject({ completionPercentage: null, notes: null });
    });

    test('come as a JSON array, or as an answer of Graph', async () => {
      const rows = [activity('e1'), activity('e2')];
      expect(await outcomesOf(JSON.stringify(rows, null, 2), { format: 'json' })).toEqual(['created', 'created']);
      expect(await outcomesOf(JSON.stringify({ '@odata.context': '…', value: rows }), { format: 'json' })).toEqual([
        'unchanged',
        'unchanged',
      ]);
    });

    test('of a self-initiated course that has not begun can be imported again, though an update may not say so', async () => {
      const row = {
        ...activity('f1', { '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse' }),
        assignmentType: undefined,
      };
      expect(await outcomesOf(ndjson([row]))).toEqual(['created']);
      expect(await outcomesOf(ndjson([row]))).toEqual(['unchanged']);
      expect(await outcomesOf(ndjson([{ ...row, status: 'completed' }, row]))).toEqual(['updated', 'refused']);
    });

    test('are in the audit trail, each in the transaction of its row', async () => {
      await importText(ndjson([activity('g1')]));
      const { id } = await find('g1');
      const { body } = await ask('GET', `/audit?item=${id}`);
      expect(body.value).toMatchObject([{ action: 'created', operation: 'importRows', channel: 'admin' }]);
      expect((await ask('GET', '/audit/verify')).body).toMatchObject({ isWhole: true });
    });
  });

  describe('an import', () => {
    test('that is a dry run stores nothing', async () => {
      const body = ndjson([activity('h1'), activity('h2', { status: 'nearly' })]);
      const id = await begin({ format: 'ndjson', dryRun: true });
      expect((await send(id, body)).body.value.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
        'created',
        'refused',
      ]);
      expect(await find('h1')).toBeUndefined();
    });

    test('of all or nothing stores nothing when a row is refused, and all otherwise', async () => {
      const order = { format: 'ndjson', allOrNothing: true };
      const first = await begin(order);
      const sent = await send(first, ndjson([activity('i1'), activity('i2', { status: 'nearly' }), activity('i1')]));
      expect(sent.body.value.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
        'notDone',
        'refused',
        'refused',
      ]);
      expect(sent.body.import).toMatchObject({ state: 'refused', counts: { notDone: 1, refused: 2 } });
      expect(await find('i1')).toBeUndefined();
      expect((await send(first, ndjson([activity('i1')]))).status).toBe(409);
      const second = await begin(order);
      const all = Array.from({ length: 1200 }, (_, number) => activity(`i${number}`));
      expect((await send(second, ndjson(all))).body.import).toMatchObject({ rows: 1200, counts: { created: 1200 } });
      expect((await send(second, ndjson([activity('j1')]))).status).toBe(409);
    });

    test('goes on where it was, tells the last part again, and takes no row twice', async () => {
      const order = { format: 'ndjson', source: 'checksum' };
      const id = await begin(order);
      const [first, second] = [ndjson([activity('k1'), 'no object']), ndjson([activity('k2')])];
      const sent = await send(id, first, { query: '?row=0' });
      expect(sent.body).toMatchObject({ import: { rows: 2 }, from: 0 });
      expect((await ask('POST', '/imports', order)).body).toMatchObject({ id, rows: 2 });
      expect((await ask('GET', `/imports/${id}/results`)).body).toEqual(sent.body);
      expect((await send(id, first, { query: '?row=0' })).status).toBe(409);
      expect((await send(id, second, { query: '?row=2&line=3' })).body.value).toEqual([
        { line: 3, outcome: 'created' },
      ]);
      expect((await ask('POST', `/imports/${id}/end`)).body).toMatchObject({ state: 'done', rows: 3 });
      expect((await ask('POST', '/imports', order)).body.rows).toBe(0);
      expect((await ask('GET', '/imports')).body.value.map((one: { id: string }) => one.id)).toContain(id);
      expect((await ask('DELETE', `/imports/${id}`)).status).toBe(204);
      expect((await ask('GET', `/imports/${id}`)).status).toBe(404);
    });

    test('of a file that lacks a column which the mapping needs is refused before a row is stored', async () => {
      const mapping = {
        kind: 'activities',
        type: 'learningAssignment',
        learner: { by: 'mail', from: 'Email' },
        properties: { externalcourseActivityId: { template: '{User}:{Course}' } },
      };
      const id = await begin({ mapping, format: 'csv' });
      const { status, body } = await send(id, 'E-mail,User\nx,1', { format: 'csv' });
      expect({ status, problems: body.problems }).toEqual({
        status: 400,
        problems: [
          'the file has no column Email; did you mean E-mail?',
          'the file has no column Course',
          'it has E-mail, User',
        ],
      });
      expect((await ask('POST', '/imports', { profile: 'none' })).body.problems).toEqual([
        expect.stringContaining('unknown profile: none'),
      ]);
      const wrong = { ...mapping, properties: { status: { column: 'a', value: 'b' }, x: { column: 'c', match: '(' } } };
      expect((await ask('POST', '/imports', { mapping: wrong })).body.problems).toHaveLength(2);
    });
  });

  describe('a suggestion', () => {
    const suggest = (body: string, format: keyof typeof TYPES) =>
      server.call({
        method: 'POST',
        path: `/_admin/import-suggestions?format=${format}`,
        token,
        body,
        headers: { 'content-type': TYPES[format] },
      });

    test('has the columns, the first rows and a mapping that an import takes', async () => {
      const text = 'Email;Course code;State;Note\nlee@contoso.onmicrosoft.com;K-1;Done;\nx;K-2;Open;"a\nb"\nshort';
      const { status, body } = await suggest(text, 'csv');
      expect(status).toBe(200);
      expect(body.columns).toEqual(['Email', 'Course code', 'State', 'Note']);
      expect(body.rows).toEqual([
        { line: 2, values: { Email: 'lee@contoso.onmicrosoft.com', 'Course code': 'K-1', State: 'Done' } },
        { line: 3, values: { Email: 'x', 'Course code': 'K-2', State: 'Open', Note: 'a\nb' } },
        { line: 5, values: {}, problem: expect.any(String) },
      ]);
      expect(body.mapping).toMatchObject({ kind: 'activities', learner: { by: 'mail', from: 'Email' } });
      expect((await ask('POST', '/imports', { mapping: body.mapping, dryRun: true })).status).toBe(201);
      const json = await suggest(JSON.stringify({ value: [activity('x')] }), 'json');
      expect(json.body).toMatchObject({ mapping: { kind: 'activities', asIs: true } });
    });

    test('of what holds no row says so', async () => {
      const { status, body } = await suggest('{"a": 1', 'ndjson');
      expect({ status, detail: body.detail, problems: body.problems }).toEqual({
        status: 400,
        detail: 'No row can be read as ndjson.',
        problems: [expect.stringMatching(/^line 1: it is not valid JSON/)],
      });
    });

    test('may be one of the mappings that come along', async () => {
      const { body } = await ask('GET', '/import-profiles');
      const names = body.value.map(({ name }: { readonly name: string }) => name);
      expect(names).toEqual(['graph', 'cornerstone', 'linkedin-learning', 'moodle', 'successfactors', 'xapi']);
      expect(body.value[3].mapping).toMatchObject({ kind: 'activities', learner: { by: 'mail' } });
    });
  });

  describe('contents', () => {
    const content = (externalId: string, more: object = {}) => ({
      externalId,
      title: `Course ${externalId}`,
      contentWebUrl: 'https://fabrikam.example/course',
      languageTag: 'en-us',
      ...more,
    });
    const order = { kind: 'contents', provider: PROVIDER };

    test('are created, updated, left alone, and refused by the rules of the operations', async () => {
      const rows = [content('l1', { skillTags: ['a'] }), content('l2'), content('l3', { contentWebUrl: 'no address' })];
      expect(await outcomesOf(ndjson(rows), order)).toEqual(['created', 'created', 'refused']);
      expect(await outcomesOf(ndjson(rows), order)).toEqual(['unchanged', 'unchanged', 'refused']);
      expect(await outcomesOf(ndjson([content('l1', { title: 'Another' })]), order)).toEqual(['updated']);
      const csv =
        'externalId,title,contentWebUrl,languageTag,skillTags,isActive\nl1,Another,https://fabrikam.example/course,en-us,a,yes';
      expect(await outcomesOf(csv, { ...order, format: 'csv' })).toEqual(['unchanged']);
    });
  });

  describe('users', () => {
    const order = { kind: 'users', format: 'csv' } as const;
    const HEAD = 'userPrincipalName,displayName,licence,directoryRoles,accountEnabled';

    test('are added, changed and left alone, and a wrong one stops no other', async () => {
      const lines = [
        HEAD,
        'cara@contoso.com,Cara,premium,,',
        'dora@contoso.com,"Dora, D.",none,Knowledge Administrator;Other,no',
        'nobody,No One,gold,,',
      ];
      const results = await importText(lines.join('\n'), order);
      expect(results.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'refused']);
      expect(results[2]?.error?.message).toMatch(
        /^userPrincipalName must match pattern .*; licence must be equal to one of/,
      );
      expect(await outcomesOf(lines.join('\n'), order)).toEqual(['unchanged', 'unchanged', 'refused']);
      expect(await outcomesOf([HEAD, 'CARA@contoso.com,Cara,seeded,,'].join('\n'), order)).toEqual(['updated']);
      const { body } = await ask('GET', '/users?search=dora');
      expect(body.value).toMatchObject([
        { displayName: 'Dora, D.', accountEnabled: false, directoryRoles: ['Knowledge Administrator', 'Other'] },
      ]);
    });

    test('whose name another user has are refused', async () => {
      const id = '00000000-0000-4000-8000-00000000000f';
      const rows = [{ id, userPrincipalName: 'learner@contoso.onmicrosoft.com', displayName: 'Another' }];
      const [result] = await importText(ndjson(rows), { ...order, format: 'ndjson' });
      expect(result?.error?.code).toBe('userTaken');
    });
  });

  describe('many rows', () => {
    test('that tell of a record by another spelling are judged by what the rows before have stored', async () => {
      const fillers = Array.from({ length: 500 }, (_, index) => activity(`many${index}`));
      const rows = [
        activity('first'),
        ...fillers,
        activity('first', { learnerUserId: LEARNER.toUpperCase(), completionPercentage: 10 }),
        activity('last'),
      ];
      expect((await outcomesOf(ndjson(rows))).slice(-3)).toEqual(['created', 'updated', 'created']);
      expect(new Set(await outcomesOf(ndjson(rows.slice(1))))).toEqual(new Set(['unchanged']));
    });

    const mapped = {
      ...{ kind: 'activities', type: 'learningAssignment', provider: { value: PROVIDER } },
      learner: { by: 'userPrincipalName', from: 'who' },
      content: { externalId: 'course', create: { title: 'course', contentWebUrl: 'url', languageTag: 'language' } },
      properties: {
        externalcourseActivityId: 'key',
        ...{ assignmentType: { value: 'required' }, status: { value: 'notStarted' } },
      },
    };
    const row = (key: string, more: object = {}) => ({
      ...{ key, who: 'learner@contoso.onmicrosoft.com', course: 'old', language: 'en-us' },
      url: 'https://fabrikam.example/course',
      ...more,
    });

    test('that name a learner in several spellings are about one activity', async () => {
      const order = { mapping: mapped };
      const rows = ndjson([row('spelled'), row('spelled', { who: 'Learner@Contoso.onmicrosoft.com' })]);
      expect(await outcomesOf(rows, order)).toEqual(['created', 'unchanged']);
      expect(await outcomesOf(rows, order)).toEqual(['unchanged', 'unchanged']);
      const { body } = await send(await begin({ ...order, format: 'ndjson', allOrNothing: true }), rows);
      expect(body.value).toMatchObject([{ outcome: 'unchanged' }, { error: { code: 'rowRepeated' } }]);
    });

    test('of which some create their content are stored together, also all or nothing', async () => {
      const order = { mapping: mapped, format: 'ndjson' };
      expect(await outcomesOf(ndjson([row('with1')]), { mapping: order.mapping })).toEqual(['created']);
      const rows = [row('with2'), row('with3', { course: 'new' })];
      const { body, text } = await send(await begin({ ...order, allOrNothing: true }), ndjson(rows));
      expect(body.value, text).toMatchObject([{ outcome: 'created' }, { outcome: 'created' }]);
    });

    test('whose texts have tabs, line feeds and backslashes are stored as they are', async () => {
      const content = 'a\tb\nc\\d\re\\N\\.';
      const rows = ['text1', 'text2'].map((id) => activity(id, { notes: { contentType: 'text', content } }));
      expect(await outcomesOf(ndjson(rows))).toEqual(['created', 'created']);
      expect(await outcomesOf(ndjson(rows))).toEqual(['unchanged', 'unchanged']);
    });
  });
});
