/** The admin API's paths of what an app proves itself with: its secrets and certificates, one by one. */
import { X509Certificate } from 'node:crypto';
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { replaceApp, withoutSecret } from '../directory/apps.ts';
import { keyCredentialsOf, readCertificate, seedSecretId } from '../graph/app-entities.ts';
import type { AppRegistration } from '../model/directory.ts';
import { BY_APP, getAppOf } from './app-routes.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant, TENANT } from './find-tenant.ts';
import { itemOf } from './user-routes.ts';

const closed = { additionalProperties: false } as const;
const OF_TENANT = Type.Object({ tenant: TENANT }, closed);
const time = (description: string) => Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description });

const CREDENTIAL = Type.Object(
  {
    keyId: Type.String(),
    kind: Type.Enum(['secret', 'certificate']),
    name: Type.Union([Type.String(), Type.Null()], {
      description:
        'Of a certificate its subject, of a secret its name or its first characters; null for one of the seed.',
    }),
    startDateTime: time('Null for a secret of the seed.'),
    endDateTime: time('Null for a secret of the seed, which does not end.'),
  },
  { ...closed, description: 'What an app proves itself with.' },
);

const CERTIFICATE_BODY = Type.Object(
  {
    certificate: Type.String({ minLength: 1, description: 'Of an RSA key, in PEM.' }),
    displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 90 })),
  },
  closed,
);

export function credentialRoutes(context: AdminContext): readonly ControlRoute[] {
  return [list(context), addCertificate(context), remove(context)];
}

function list({ directory }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listAppCredentials',
    method: 'GET',
    path: '/apps/{app}/credentials',
    summary: 'Lists the secrets and certificates of an app, without what they keep secret.',
    params: BY_APP,
    query: OF_TENANT,
    answer: {
      status: 200,
      description: 'The credentials.',
      schema: Type.Object({ value: Type.Array(CREDENTIAL) }, closed),
    },
    run: async ({ params, query }) => {
      const app = await getAppOf(directory, await getNamedTenant(directory, query.tenant), params.app);
      return { body: { value: credentialsOf(app) } };
    },
  });
}

function addCertificate({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'addAppCertificate',
    method: 'POST',
    path: '/apps/{app}/certificates',
    summary: 'Gives an app another certificate, whose key may sign its assertions from the next request on.',
    params: BY_APP,
    query: OF_TENANT,
    body: CERTIFICATE_BODY,
    answer: { status: 201, description: 'The certificate.', schema: CREDENTIAL },
    run: async ({ params, query, body, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const app = await getAppOf(directory, tenant, params.app);
      const read = readCertificate(parseCertificate(body.certificate), people.newId());
      const made = { ...read, displayName: body.displayName ?? read.displayName };
      const work = replaceApp(people, tenant, { ...app, keyCredentials: [...app.keyCredentials, made] });
      const changed = itemOf(await people.run(work, originOf({ server }, 'addAppCertificate', sender)));
      return { body: credentialsOf(changed).at(-1) };
    },
  });
}

function remove({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'removeAppCredential',
    method: 'DELETE',
    path: '/apps/{app}/credentials/{keyId}',
    summary: 'Removes a secret or a certificate of an app.',
    params: Type.Object({ ...BY_APP.properties, keyId: Type.String({ minLength: 1 }) }, closed),
    query: OF_TENANT,
    answer: { status: 204, description: 'Nothing.' },
    run: async ({ params, query, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const changed = without(await getAppOf(directory, tenant, params.app), params.keyId.toLowerCase());
      if (changed === undefined)
        throw new ControlError(404, `The app ${params.app} has no secret or certificate ${params.keyId}.`);
      const work = replaceApp(people, tenant, changed);
      itemOf(await people.run(work, originOf({ server }, 'removeAppCredential', sender)));
      return {};
    },
  });
}

/** @throws ControlError 400 */
function parseCertificate(pem: string): X509Certificate {
  const fail = (problem: string) => new ControlError(400, 'The request is not valid.', [`certificate ${problem}`]);
  try {
    const certificate = new X509Certificate(pem);
    if (certificate.publicKey.asymmetricKeyType === 'rsa') return certificate;
  } catch {
    throw fail('is not a certificate in PEM');
  }
  throw fail('is not of an RSA key');
}

/** Certificates come last, and those that were added last at the end. */
function credentialsOf(app: AppRegistration): Static<typeof CREDENTIAL>[] {
  const ofSeed = {
    keyId: seedSecretId(app),
    kind: 'secret',
    name: null,
    startDateTime: null,
    endDateTime: null,
  } as const;
  return [
    ...(app.secretSha256 === null ? [] : [ofSeed]),
    ...app.passwordCredentials.map(({ keyId, displayName, hint, startDateTime, endDateTime }) => {
      return { keyId, kind: 'secret' as const, name: displayName ?? `${hint}…`, startDateTime, endDateTime };
    }),
    ...keyCredentialsOf(app).map(({ keyId, displayName, startDateTime, endDateTime }) => {
      return { keyId, kind: 'certificate' as const, name: displayName, startDateTime, endDateTime };
    }),
  ];
}

/** `undefined` when the app has no such credential. */
function without(app: AppRegistration, keyId: string): AppRegistration | undefined {
  if (app.secretSha256 !== null && keyId === seedSecretId(app)) return { ...app, secretSha256: null };
  const certificates = keyCredentialsOf(app);
  const kept = certificates.filter((one) => one.keyId !== keyId);
  if (kept.length < certificates.length) return { ...app, certificates: [], keyCredentials: kept };
  return withoutSecret(app, keyId);
}
