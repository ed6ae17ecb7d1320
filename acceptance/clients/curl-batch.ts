/** `curl`: batches in the forms that the SDKs of other languages send. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { newAssignment } from '../support/activity.ts';
import { bearer, JSON_TYPE, openCurl } from '../support/curl.ts';
import type { Scene } from '../support/scene.ts';
import type { Suite } from '../support/suite.ts';

interface Item {
  readonly id: unknown;
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body?: Record<string, unknown>;
}

const TYPE = '#microsoft.graph.learningAssignment';
const HEADERS = { 'Content-Type': 'application/json' };

export const suite: Suite = {
  client: 'curl',
  cases: (scene) => {
    const send = batchSender(scene);
    const create = async (key: string = randomUUID()): Promise<Record<string, unknown>> => {
      const body = newAssignment(scene, { externalCourseActivityId: key });
      const [item] = await send([{ id: '1', method: 'POST', url: scene.activities(), headers: HEADERS, body }]);
      assert.equal(item?.status, 201, JSON.stringify(item));
      scene.removeLater(item.body?.['id']);
      return item.body ?? {};
    };
    return {
      'A2 A6 as Python: whole URLs, and depends_on': async () => {
        const { id } = await create();
        const url = `${scene.target.baseUrl}/v1.0${scene.activities()}/${encodeURIComponent(String(id))}`;
        const body = { '@odata.type': TYPE, status: 'inProgress' };
        const [change, read] = await send([
          { id: 'a', method: 'PATCH', url, headers: HEADERS, body },
          { id: 'b', method: 'GET', url, depends_on: ['a'] },
        ]);
        assert.deepEqual([change?.status, read?.status, read?.body?.['status']], [204, 200, 'inProgress']);
      },
      'A2 as .NET: percent-decoded, with raw spaces, quotes and colons': async () => {
        const key = `it's 100% a:b é ${randomUUID()}`;
        const { id } = await create(key);
        const literal = key.replaceAll("'", "''");
        const [byKey, byId] = await send([
          { id: 'a', method: 'GET', url: `${scene.activities()}(externalcourseActivityId='${literal}')` },
          { id: 'b', method: 'GET', url: `${scene.activities()}/${String(id)}` },
        ]);
        assert.deepEqual([byKey?.body?.['id'], byId?.body?.['id']], [id, id]);
      },
      'A2 as Java, Go and PHP: from the version root; as the documentation: without a slash': async () => {
        const { id } = await create();
        const path = `${scene.activities()}/${encodeURIComponent(String(id))}`;
        const urls = [path, path.slice(1), `/v1.0${path}`];
        const answers = await send(urls.map((url, index) => ({ id: String(index), method: 'GET', url })));
        for (const { status, body } of answers) assert.deepEqual([status, body?.['id']], [200, id]);
      },
      'A4 as PHP and Python: a body in base64': async () => {
        const body = Buffer.from(JSON.stringify(newAssignment(scene))).toString('base64');
        const [made] = await send([{ id: '1', method: 'POST', url: scene.activities(), headers: HEADERS, body }]);
        assert.equal(made?.status, 201, JSON.stringify(made));
        scene.removeLater(made.body?.['id']);
      },
      'A3 headers of items in any case, and a token in them that counts for nothing': async () => {
        const headers = { 'content-type': 'application/json', authorization: 'Bearer no.such.token', sdkversion: 'x' };
        const [made] = await send([
          { id: '1', method: 'POST', url: scene.activities(), headers, body: newAssignment(scene) },
        ]);
        assert.equal(made?.status, 201, JSON.stringify(made));
        scene.removeLater(made.body?.['id']);
      },
      'A1 A5 ids as texts, Content-Type spelled so, and nothing at all for no content': async () => {
        const { id } = await create();
        const url = `${scene.activities()}/${String(id)}`;
        const [read, removed] = await send([
          { id: 1, method: 'GET', url },
          { id: 2, method: 'DELETE', url },
        ]);
        assert.equal(read?.id, '1');
        assert.match(String(read.headers['Content-Type']), /^application\/json/);
        assert.ok(Object.values(read.headers).every((value) => typeof value === 'string'));
        assert.equal(removed?.status, 204);
        assert.equal('body' in removed, false);
        assert.equal('Content-Type' in removed.headers, false);
      },
    };
  },
};

type BatchSender = (requests: readonly Readonly<Record<string, unknown>>[]) => Promise<readonly Item[]>;

/** Sends to `%24batch`, the form of clients that encode the dollar sign. */
function batchSender(scene: Scene): BatchSender {
  const curl = openCurl(scene);
  return async (requests) => {
    const words = [...(await bearer(scene)), ...JSON_TYPE, '-d', JSON.stringify({ requests })];
    const answer = await curl('-X', 'POST', `${scene.target.baseUrl}/v1.0/%24batch`, ...words);
    assert.equal(answer.status, 200, answer.text);
    return answer.json['responses'] as readonly Item[];
  };
}
