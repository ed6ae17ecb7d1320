/** Delta queries while others write: what a client puts together from pages and links is what is stored. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createRetentionStore } from '../../src/store/retention-store.ts';
import { createDirectoryStore } from '../../src/store/directory-store.ts';
import { runRetention } from '../../src/record/retention.ts';
import { openControl } from '../support/control.ts';
import { startTestServer } from '../support/server.ts';
import type { Answer, TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';

const ROOT = '/v1.0/employeeExperience';
const PROVIDER = `${ROOT}/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38`;
const ACTIVITIES = `${PROVIDER}/learningCourseActivities`;
const ALL = `${ROOT}/learningCourseActivities`;
const DAY_MS = 86_400_000;

interface Item {
  readonly id: string;
  readonly '@removed'?: unknown;
}

/** What a client has that follows links. */
class Mirror {
  readonly items = new Map<string, unknown>();
  #link: string;
  readonly #read: (path: string) => Promise<Answer>;

  constructor(path: string, read: (path: string) => Promise<Answer>) {
    this.#link = path;
    this.#read = read;
  }

  /** One page. @returns whether it was the last one */
  async step(): Promise<boolean> {
    const { status, body } = await this.#read(this.#link);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    for (const item of body.value as readonly Item[]) {
      if ('@removed' in item) this.items.delete(item.id);
      else this.items.set(item.id, item);
    }
    const { '@odata.nextLink': next, '@odata.deltaLink': delta } = body as Readonly<Record<string, string>>;
    expect([next, delta].filter((link) => link !== undefined)).toHaveLength(1);
    this.#link = (next ?? delta ?? '').replace(/^https?:\/\/[^/]+/, '');
    return delta !== undefined;
  }

  async catchUp(): Promise<void> {
    while (!(await this.step()));
  }
}

describe.each(STORE_DRIVERS)('on $name, a delta query', ({ create: createDatabase }) => {
  let database: TestDatabase;
  let server: TestServer;
  let count = 0;

  beforeAll(async () => {
    database = createDatabase();
    server = await startTestServer({ ...(await database.serverSettings()), sandbox: true });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const send = async (method: string, path: string, json?: object): Promise<Answer> =>
    server.call({ method, path, json, token: await server.appToken('writer') });
  const read = (path: string): Promise<Answer> => send('GET', path);
  const create = async (changed: object = {}): Promise<string> => {
    count += 1;
    const { status, body } = await send('POST', ACTIVITIES, {
      '@odata.type': '#microsoft.graph.learningAssignment',
      assignmentType: 'required',
      learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
      learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
      externalcourseActivityId: `delta ${count}`,
      status: 'notStarted',
      ...changed,
    });
    expect(status).toBe(201);
    return String(body.id);
  };
  const stored = async (): Promise<ReadonlyMap<string, unknown>> => {
    const found = new Map<string, unknown>();
    for (let link: string | undefined = `${ALL}?$top=100`; link !== undefined;) {
      const { body }: Answer = await read(link);
      for (const item of body.value as readonly Item[]) found.set(item.id, item);
      link = (body['@odata.nextLink'] as string | undefined)?.replace(/^https?:\/\/[^/]+/, '');
    }
    return found;
  };

  test('comes to the same as the list, whatever is written between and while its pages are read', async () => {
    const mirror = new Mirror(`${ALL}/delta?$top=7`, read);
    const ids = await Promise.all(Array.from({ length: 40 }, () => create()));
    const write = async (id: string, index: number): Promise<void> => {
      if (index % 5 === 0) await send('DELETE', `${ACTIVITIES}/${id}`);
      else await send('PATCH', `${ACTIVITIES}/${id}`, { status: 'inProgress', completionPercentage: index });
      if (index % 3 === 0) await create();
    };
    const writing = Promise.all(ids.map(write));
    for (let page = 0; page < 12; page += 1) await mirror.step();
    await writing;
    await mirror.catchUp();
    // A round that ended while others wrote has a link of its own to what came later.
    await mirror.catchUp();
    expect(mirror.items).toEqual(await stored());
  });

  test('tells of what goes with its provider, by ids', async () => {
    await create();
    const ofOne = new Mirror(`${ACTIVITIES}/delta?$top=100`, read);
    const ofAll = new Mirror(`${ALL}/delta?$top=100`, read);
    await Promise.all([ofOne.catchUp(), ofAll.catchUp()]);
    expect(ofOne.items.size).toBeGreaterThan(0);
    const token = await server.userToken('admin');
    expect((await server.call({ method: 'DELETE', path: PROVIDER, token })).status).toBe(204);
    await Promise.all([ofOne.catchUp(), ofAll.catchUp()]);
    expect(ofOne.items.size).toBe(0);
    expect(ofAll.items).toEqual(await stored());
    await openControl(server)('POST', '/reset');
  });

  test('tells of what a retention rule has removed, and begins again where a trail does not name it', async () => {
    const id = await create({ status: 'completed', completedDateTime: '2020-01-01T00:00:00Z' });
    const { body } = await read(`${ALL}/delta?$deltatoken=latest`);
    const link = String(body['@odata.deltaLink']).replace(/^https?:\/\/[^/]+/, '');
    for (const detail of ['notes', 'full'] as const) {
      await using connection = database.connect({ changeLog: { detail, key: undefined } });
      const [tenant] = await createDirectoryStore(connection).listTenants();
      if (tenant === undefined) throw new Error('No tenant');
      const store = createRetentionStore(connection, () => ({ channel: 'server', operation: 'runRetention' }));
      const now = Date.now() + DAY_MS;
      await runRetention(store, { tenant, days: 365, now, isDryRun: false });
      const answer = await read(link);
      if (detail === 'notes') {
        const removed = { id, '@removed': { reason: 'deleted' } };
        expect(answer.body.value).toContainEqual(removed);
        await create({ status: 'completed', completedDateTime: '2020-01-01T00:00:00Z' });
      } else expect([answer.status, answer.body.error.code]).toEqual([410, 'syncStateNotFound']);
    }
  });

  test('has an expired link after a reset, and where to begin again', async () => {
    const { body } = await read(`${ALL}/delta?$top=100`);
    const link = String(body['@odata.deltaLink']).replace(/^https?:\/\/[^/]+/, '');
    await openControl(server)('POST', '/reset');
    const { status, headers } = await read(link);
    expect([status, headers['location']]).toEqual([410, `${server.app.baseUrl}${ALL}/delta?$top=100&$deltatoken=`]);
  });
});
