/** `@microsoft/microsoft-graph-client` 3: what its users see of a refusal, and what it does when told to wait. */
import assert from 'node:assert/strict';
import { Client, ResponseType } from '@microsoft/microsoft-graph-client';
import type { GraphError } from '@microsoft/microsoft-graph-client';
import { newAssignment } from '../support/activity.ts';
import { lockDatabase } from '../support/database-lock.ts';
import { openGraphClient, refusalOf } from '../support/graph-client.ts';
import { hurry } from '../support/hurry.ts';
import { openLimitedScene } from '../support/limited.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';
import { LIMIT_PER_MINUTE } from '../support/target.ts';

export const suite: Suite = {
  client: 'graph-client',
  cases: (scene) => ({ ...refusals(scene), ...answers(scene), ...waiting(scene) }),
};

interface Expected {
  readonly statusCode: number;
  readonly code: string;
  readonly message: RegExp;
  /** Sentences of `error.details`, sorted. */
  readonly details?: readonly string[];
}

/** All that GraphError takes from an answer must be there. */
function check(error: GraphError, { statusCode, code, message, details = [] }: Expected): void {
  assert.equal(error.statusCode, statusCode);
  assert.equal(error.code, code);
  assert.match(error.message, message);
  assert.match(String(error.requestId), /^[0-9a-f-]{36}$/);
  assert.equal(error.requestId, (error.headers as Headers).get('request-id'));
  assert.ok(Math.abs(error.date.getTime() - Date.now()) < 3_600_000, `the date is ${error.date.toString()}`);
  const body = JSON.parse(String(error.body)) as { details?: { message: string }[] };
  assert.deepEqual(body.details?.map((detail) => detail.message).toSorted() ?? [], details);
}

