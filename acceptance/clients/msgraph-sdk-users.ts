/** `@microsoft/msgraph-sdk` on users: made, licensed, changed and removed by its models, as a set-up script does. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ClientSecretCredential } from '@azure/identity';
import { HttpMethod } from '@microsoft/kiota-abstractions';
import type { RequestAdapter } from '@microsoft/kiota-abstractions';
import {
  createSubscribedSkuCollectionResponseFromDiscriminatorValue,
  createUserFromDiscriminatorValue,
  serializeLearningAssignment,
  serializeUser,
} from '@microsoft/msgraph-sdk/models/index.js';
import type { SubscribedSkuCollectionResponse, User } from '@microsoft/msgraph-sdk/models/index.js';
import { assignmentModel } from '../support/kiota-assignment.ts';
import { describe, ERRORS, openAdapter, post, refusalOf } from '../support/kiota.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';

const USERS = '{+baseurl}/users';
const USER = '{+baseurl}/users/{user}{?%24select}';
const ASSIGN = '{+baseurl}/users/{user}/assignLicense';
const SKUS = '{+baseurl}/subscribedSkus';
const PREMIUM = 'VIVA_LEARNING_PREMIUM';

export const suite: Suite = { client: 'msgraph-sdk on users', cases };

function cases(scene: Scene): Cases {
  return {
    'a user is made and licensed, gets an activity, is changed and removed': async () => {
      const adapter = openAdapter(scene, { credential: openAdministrator(scene) });
      const name = randomUUID();
      const made = await create(scene, adapter, {
        accountEnabled: true,
        displayName: 'Adele Vance',
        mailNickname: 'AdeleV',
        userPrincipalName: `${name}@${scene.tenantName()}`,
        usageLocation: 'US',
        passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
      });
      const id = String(made?.id);
      assert.equal(made?.displayName, 'Adele Vance');
      const assignment = { ...assignmentModel(scene), learnerUserId: id };
      const write = () => post(scene, openAdapter(scene), [assignment, serializeLearningAssignment]);
      assert.equal((await refusalOf(write())).responseStatusCode, 403);
      await assign(scene, adapter, { id, skuId: await findPremium(scene, adapter) });
      const activity = await write();
      assert.ok(activity.id?.startsWith(`${id}:`));

      const change = describe(HttpMethod.PATCH, scene, { adapter, template: USER, values: { user: id } });
      change.setContentFromParsable(adapter, 'application/json', { jobTitle: 'Trainer' }, serializeUser);
      await adapter.sendNoResponseContent(change, ERRORS);
      assert.equal((await find(scene, adapter, id))?.jobTitle, 'Trainer');

      const removal = describe(HttpMethod.DELETE, scene, { adapter, template: USER, values: { user: id } });
      await adapter.sendNoResponseContent(removal, ERRORS);
      assert.equal((await refusalOf(find(scene, adapter, id))).responseStatusCode, 404);
    },
  };
}

/** The app that administers, by its secret. */
function openAdministrator(scene: Scene): ClientSecretCredential {
  const { baseUrl, tenantId } = scene.target;
  const { clientId, clientSecret } = scene.app('administrator');
  return new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost: baseUrl,
    disableInstanceDiscovery: true,
  });
}

function create(scene: Scene, adapter: RequestAdapter, user: User): Promise<User | undefined> {
  const request = describe(HttpMethod.POST, scene, { adapter, template: USERS });
  request.setContentFromParsable(adapter, 'application/json', user, serializeUser);
  return adapter.send<User>(request, createUserFromDiscriminatorValue, ERRORS);
}

function find(scene: Scene, adapter: RequestAdapter, user: string): Promise<User | undefined> {
  const request = describe(HttpMethod.GET, scene, { adapter, template: USER, values: { user } });
  return adapter.send<User>(request, createUserFromDiscriminatorValue, ERRORS);
}

async function findPremium(scene: Scene, adapter: RequestAdapter): Promise<string> {
  const request = describe(HttpMethod.GET, scene, { adapter, template: SKUS });
  const skus = await adapter.send<SubscribedSkuCollectionResponse>(
    request,
    createSubscribedSkuCollectionResponseFromDiscriminatorValue,
    ERRORS,
  );
  const sku = skus?.value?.find(({ servicePlans }) =>
    servicePlans?.some(({ servicePlanName }) => servicePlanName === PREMIUM),
  );
  return String(sku?.skuId);
}

async function assign(
  scene: Scene,
  adapter: RequestAdapter,
  { id, skuId }: { readonly id: string; readonly skuId: string },
): Promise<void> {
  const request = describe(HttpMethod.POST, scene, { adapter, template: ASSIGN, values: { user: id } });
  const body = JSON.stringify({ addLicenses: [{ skuId, disabledPlans: [] }], removeLicenses: [] });
  request.setStreamContent(new TextEncoder().encode(body).buffer, 'application/json');
  await adapter.send<User>(request, createUserFromDiscriminatorValue, ERRORS);
}
