/**
 * `@microsoft/msgraph-sdk` and its beta, pointed at the target. Their fluent package for this API is published nowhere, so
 * requests are described as that package would describe them: by its URL templates, models and serialisers.
 */
import { ClientSecretCredential } from '@azure/identity';
import type { TokenCredential } from '@azure/identity';
import { HttpMethod, RequestInformation } from '@microsoft/kiota-abstractions';
import type { Parsable, RequestAdapter } from '@microsoft/kiota-abstractions';
import { AzureIdentityAuthenticationProvider } from '@microsoft/kiota-authentication-azure';
import type { HttpClient } from '@microsoft/kiota-http-fetchlibrary';
import { GraphRequestAdapter } from '@microsoft/msgraph-sdk';
import { createLearningCourseActivityFromDiscriminatorValue } from '@microsoft/msgraph-sdk/models/index.js';
import type { LearningAssignment } from '@microsoft/msgraph-sdk/models/index.js';
import { createODataErrorFromDiscriminatorValue } from '@microsoft/msgraph-sdk/models/oDataErrors/index.js';
import type { ODataError } from '@microsoft/msgraph-sdk/models/oDataErrors/index.js';
import type { Scene } from './scene.ts';
import { SCOPE } from './target.ts';

export const ERRORS = { XXX: createODataErrorFromDiscriminatorValue };

export const PATHS = {
  activities: '{+baseurl}/employeeExperience/learningProviders/{provider}/learningCourseActivities{?%24top,%24select}',
  activity: '{+baseurl}/employeeExperience/learningProviders/{provider}/learningCourseActivities/{activity}',
  activityByKey:
    "{+baseurl}/employeeExperience/learningProviders/{provider}/learningCourseActivities(externalcourseActivityId='{key}')",
  activityCount: '{+baseurl}/employeeExperience/learningProviders/{provider}/learningCourseActivities/$count',
  userActivity: '{+baseurl}/users/{user}/employeeExperience/learningCourseActivities/{activity}',
} as const;

/** The app that writes, by its secret. */
export function openCredential(scene: Scene): TokenCredential {
  const { baseUrl, tenantId } = scene.target;
  const { clientId, clientSecret } = scene.app('writer');
  return new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost: baseUrl,
    disableInstanceDiscovery: true,
  });
}

/** A credential of a token that is at hand. */
export function tokenCredential(token: () => Promise<string>): TokenCredential {
  return { getToken: async () => ({ token: await token(), expiresOnTimestamp: Date.now() + 3_600_000 }) };
}

export function authenticateWith(scene: Scene, credential: TokenCredential): AzureIdentityAuthenticationProvider {
  return new AzureIdentityAuthenticationProvider(credential, [SCOPE], undefined, new Set([scene.host]));
}

export interface AdapterOptions {
  readonly credential?: TokenCredential;
  readonly httpClient?: HttpClient;
  /** Where the version stands; `/v1.0` when not given. */
  readonly path?: string;
}

export function openAdapter(scene: Scene, options: AdapterOptions = {}): RequestAdapter {
  const { credential = openCredential(scene), httpClient, path = '/v1.0' } = options;
  const authentication = authenticateWith(scene, credential);
  const adapter = new GraphRequestAdapter(authentication, undefined, undefined, httpClient);
  adapter.baseUrl = `${scene.target.baseUrl}${path}`;
  return adapter;
}

export interface Call {
  readonly adapter: RequestAdapter;
  readonly template: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** A request to the sample provider unless the values name another. */
export function describe(method: HttpMethod, scene: Scene, { adapter, template, values }: Call): RequestInformation {
  const provider = scene.sample('registrationId');
  const request = new RequestInformation(method, template, { baseurl: adapter.baseUrl, provider, ...values });
  request.headers.tryAdd('Accept', 'application/json');
  return request;
}

export type Serializer<Model extends Parsable> = NonNullable<
  Parameters<typeof RequestInformation.prototype.setContentFromParsable<Model>>[3]
>;

/** Creates what the model describes and has it removed later. */
export async function post<Model extends LearningAssignment>(
  scene: Scene,
  adapter: RequestAdapter,
  [model, serialize]: readonly [Model, Serializer<Model>],
): Promise<LearningAssignment> {
  const request = describe(HttpMethod.POST, scene, { adapter, template: PATHS.activities });
  request.setContentFromParsable(adapter, 'application/json', model, serialize);
  const made = await adapter.send<LearningAssignment>(
    request,
    createLearningCourseActivityFromDiscriminatorValue,
    ERRORS,
  );
  if (made?.id === undefined || made.id === null) throw new Error('The answer has no id.');
  scene.removeLater(made.id);
  return made;
}

export function get(scene: Scene, call: Call): Promise<LearningAssignment | undefined> {
  const request = describe(HttpMethod.GET, scene, call);
  return call.adapter.send<LearningAssignment>(request, createLearningCourseActivityFromDiscriminatorValue, ERRORS);
}

/** What the call was refused with; ODataError is no Error. Throws when it was not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<ODataError> {
  try {
    await call;
  } catch (thrown) {
    if (typeof thrown === 'object' && thrown !== null && 'responseStatusCode' in thrown) return thrown as ODataError;
    throw thrown;
  }
  throw new Error('The call was not refused.');
}
