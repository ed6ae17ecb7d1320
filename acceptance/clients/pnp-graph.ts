/** `@pnp/graph`: requests by path, paging, batches and waiting, with a token that is handed to it. */
import assert from 'node:assert/strict';
import { Endpoint, GraphCollection, graphDelete, graphGet, graphPatch, graphPost, GraphQueryable } from '@pnp/graph';
import type { IGraphCollection, IGraphQueryable } from '@pnp/graph';
import { createBatch } from '@pnp/graph/batching.js';
import { GraphDefault } from '@pnp/nodejs';
import { body, HttpRequestError, InjectHeaders } from '@pnp/queryable';
import { newAssignment } from '../support/activity.ts';
import { hurry } from '../support/hurry.ts';
import { openLimitedScene } from '../support/limited.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';
import { LIMIT_PER_MINUTE } from '../support/target.ts';

type Entity = Record<string, unknown> & { readonly id: string };

export const suite: Suite = {
  client: 'pnp-graph',
  cases: (scene) => ({ ...single(scene), ...batches(scene), ...waiting(scene) }),
};

/** A request below the version root. */
type Open = (path: string) => IGraphQueryable;

async function open(scene: Scene, app = 'writer'): Promise<Open> {
  const baseUrl = `${scene.target.baseUrl}/v1.0`;
  const headers = { Authorization: `Bearer ${await scene.appToken(app)}` };
  const root = GraphQueryable('').using(GraphDefault({ baseUrl }), InjectHeaders(headers));
  return (path) => GraphQueryable(root, path.slice(1));
}

function single(scene: Scene): Cases {
  const create = async (at: Open): Promise<Entity> => {
    const made = await graphPost<Entity>(at(scene.activities()), body(newAssignment(scene)));
    scene.removeLater(made.id);
    return made;
  };
  return {
    'T6 O2 create, read, update and delete; every request has a Content-Type': async () => {
      const at = await open(scene);
      const { id } = await create(at);
      const path = `${scene.activities()}/${id}`;
      const changes = { '@odata.type': '#microsoft.graph.learningAssignment', status: 'inProgress' };
      await graphPatch(at(path), body(changes));
      assert.equal((await graphGet<Entity>(at(path)))['status'], 'inProgress');
      await graphDelete(at(path));
      await assert.rejects(graphGet(at(path)), (error) => {
        assert.ok(error instanceof HttpRequestError);
        assert.equal(error.status, 404);
        return true;
      });
    },
    'T2 Endpoint swaps the version': async () => {
      const at = await open(scene);
      const { id } = await create(at);
      const beta = at(`${scene.activities()}/${id}`).using(Endpoint('beta'));
      const read = await graphGet<Entity>(beta);
      assert.match(String(read['@odata.context']), /\/beta\//);
    },
    'P5 O9 O10 options with an encoded dollar sign, and every page by its link': async () => {
      const at = await open(scene);
      const made: string[] = [];
      for (let count = 0; count < 3; count += 1) made.push((await create(at)).id);
      const list: IGraphCollection<Entity[]> = GraphCollection(at(scene.activities()));
      list.query.set('$top', '2');
      list.query.set('$select', 'id,status');
      const seen: string[] = [];
      for await (const page of list) seen.push(...page.map(({ id }) => id));
      assert.equal(new Set(seen).size, seen.length);
      assert.deepEqual(
        made.filter((id) => !seen.includes(id)),
        [],
      );
    },
  };
}

function batches(scene: Scene): Cases {
  return {
    'A1 A2 A3 a batch whose answers come in the order of its requests': async () => {
      const at = await open(scene);
      const made = await graphPost<Entity>(at(scene.activities()), body(newAssignment(scene)));
      const path = `${scene.activities()}/${made.id}`;
      const [join, execute] = createBatch(at('/'));
      const changes = { '@odata.type': '#microsoft.graph.learningAssignment', status: 'completed' };
      const answers = Promise.allSettled([
        graphPatch(at(path).using(join), body(changes)),
        graphGet<Entity>(at(path).using(join)),
        graphGet(at(`${scene.activities()}/no-such-activity`).using(join)),
        graphDelete(at(path).using(join)),
      ]);
      await execute();
      const [changed, read, missing, removed] = await answers;
      assert.equal(changed.status, 'fulfilled');
      assert.equal(read.status === 'fulfilled' && read.value['status'], 'completed');
      assert.match(String(missing.status === 'rejected' && missing.reason), /404/);
      assert.equal(removed.status, 'fulfilled');
    },
  };
}

/** Against the server that allows few requests. */
function waiting(scene: Scene): Cases {
  return {
    'E6 429: retried after Retry-After, then refused': async () => {
      await using place = openLimitedScene(scene);
      const at = await open(place, 'assigner');
      const read = () => graphGet(at(place.activities()));
      for (let count = 0; count < LIMIT_PER_MINUTE; count += 1) await read();
      const { waits } = await hurry(() => assert.rejects(read(), /Retry count exceeded \(3\).*429/));
      // The bucket of the limit fills evenly: until the next request is free, and not until a minute has passed.
      const waitMs = Math.ceil(60 / LIMIT_PER_MINUTE) * 1000;
      assert.deepEqual(waits, [waitMs, waitMs]);
    },
  };
}
