/** `@microsoft/msgraph-sdk`: compression, batches, waiting, and the hosts that get a token. */
import assert from 'node:assert/strict';
import { HttpMethod } from '@microsoft/kiota-abstractions';
import type { RequestInformation } from '@microsoft/kiota-abstractions';
import { KiotaClientFactory, MiddlewareFactory } from '@microsoft/kiota-http-fetchlibrary';
import { CourseStatusObject, serializeLearningAssignment } from '@microsoft/msgraph-sdk/models/index.js';
import { BatchRequestContent } from '@microsoft/msgraph-sdk-core';
import { lockDatabase } from '../support/database-lock.ts';
import { hurry } from '../support/hurry.ts';
import { assignmentModel } from '../support/kiota-assignment.ts';
import { describe, ERRORS, get, openAdapter, PATHS, post, refusalOf, tokenCredential } from '../support/kiota.ts';
import { openLimitedScene } from '../support/limited.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';
import { LIMIT_PER_MINUTE } from '../support/target.ts';

export const suite: Suite = {
  client: 'msgraph-sdk',
  cases: (scene) => ({ ...compression(scene), ...batches(scene), ...hosts(scene), ...waiting(scene) }),
};

function compression(scene: Scene): Cases {
  return {
    'T4 bodies that the gzip middleware compresses': async () => {
      const encodings: (string | null)[] = [];
      const watched = (url: string, init: RequestInit): Promise<Response> => {
        encodings.push(new Headers(init.headers).get('content-encoding'));
        return fetch(url, init);
      };
      const middlewares = MiddlewareFactory.getPerformanceMiddlewares(watched);
      const adapter = openAdapter(scene, { httpClient: KiotaClientFactory.create(watched, middlewares) });
      const made = await post(scene, adapter, [assignmentModel(scene), serializeLearningAssignment]);
      const call = { adapter, template: PATHS.activity, values: { activity: String(made.id) } };
      assert.equal((await get(scene, call))?.notes?.content, 'required assignment added for user');
      // Once for the create, and no second time without compression; the read has no body.
      assert.deepEqual(encodings, ['gzip', null]);
    },
  };
}

function batches(scene: Scene): Cases {
  const adapter = openAdapter(scene);
  const item = (method: HttpMethod, id: unknown): RequestInformation =>
    describe(method, scene, { adapter, template: PATHS.activity, values: { activity: String(id) } });
  const change = (id: unknown): RequestInformation => {
    const request = item(HttpMethod.PATCH, id);
    const model = { odataType: '#microsoft.graph.learningAssignment', status: CourseStatusObject.InProgress };
    request.setContentFromParsable(adapter, 'application/json', model, serializeLearningAssignment);
    return request;
  };
  return {
    'A1 A2 A6 a batch whose requests depend on each other': async () => {
      const made = await post(scene, adapter, [assignmentModel(scene), serializeLearningAssignment]);
      const batch = new BatchRequestContent(adapter, ERRORS);
      batch.addBatchRequest(item(HttpMethod.GET, made.id), 'read');
      batch.addBatchRequest(item(HttpMethod.DELETE, made.id), 'remove').dependsOn = ['read'];
      const answers = await batch.postAsync();
      const statuses = await answers?.getResponsesStatusCodes();
      assert.deepEqual([statuses?.get('read'), statuses?.get('remove')], [200, 204]);
    },
    'A4 a batch with bodies is refused whole: this version of the client leaves out their headers': async () => {
      const made = await post(scene, adapter, [assignmentModel(scene), serializeLearningAssignment]);
      const batch = new BatchRequestContent(adapter, ERRORS);
      batch.addBatchRequest(item(HttpMethod.GET, made.id), 'read');
      batch.addBatchRequest(change(made.id), 'change').dependsOn = ['read'];
      const error = await refusalOf(batch.postAsync());
      assert.equal(error.responseStatusCode, 400);
      assert.match(error.message, /Content-Type/);
      const call = { adapter, template: PATHS.activity, values: { activity: String(made.id) } };
      assert.equal((await get(scene, call))?.status, 'notStarted');
    },
    'A6 what depends on a refused item is not run: 424': async () => {
      const batch = new BatchRequestContent(adapter, ERRORS);
      batch.addBatchRequest(item(HttpMethod.DELETE, 'no-such-activity'), 'remove');
      batch.addBatchRequest(item(HttpMethod.GET, 'no-such-activity'), 'read').dependsOn = ['remove'];
      const answers = await batch.postAsync();
      const statuses = await answers?.getResponsesStatusCodes();
      assert.deepEqual([statuses?.get('remove'), statuses?.get('read')], [404, 424]);
    },
  };
}

function hosts(scene: Scene): Cases {
  return {
    'E1 a token goes to no host that is not allowed': async () => {
      let count = 0;
      const credential = tokenCredential(() => Promise.resolve(`token ${(count += 1)}`));
      const adapter = openAdapter({ ...scene, host: 'graph.microsoft.com' }, { credential });
      const error = await refusalOf(get(scene, { adapter, template: PATHS.activities }));
      assert.deepEqual([error.responseStatusCode, error.errorEscaped?.code], [401, 'InvalidAuthenticationToken']);
      assert.equal(count, 0);
    },
  };
}

/** Against the server that allows few requests, each app with its own count. */
function waiting(scene: Scene): Cases {
  return {
    'E3 E6 429: retried three times after Retry-After, then refused in minutes': async () => {
      await using place = openLimitedScene(scene);
      const adapter = openAdapter(place, { credential: tokenCredential(() => place.appToken('none')) });
      const read = () => get(place, { adapter, template: PATHS.activities });
      for (let count = 0; count < LIMIT_PER_MINUTE; count += 1) await refusalOf(read());
      const { result: error, waits } = await hurry(() => refusalOf(read()));
      assert.deepEqual([error.responseStatusCode, error.errorEscaped?.code], [429, 'tooManyRequests']);
      assert.match(error.message, /^Retry after \d+ minutes?$/);
      const seconds = Number(error.responseHeaders?.['retry-after']?.[0]);
      assert.deepEqual(
        waits,
        [seconds, seconds, seconds].map((wait) => wait * 1000),
      );
    },
    'E6 503: the retry of the same create succeeds once': async () => {
      await using place = openLimitedScene(scene);
      const adapter = openAdapter(place, { credential: tokenCredential(() => place.appToken('writer')) });
      using lock = lockDatabase(place.target);
      const create = () => post(place, adapter, [assignmentModel(place), serializeLearningAssignment]);
      const { waits } = await hurry(create, () => lock[Symbol.dispose]());
      assert.equal(waits.length, 1);
    },
  };
}