function refusals(scene: Scene): Cases {
  const client = openGraphClient(scene);
  const post = (body: object, registrationId?: string): Promise<GraphError> =>
    refusalOf(client.api(scene.activities(registrationId)).post(body) as Promise<unknown>);
  const withToken = (token: string): Promise<GraphError> =>
    refusalOf(openGraphClient(scene, { token }).api(scene.activities()).post(newAssignment(scene)) as Promise<unknown>);
  return {
    'E1 E2 E4 400 with every field that is missing': async () => {
      const { status: _status, assignmentType: _type, ...body } = newAssignment(scene);
      check(await post(body), {
        statusCode: 400,
        code: 'badRequest',
        message: /./,
        details: ['Input field assignmentType is required', 'Input field status is required'],
      });
    },
    'E1 E4 400 for a provider whose course activities are switched off': async () => {
      const error = await post(newAssignment(scene), scene.sample('registrationIdSyncOff'));
      check(error, { statusCode: 400, code: 'badRequest', message: /^This provider isn't enabled/ });
    },
    'E1 E2 E4 403 for an app without permission': async () => {
      const error = await withToken(await scene.appToken('none'));
      check(error, { statusCode: 403, code: 'Forbidden', message: /^Your account doesn't have access/ });
    },
    'E4 403 for a learner without licence, in the words that scripts look for': async () => {
      const error = await post(newAssignment(scene, { learnerUserId: scene.userId('unlicensed') }));
      check(error, { statusCode: 403, code: 'Forbidden', message: /user license isn't valid/ });
    },
    'E1 E2 E4 404 for an alternate key that nothing has: the probe before a create': async () => {
      const path = `${scene.activities()}(externalCourseActivityId='no-such-key')`;
      const error = await refusalOf(client.api(path).get() as Promise<unknown>);
      check(error, { statusCode: 404, code: 'notFound', message: /doesn't exist/ });
    },
    'E1 E4 405 for a method that the collection does not take': async () => {
      const error = await refusalOf(client.api(scene.activities()).put({}) as Promise<unknown>);
      check(error, { statusCode: 405, code: 'methodNotAllowed', message: /isn't supported for this entity type/ });
    },
    'E1 E2 409 for the repetition of a create': async () => {
      const body = newAssignment(scene);
      const made = (await client.api(scene.activities()).post(body)) as { id: string };
      scene.removeLater(made.id);
      check(await post(body), { statusCode: 409, code: 'conflict', message: /same external id/ });
    },
    'E1 E5 401 for a token that is none': async () => {
      const error = await withToken('no.such.token');
      check(error, { statusCode: 401, code: 'InvalidAuthenticationToken', message: /./ });
      const challenge = String((error.headers as Headers).get('www-authenticate'));
      assert.match(challenge, /^Bearer .*authorization_uri="https:/);
      assert.doesNotMatch(challenge, /claims=/);
    },
    'E1 400 for a segment that no path has': async () => {
      const error = await refusalOf(client.api('/employeeExperience/learningCourses').get() as Promise<unknown>);
      check(error, { statusCode: 400, code: 'BadRequest', message: /learningCourses/ });
    },
  };
}

function answers(scene: Scene): Cases {
  const client = openGraphClient(scene);
  return {
    'O1 O12 T9 the answer in the raw: JSON, ids and a location that leads to it': async () => {
      const id = 'a41ce2b1-3e0f-4c8f-a1c6-0b1f0b1c9a11';
      const response = (await client
        .api(scene.activities())
        .header('client-request-id', id)
        .responseType(ResponseType.RAW)
        .post(newAssignment(scene))) as Response;
      const made = (await response.json()) as { id: string };
      scene.removeLater(made.id);
      assert.equal(response.status, 201);
      assert.equal(response.headers.get('content-type')?.split(';')[0], 'application/json');
      assert.match(String(response.headers.get('request-id')), /^[0-9a-f-]{36}$/);
      assert.equal(response.headers.get('client-request-id'), id);
      assert.ok(response.headers.has('date'));
      const location = String(response.headers.get('location'));
      assert.ok(location.startsWith(`${scene.target.baseUrl}/v1.0/`), location);
      assert.equal(((await client.api(location).get()) as { id: string }).id, made.id);
    },
    'E1 a token goes to no host that customHosts does not name': async () => {
      const stranger = Client.init({
        baseUrl: scene.target.baseUrl,
        customHosts: new Set([`${scene.host}:${new URL(scene.target.baseUrl).port}`]),
        authProvider: (done) => done(null, 'a token that must not be sent'),
      });
      const error = await refusalOf(stranger.api('/employeeExperience/learningProviders').get() as Promise<unknown>);
      check(error, { statusCode: 401, code: 'InvalidAuthenticationToken', message: /./ });
    },
  };
}

/** Against the server that allows few requests, each app with its own count. */
function waiting(scene: Scene): Cases {
  return {
    'E6 429: retried three times after Retry-After, then refused in minutes': async () => {
      await using place = openLimitedScene(scene);
      const client = openGraphClient(place, { token: await place.appToken('reader') });
      const read = (): Promise<unknown> => client.api(place.activities()).top(1).get() as Promise<unknown>;
      for (let count = 0; count < LIMIT_PER_MINUTE; count += 1) await read();
      const { result: error, waits } = await hurry(() => refusalOf(read()));
      check(error, { statusCode: 429, code: 'tooManyRequests', message: /^Retry after \d+ minutes?$/ });
      const seconds = Number((error.headers as Headers).get('retry-after'));
      assert.deepEqual(
        waits,
        [seconds, seconds, seconds].map((wait) => wait * 1000),
      );
      const minutes = Number(/\d+/.exec(error.message));
      assert.ok(seconds > (minutes - 1) * 60 && seconds <= minutes * 60, `${seconds} s is not ${minutes} min`);
    },
    'E6 503: nothing was written, and the retry of the same create succeeds once': async () => {
      await using place = openLimitedScene(scene);
      const client = openGraphClient(place);
      using lock = lockDatabase(place.target);
      const body = newAssignment(place);
      const { result, waits } = await hurry(
        () => client.api(place.activities()).post(body) as Promise<{ id: string }>,
        () => lock[Symbol.dispose](),
      );
      place.removeLater(result.id);
      assert.equal(waits.length, 1);
    },
  };
}
