/** The documented create, with the ids of a sandbox. */
import { getExample } from '../model/examples.ts';
import { getOperationPath } from '../model/operations.ts';
import type { SandboxCredentials } from './credentials.ts';

export interface CreateExample {
  /** Path below a version root, or of the service where the version is in it. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** `undefined` when the seed does not name a provider, a content and a learner to use. */
export function findCreateExample({ samples, users }: SandboxCredentials): CreateExample | undefined {
  const { registrationId, learningContentId } = samples;
  const learner = users['learner'];
  if (registrationId === undefined || learningContentId === undefined || learner === undefined) return undefined;
  const ids = { learningProviderId: registrationId, learningContentId, learnerUserId: learner.id };
  return {
    path: getOperationPath('createLearningCourseActivity').replace('{registrationId}', registrationId),
    body: { ...getExample('createLearningCourseActivity', 'assignment'), ...ids },
  };
}
