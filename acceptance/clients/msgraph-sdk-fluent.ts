/** `@microsoft/msgraph-sdk`: the fluent way, by navigation metadata as its generator writes it. */
import assert from 'node:assert/strict';
import type { ModelSerializerFunction, NavigationMetadata } from '@microsoft/kiota-abstractions';
import { createGraphServiceClient, extendGraphServiceClient } from '@microsoft/msgraph-sdk';
import {
  createLearningCourseActivityFromDiscriminatorValue,
  serializeLearningAssignment,
  serializeLearningCourseActivity,
} from '@microsoft/msgraph-sdk/models/index.js';
import type { LearningAssignment } from '@microsoft/msgraph-sdk/models/index.js';
import { assignmentModel } from '../support/kiota-assignment.ts';
import { ERRORS, openAdapter, refusalOf } from '../support/kiota.ts';
import type { Suite } from '../support/suite.ts';

/** What the metadata below makes of the client. */
interface FluentClient {
  readonly employeeExperience: {
    readonly learningProviders: {
      byLearningProviderId(id: string): { readonly learningCourseActivities: Record<Flavour, FluentActivities> };
    };
  };
}

interface FluentActivities {
  post(body: LearningAssignment): Promise<LearningAssignment | undefined>;
}

/** The serialiser that the generator chooses is that of the base class; the other one is what a user puts in its place. */
const SERIALIZERS = { asGenerated: serializeLearningCourseActivity, asRepaired: serializeLearningAssignment };

type Flavour = keyof typeof SERIALIZERS;

function describePost(serializer: ModelSerializerFunction<LearningAssignment>): NavigationMetadata {
  return {
    requestsMetadata: {
      post: {
        uriTemplate: '{+baseurl}/employeeExperience/learningProviders/{learningProvider%2Did}/learningCourseActivities',
        responseBodyContentType: 'application/json',
        errorMappings: ERRORS,
        adapterMethodName: 'send',
        responseBodyFactory: createLearningCourseActivityFromDiscriminatorValue,
        requestBodyContentType: 'application/json',
        requestBodySerializer: serializer,
        requestInformationContentSetMethod: 'setContentFromParsable',
      },
    },
  };
}

const METADATA: Record<string, NavigationMetadata> = {
  employeeExperience: {
    navigationMetadata: {
      learningProviders: {
        navigationMetadata: {
          byLearningProviderId: {
            pathParametersMappings: ['learningProvider%2Did'],
            navigationMetadata: {
              learningCourseActivities: {
                navigationMetadata: {
                  asGenerated: describePost(SERIALIZERS.asGenerated),
                  asRepaired: describePost(SERIALIZERS.asRepaired),
                },
              },
            },
          },
        },
      },
    },
  },
};

export const suite: Suite = {
  client: 'msgraph-sdk',
  cases: (scene) => {
    const open = (flavour: Flavour): FluentActivities => {
      extendGraphServiceClient(METADATA, {});
      // The published types know no employeeExperience.
      const client = createGraphServiceClient(openAdapter(scene)) as unknown as FluentClient;
      const provider = client.employeeExperience.learningProviders.byLearningProviderId(scene.sample('registrationId'));
      return provider.learningCourseActivities[flavour];
    };
    return {
      'B1 O2 the fluent path with the serialiser of the derived type': async () => {
        const made = await open('asRepaired').post(assignmentModel(scene));
        scene.removeLater(made?.id);
        assert.equal(made?.assignmentType, 'required');
      },
      'E3 the fluent path as generated drops what the derived type adds, and is told so': async () => {
        const error = await refusalOf(open('asGenerated').post(assignmentModel(scene)));
        const messages = error.errorEscaped?.details?.map(({ message }) => message);
        assert.deepEqual(messages, ['Input field assignmentType is required']);
      },
    };
  },
};
