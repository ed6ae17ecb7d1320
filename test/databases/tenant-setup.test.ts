/** A script that sets up a tenant for Microsoft Graph, with the client that such scripts use. */
import { createHash, createPrivateKey, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createRsaCertificate } from '../server/issuer/certificates.ts';
import { openGraphClient } from '../support/graph-client.ts';
import { requestAppToken } from '../support/server.ts';
import type { ClientSecret } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { OwnTenant, TenantServer } from '../support/tenants.ts';

const GRAPH = '00000003-0000-0000-c000-000000000000';
const PREMIUM_SKU = '61902246-d7cb-453e-85cd-53ee28eec138';
const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const CONTENT = '57baf9dc-e020-11ec-9d64-0242ac120002';
const ACTIVITIES = `/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`;
const ADMINISTRATOR = {
  roles: [
    'Application.ReadWrite.All',
    'AppRoleAssignment.ReadWrite.All',
    'User.ReadWrite.All',
    'Organization.Read.All',
  ],
};

interface Identified {
  readonly id: string;
}
interface Application extends Identified {
  readonly appId: string;
}
interface Principal extends Identified {
  readonly appRoles: readonly { readonly id: string; readonly value: string }[];
}
interface Refusal {
  readonly statusCode: number;
}

describe.each(STORE_DRIVERS)('on $name', (store) => {
  let server: TenantServer;
  let tenant: OwnTenant;
  const dispatchers: Agent[] = [];

  beforeAll(async () => {
    const seed = join(import.meta.dirname, '../../seeds/conformance.yaml');
    server = await startTenantServer({ seed, copies: 1, store });
    tenant = server.takeTenant();
  });
  afterAll(async () => {
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.close()));
    await server[Symbol.asyncDispose]();
  });

  const open = (token: string) => {
    const dispatcher = new Agent({ connect: { ca: server.ca } });
    dispatchers.push(dispatcher);
    return openGraphClient({ origin: server.origin, token, dispatcher });
  };
  const signIn = (secret: ClientSecret) => requestAppToken(server.call, tenant.id, secret);

  test('makes an app with a secret, roles, a learner and a licence, with which an activity is written', async () => {
    const admin = open((await tenant.authorize(ADMINISTRATOR)).replace('Bearer ', ''));
    const app = (await admin.api('/applications').post({ displayName: 'Sync' })) as Application;
    const principal = (await admin.api('/servicePrincipals').post({ appId: app.appId })) as Identified;
    const found = (await admin.api('/servicePrincipals').filter(`appId eq '${GRAPH}'`).get()) as {
      readonly value: readonly [Principal];
    };
    const [graph] = found.value;
    const roleId = graph.appRoles.find(({ value }) => value === 'LearningSelfInitiatedCourse.ReadWrite.All')?.id;
    const assignment = (await admin
      .api(`/servicePrincipals/${principal.id}/appRoleAssignments`)
      .post({ principalId: principal.id, resourceId: graph.id, appRoleId: roleId })) as Identified;
    const secret = (await admin
      .api(`/applications/${app.id}/addPassword`)
      .post({ passwordCredential: { displayName: 'Set up' } })) as {
      readonly secretText: string;
      readonly keyId: string;
    };

    const user = (await admin.api('/users').post({
      accountEnabled: true,
      displayName: 'Adele Vance',
      mailNickname: 'AdeleV',
      userPrincipalName: 'AdeleV@contoso.example',
      usageLocation: 'US',
      passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
    })) as Identified;
    const skus = (await admin.api('/subscribedSkus').get()) as {
      readonly value: readonly { readonly skuId: string }[];
    };
    expect(skus.value).toContainEqual(expect.objectContaining({ skuId: PREMIUM_SKU }));
    await admin
      .api(`/users/${user.id}/assignLicense`)
      .post({ addLicenses: [{ skuId: PREMIUM_SKU, disabledPlans: [] }], removeLicenses: [] });

    const credentials = { clientId: app.appId, clientSecret: secret.secretText };
    const client = open(await signIn(credentials));
    const write = (status: string) =>
      client.api(ACTIVITIES).post({
        '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
        learnerUserId: user.id,
        learningContentId: CONTENT,
        status,
      }) as Promise<Identified>;
    const activity = await write('inProgress');
    expect(activity.id).toMatch(new RegExp(`^${user.id}:`));

    const update = client.api(`${ACTIVITIES}/${activity.id}`);
    const completed = { '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse', status: 'completed' };
    await admin.api(`/users/${user.id}/assignLicense`).post({ addLicenses: [], removeLicenses: [PREMIUM_SKU] });
    await expect(update.patch(completed)).rejects.toMatchObject({ statusCode: 403 } satisfies Refusal);

    await admin.api(`/servicePrincipals/${principal.id}/appRoleAssignments/${assignment.id}`).delete();
    await expect(write('inProgress')).rejects.toMatchObject({
      statusCode: 403,
      message: expect.stringMatching(/^Your account doesn't have access/),
    });

    await admin.api(`/applications/${app.id}/removePassword`).post({ keyId: secret.keyId });
    expect(await signIn(credentials)).toBeUndefined();
    await admin.api(`/applications/${app.id}`).delete();
    await expect(write('inProgress')).rejects.toMatchObject({ statusCode: 401 } satisfies Refusal);
  });

  test('a secret that has ended is refused as expired, and one whose time is to come as wrong', async () => {
    const admin = open((await tenant.authorize(ADMINISTRATOR)).replace('Bearer ', ''));
    const app = (await admin.api('/applications').post({ displayName: 'Old' })) as Application;
    await admin.api('/servicePrincipals').post({ appId: app.appId });
    const make = async (passwordCredential: object) =>
      (await admin.api(`/applications/${app.id}/addPassword`).post({ passwordCredential })) as {
        readonly secretText: string;
      };
    const ask = async ({ secretText }: { readonly secretText: string }) => {
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: app.appId,
        client_secret: secretText,
        scope: 'https://graph.microsoft.com/.default',
      });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const path = `/${tenant.id}/oauth2/v2.0/token`;
      return (await server.call({ method: 'POST', path, headers, body: form.toString() })).body;
    };
    const ended = await make({ startDateTime: '2020-01-01T00:00:00Z', endDateTime: '2021-01-01T00:00:00Z' });
    const future = await make({ startDateTime: '2090-01-01T00:00:00Z', endDateTime: '2091-01-01T00:00:00Z' });
    expect(await ask(ended)).toMatchObject({ error: 'invalid_client', error_codes: [7000222] });
    expect(await ask(future)).toMatchObject({ error: 'invalid_client', error_codes: [7000215] });
  });

  test('a certificate that was added proves the app by an assertion, until it is removed', async () => {
    const admin = open((await tenant.authorize(ADMINISTRATOR)).replace('Bearer ', ''));
    const app = (await admin.api('/applications').post({ displayName: 'Certified' })) as Application;
    await admin.api('/servicePrincipals').post({ appId: app.appId });
    const { certificatePem, privateKeyPem } = await createRsaCertificate('CN=certified');
    const key = certificatePem.replaceAll(/-----[^-]+-----|\s/g, '');
    const prove = async () => {
      const thumbprint = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64url');
      const audience = `${server.origin}/${tenant.id}/oauth2/v2.0/token`;
      const assertion = await new SignJWT({ jti: randomUUID(), iss: app.appId, sub: app.appId, aud: audience })
        .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
        .setNotBefore('0s')
        .setExpirationTime('5m')
        .sign(createPrivateKey(privateKeyPem));
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: app.appId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        scope: 'https://graph.microsoft.com/.default',
      });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const path = `/${tenant.id}/oauth2/v2.0/token`;
      return (await server.call({ method: 'POST', path, headers, body: body.toString() })).status;
    };
    expect(await prove()).toBe(401);
    const credential = { type: 'AsymmetricX509Cert', usage: 'Verify', key };
    await admin.api(`/applications/${app.id}`).patch({ keyCredentials: [credential] });
    expect(await prove()).toBe(200);
    await admin.api(`/applications/${app.id}`).patch({ keyCredentials: [] });
    expect(await prove()).toBe(401);
  });
});
