/** `@microsoft/microsoft-graph-client` 3: JSON batches by BatchRequestContent and BatchResponseContent. */
import assert from 'node:assert/strict';
import { BatchRequestContent, BatchResponseContent } from '@microsoft/microsoft-graph-client';
import type { BatchRequestStep, Client } from '@microsoft/microsoft-graph-client';
import { newAssignment } from '../support/activity.ts';
import { lockDatabase } from '../support/database-lock.ts';
import { openGraphClient, refusalOf } from '../support/graph-client.ts';
import { openLimitedScene } from '../support/limited.ts';
import type { Scene } from '../support/scene.ts';
import type { Suite } from '../support/suite.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
const TYPE = '#microsoft.graph.learningAssignment';

export const suite: Suite = {
  client: 'graph-client',
  cases: (scene) => {
    const client = openGraphClient(scene);
    const step = stepMaker(scene);
    return {
      'A1 A2 A5 a batch of requests with whole URLs: each answer has its own status and body': async () => {
        const bodies = [newAssignment(scene), newAssignment(scene)];
        const creates = bodies.map((body, index) => step(String(index + 1), `POST ${scene.activities()}`, { body }));
        const answers = await send(client, [
          ...creates,
          step('probe', `GET ${scene.activities()}(externalCourseActivityId='no-such-key')`),
        ]);
        for (const [index, body] of bodies.entries()) {
          const made = await take(answers, String(index + 1), 201);
          scene.removeLater(made['id']);
          assert.equal(made['externalCourseActivityId'], body['externalCourseActivityId']);
        }
        const { error } = (await take(answers, 'probe', 404)) as { error: Record<string, unknown> };
        assert.equal(error['code'], 'notFound');
      },
      'A3 A5 A6 items that depend on each other run in turn, and an item without content has no body': async () => {
        const made = (await client.api(scene.activities()).post(newAssignment(scene))) as { id: string };
        const path = `${scene.activities()}/${made.id}`;
        const body = { '@odata.type': TYPE, status: 'inProgress' };
        const answers = await send(client, [
          step('change', `PATCH ${path}`, { body }),
          step('read', `GET ${path}`, { after: 'change' }),
          step('remove', `DELETE ${path}`, { after: 'read' }),
        ]);
        assert.equal(answers.getResponseById('change').status, 204);
        assert.equal((await take(answers, 'read', 200))['status'], 'inProgress');
        assert.equal(answers.getResponseById('remove').status, 204);
      },
      'A6 what depends on a refused item is not run: 424': async () => {
        const path = scene.activities();
        const answers = await send(client, [
          step('bad', `POST ${path}`, { body: { '@odata.type': TYPE } }),
          step('next', `POST ${path}`, { body: newAssignment(scene), after: 'bad' }),
        ]);
        await take(answers, 'bad', 400);
        const { error } = (await take(answers, 'next', 424)) as { error: Record<string, unknown> };
        assert.equal(error['code'], 'failedDependency');
      },
      'A1 twenty items are taken, twenty-one refused as a whole': async () => {
        const items = Array.from({ length: 21 }, (_, index) => ({
          id: index + 1,
          method: 'GET',
          url: `${scene.activities()}?$top=1`,
        }));
        const { responses } = (await client.api('/$batch').post({ requests: items.slice(1) })) as {
          responses: { id: string; status: number }[];
        };
        assert.equal(responses.length, 20);
        assert.ok(responses.every(({ id, status }) => typeof id === 'string' && status === 200));
        const error = await refusalOf(client.api('/$batch').post({ requests: items }) as Promise<unknown>);
        assert.equal(error.statusCode, 400);
      },
      'A7 an item that has to wait is told how long in its own headers': async () => {
        await using place = openLimitedScene(scene);
        using _lock = lockDatabase(place.target);
        const create = stepMaker(place)('1', `POST ${place.activities()}`, { body: newAssignment(place) });
        const answers = await send(openGraphClient(place), [create]);
        await take(answers, '1', 503);
        assert.match(String(answers.getResponseById('1').headers.get('retry-after')), /^\d+$/);
      },
      'A1 T2 a batch of the other version': async () => {
        const request = new Request(`${scene.target.baseUrl}/beta${scene.activities()}?$top=1`);
        const content = await new BatchRequestContent([{ id: '1', request }]).getContent();
        const { responses } = (await client.api('/$batch').version('beta').post(content)) as {
          responses: { body: Record<string, string> }[];
        };
        assert.match(String(responses[0]?.body['@odata.context']), /\/beta\/\$metadata/);
      },
    };
  },
};

interface StepOptions {
  readonly body?: object;
  /** The id of the item before. */
  readonly after?: string;
}

/** `send` is the method, a space and the path. */
type StepMaker = (id: string, send: string, options?: StepOptions) => BatchRequestStep;

function stepMaker({ target }: Scene): StepMaker {
  return (id, send, { body, after } = {}) => {
    const [, method = '', path = ''] = /^(\w+) (.*)$/.exec(send) ?? [];
    const init = body === undefined ? { method } : { method, headers: JSON_HEADERS, body: JSON.stringify(body) };
    const request = new Request(`${target.baseUrl}/v1.0${path}`, init);
    return { id, request, ...(after !== undefined && { dependsOn: [after] }) };
  };
}

async function send(client: Client, steps: BatchRequestStep[]): Promise<BatchResponseContent> {
  const content = await new BatchRequestContent(steps).getContent();
  return new BatchResponseContent((await client.api('/$batch').post(content)) as never);
}

/** The JSON of an item's answer, which must have that status. */
async function take(answers: BatchResponseContent, id: string, status: number): Promise<Record<string, unknown>> {
  const response = answers.getResponseById(id);
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.equal(response.headers.get('content-type')?.split(';')[0], 'application/json');
  return JSON.parse(text) as Record<string, unknown>;
}
