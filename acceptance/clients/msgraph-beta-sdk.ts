/** `@microsoft/msgraph-beta-sdk`: the same API below /beta. */
import assert from 'node:assert/strict';
import { HttpMethod } from '@microsoft/kiota-abstractions';
import type { RequestAdapter } from '@microsoft/kiota-abstractions';
import { GraphBetaRequestAdapter } from '@microsoft/msgraph-beta-sdk';
import {
  createLearningCourseActivityFromDiscriminatorValue,
  serializeLearningAssignment,
} from '@microsoft/msgraph-beta-sdk/models/index.js';
import type { LearningAssignment } from '@microsoft/msgraph-beta-sdk/models/index.js';
import { createODataErrorFromDiscriminatorValue } from '@microsoft/msgraph-beta-sdk/models/oDataErrors/index.js';
import { assignmentModel } from '../support/kiota-assignment.ts';
import { authenticateWith, describe, openCredential, PATHS, refusalOf } from '../support/kiota.ts';
import type { Scene } from '../support/scene.ts';
import type { Suite } from '../support/suite.ts';

const ERRORS = { XXX: createODataErrorFromDiscriminatorValue };

export const suite: Suite = {
  client: 'msgraph-beta-sdk',
  cases: (scene) => {
    const adapter: RequestAdapter = new GraphBetaRequestAdapter(authenticateWith(scene, openCredential(scene)));
    adapter.baseUrl = `${scene.target.baseUrl}/beta`;
    return {
      'T2 O2 O3 B1 create assignment, and read it in its own type': async () => {
        const made = await create(scene, adapter);
        const read = await adapter.send<LearningAssignment>(
          describe(HttpMethod.GET, scene, itemCall(adapter, made)),
          createLearningCourseActivityFromDiscriminatorValue,
          ERRORS,
        );
        assert.equal(read?.id, made.id);
        assert.equal(read?.externalcourseActivityId, made.externalcourseActivityId);
        assert.equal(read?.assignmentType, 'required');
        assert.equal(read?.notes?.content, 'required assignment added for user');
      },
      'O2 B6 update assignment': async () => {
        const made = await create(scene, adapter);
        const request = describe(HttpMethod.PATCH, scene, itemCall(adapter, made));
        const changes: LearningAssignment = { odataType: '#microsoft.graph.learningAssignment', status: 'completed' };
        request.setContentFromParsable(adapter, 'application/json', changes, serializeLearningAssignment);
        await adapter.sendNoResponseContent(request, ERRORS);
      },
      'E3 the beta ODataError': async () => {
        const request = describe(HttpMethod.GET, scene, itemCall(adapter, { id: 'no-such-activity' }));
        const call = adapter.send(request, createLearningCourseActivityFromDiscriminatorValue, ERRORS);
        const error = await refusalOf(call);
        assert.deepEqual([error.responseStatusCode, error.errorEscaped?.code], [404, 'notFound']);
      },
    };
  },
};

function itemCall(adapter: RequestAdapter, { id }: Pick<LearningAssignment, 'id'>) {
  return { adapter, template: PATHS.activity, values: { activity: String(id) } };
}

async function create(scene: Scene, adapter: RequestAdapter): Promise<LearningAssignment> {
  const request = describe(HttpMethod.POST, scene, { adapter, template: PATHS.activities });
  request.setContentFromParsable(adapter, 'application/json', assignmentModel(scene), serializeLearningAssignment);
  const make = createLearningCourseActivityFromDiscriminatorValue;
  const made = await adapter.send<LearningAssignment>(request, make, ERRORS);
  scene.removeLater(made?.id);
  return made ?? {};
}
