/** `@microsoft/msgraph-sdk`: typed models, written and read by Kiota's adapter. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { HttpMethod } from '@microsoft/kiota-abstractions';
import {
  AssignmentTypeObject,
  CourseStatusObject,
  createLearningCourseActivityCollectionResponseFromDiscriminatorValue,
  serializeLearningAssignment,
  serializeLearningSelfInitiatedCourse,
} from '@microsoft/msgraph-sdk/models/index.js';
import type {
  LearningAssignment,
  LearningCourseActivityCollectionResponse,
  LearningSelfInitiatedCourse,
} from '@microsoft/msgraph-sdk/models/index.js';
import { PageIterator } from '@microsoft/msgraph-sdk-core';
import { assignmentModel } from '../support/kiota-assignment.ts';
import { describe, ERRORS, get, openAdapter, PATHS, post, refusalOf, tokenCredential } from '../support/kiota.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';

export const suite: Suite = {
  client: 'msgraph-sdk',
  cases: (scene) => ({ ...writing(scene), ...keys(scene), ...lists(scene), ...refusals(scene) }),
};

function writing(scene: Scene): Cases {
  const adapter = openAdapter(scene);
  const change = async (id: string, model: LearningAssignment): Promise<void> => {
    const call = { adapter, template: PATHS.activity, values: { activity: id } };
    const request = describe(HttpMethod.PATCH, scene, call);
    request.setContentFromParsable(adapter, 'application/json', model, serializeLearningAssignment);
    await adapter.sendNoResponseContent(request, ERRORS);
  };
  const read = (id: string) => get(scene, { adapter, template: PATHS.activity, values: { activity: id } });
  return {
    'T1 I3 B1 B5 O1 O2 O5 O6 create assignment: every property comes back in its own type': async () => {
      const model = assignmentModel(scene);
      const made = await post(scene, adapter, [model, serializeLearningAssignment]);
      const read1 = await read(String(made.id));
      for (const entity of [made, read1]) {
        assert.equal(entity?.odataType, '#microsoft.graph.learningAssignment');
        assert.equal(entity.externalcourseActivityId, model.externalcourseActivityId);
        assert.equal(entity.assignmentType, 'required');
        assert.equal(entity.status, 'notStarted');
        assert.equal(entity.completionPercentage, 20);
        assert.equal(entity.assignedDateTime?.getTime(), model.assignedDateTime?.getTime());
        assert.equal(entity.notes?.content, model.notes?.content);
        assert.equal(entity.dueDateTime?.timeZone, 'UTC');
        assert.deepEqual(
          Object.keys(entity.additionalData ?? {}).filter((name) => !name.startsWith('@odata.')),
          [],
        );
      }
    },
    'B4 O2 O3 create self-initiated course': async () => {
      const { assignmentType: _a, notes: _b, dueDateTime: _c, ...model } = assignmentModel(scene);
      const course: LearningSelfInitiatedCourse = {
        ...model,
        odataType: '#microsoft.graph.learningSelfInitiatedCourse',
        startedDateTime: new Date('2021-05-21T22:57:17.123Z'),
      };
      const made = await post(scene, adapter, [course, serializeLearningSelfInitiatedCourse]);
      const found: LearningSelfInitiatedCourse | undefined = await read(String(made.id));
      assert.equal(found?.odataType, '#microsoft.graph.learningSelfInitiatedCourse');
      assert.equal(found.startedDateTime?.getTime(), Date.UTC(2021, 4, 21, 22, 57, 17, 123));
    },
    'B2 B3 B6 O2 O8 update assignment: only what was set changes, null clears': async () => {
      const made = await post(scene, adapter, [assignmentModel(scene), serializeLearningAssignment]);
      const id = String(made.id);
      await change(id, {
        odataType: '#microsoft.graph.learningAssignment',
        status: CourseStatusObject.InProgress,
        notes: null,
      });
      const found = await read(id);
      assert.equal(found?.status, 'inProgress');
      assert.equal(found.notes?.content ?? null, null);
      assert.equal(found.completionPercentage, 20);
      assert.equal(found.dueDateTime?.timeZone, 'UTC');
    },
    'O2 T8 delete activity: no content, then 404': async () => {
      const made = await post(scene, adapter, [assignmentModel(scene), serializeLearningAssignment]);
      const call = { adapter, template: PATHS.activity, values: { activity: String(made.id) } };
      await adapter.sendNoResponseContent(describe(HttpMethod.DELETE, scene, call), ERRORS);
      const error = await refusalOf(get(scene, call));
      assert.equal(error.responseStatusCode, 404);
    },
    'B7 a type of assignment that the models know and providers may not write: 400': async () => {
      const model = assignmentModel(scene, { assignmentType: AssignmentTypeObject.PeerRecommended });
      const error = await refusalOf(post(scene, adapter, [model, serializeLearningAssignment]));
      const messages = error.errorEscaped?.details?.map(({ message }) => message);
      assert.deepEqual(messages, ['Input field assignmentType is invalid']);
    },
  };
}

function keys(scene: Scene): Cases {
  const adapter = openAdapter(scene);
  return {
    'P1 the colon of an id arrives encoded': async () => {
      const made = await post(scene, adapter, [assignmentModel(scene), serializeLearningAssignment]);
      const call = { adapter, template: PATHS.activity, values: { activity: String(made.id) } };
      assert.match(describe(HttpMethod.GET, scene, call).URL, /%3A/);
      assert.equal((await get(scene, call))?.id, made.id);
    },
    'P2 P3 P4 get by alternate key, its quote left single by the client': async () => {
      const key = `it's a b/c:é ${randomUUID()}`;
      const model = assignmentModel(scene, { externalcourseActivityId: key });
      const made = await post(scene, adapter, [model, serializeLearningAssignment]);
      const found = await get(scene, { adapter, template: PATHS.activityByKey, values: { key } });
      assert.equal(found?.id, made.id);
    },
    'T11 a base URL that ends in a slash': async () => {
      const made = await post(scene, adapter, [assignmentModel(scene), serializeLearningAssignment]);
      const slashed = openAdapter(scene, { path: '/v1.0/' });
      const call = { adapter: slashed, template: PATHS.activity, values: { activity: String(made.id) } };
      assert.match(describe(HttpMethod.GET, scene, call).URL, /v1\.0\/\/employee/);
      assert.equal((await get(scene, call))?.id, made.id);
    },
    'P6 /users/TokenToReplace is sent as /me': async () => {
      const made = await post(scene, adapter, [assignmentModel(scene), serializeLearningAssignment]);
      const learner = openAdapter(scene, { credential: tokenCredential(() => scene.userToken('learner')) });
      const values = { user: 'TokenToReplace', activity: String(made.id) };
      const found = await get(scene, { adapter: learner, template: PATHS.userActivity, values });
      assert.equal(found?.id, made.id);
    },
  };
}

function lists(scene: Scene): Cases {
  const adapter = openAdapter(scene);
  return {
    'O3 O9 O10 PageIterator goes through every page, each item in its own type': async () => {
      const made: LearningAssignment[] = [];
      for (let count = 0; count < 3; count += 1) {
        made.push(await post(scene, adapter, [assignmentModel(scene), serializeLearningAssignment]));
      }
      const list = createLearningCourseActivityCollectionResponseFromDiscriminatorValue;
      const values = { '%24top': 2 };
      const request = describe(HttpMethod.GET, scene, { adapter, template: PATHS.activities, values });
      const first = await adapter.send<LearningCourseActivityCollectionResponse>(request, list, ERRORS);
      const seen = new Map<unknown, LearningAssignment>();
      const collect = (activity: LearningAssignment): boolean => seen.set(activity.id, activity).size > 0;
      await new PageIterator(adapter, first as never, collect, list, ERRORS).iterate();
      for (const { id, externalcourseActivityId } of made) {
        assert.equal(seen.get(id)?.externalcourseActivityId, externalcourseActivityId);
        assert.equal(seen.get(id)?.assignmentType, 'required');
      }
    },
    'T8 $count is a number in plain text': async () => {
      const request = describe(HttpMethod.GET, scene, { adapter, template: PATHS.activityCount });
      request.headers.delete('Accept');
      request.headers.add('Accept', 'text/plain;q=0.9');
      const count = await adapter.sendPrimitive<number>(request, 'number', ERRORS);
      assert.equal(Number.isInteger(count), true);
    },
  };
}

function refusals(scene: Scene): Cases {
  const adapter = openAdapter(scene);
  return {
    'E1 E3 400: ODataError with its details and ids': async () => {
      const incomplete = { odataType: '#microsoft.graph.learningAssignment' } as LearningAssignment;
      const error = await refusalOf(post(scene, adapter, [incomplete, serializeLearningAssignment]));
      assert.equal(error.responseStatusCode, 400);
      const { errorEscaped } = error;
      assert.equal(errorEscaped?.code, 'badRequest');
      assert.equal(error.message, errorEscaped.message);
      const messages = errorEscaped.details?.map(({ message }) => message);
      assert.ok(messages?.includes('Input field learnerUserId is required'), String(messages));
      assert.match(String(errorEscaped.innerError?.requestId), /^[0-9a-f-]{36}$/);
      assert.match(String(errorEscaped.innerError?.clientRequestId), /^[0-9a-f-]{36}$/);
      assert.ok(errorEscaped.innerError?.date instanceof Date);
      assert.ok(!Number.isNaN(errorEscaped.innerError.date.getTime()));
    },
    'E3 403, 404 and 409 alike': async () => {
      const model = assignmentModel(scene);
      await post(scene, adapter, [model, serializeLearningAssignment]);
      const twice = await refusalOf(post(scene, adapter, [model, serializeLearningAssignment]));
      assert.deepEqual([twice.responseStatusCode, twice.errorEscaped?.code], [409, 'conflict']);
      const values = { key: 'no-such-key' };
      const missing = await refusalOf(get(scene, { adapter, template: PATHS.activityByKey, values }));
      assert.deepEqual([missing.responseStatusCode, missing.errorEscaped?.code], [404, 'notFound']);
      const weak = openAdapter(scene, { credential: tokenCredential(() => scene.appToken('none')) });
      const denied = await refusalOf(post(scene, weak, [model, serializeLearningAssignment]));
      assert.deepEqual([denied.responseStatusCode, denied.errorEscaped?.code], [403, 'Forbidden']);
    },
    'E5 401 without a claims challenge: no second token is asked for': async () => {
      let count = 0;
      const token = (): Promise<string> => Promise.resolve(`no.such.token${(count += 1)}`);
      const stranger = openAdapter(scene, { credential: tokenCredential(token) });
      const error = await refusalOf(get(scene, { adapter: stranger, template: PATHS.activities }));
      assert.deepEqual([error.responseStatusCode, error.errorEscaped?.code], [401, 'InvalidAuthenticationToken']);
      assert.equal(count, 1);
    },
  };
}
