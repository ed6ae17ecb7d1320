/** The admin API's paths of the credentials of provisioning clients. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { addScimCredential } from '../directory/scim-credentials.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import { LICENCES } from '../model/directory.ts';
import type { ScimCredential } from '../model/directory.ts';
import { SCIM_ROOT } from '../model/scim.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant, TENANT } from './find-tenant.ts';

const closed = { additionalProperties: false } as const;
const OF_TENANT = Type.Object({ tenant: TENANT }, closed);
const DAY_MS = 86_400_000;
/** A credential that is given no end has one all the same: it can be renewed, and a forgotten one ends. */
const USUAL_DAYS = 365;

const CREDENTIAL = Type.Object(
  {
    id: Type.String(),
    displayName: Type.String(),
    createdDateTime: Type.String({ format: 'date-time' }),
    endDateTime: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'Null where it does not end.',
    }),
    hasEnded: Type.Boolean({ description: 'Whether requests with it are refused.' }),
    licence: Type.Enum([...LICENCES], { description: 'Of users that the client creates without saying which.' }),
  },
  { ...closed, description: 'A credential of a provisioning client.' },
);

const NEW_CREDENTIAL = Type.Object(
  {
    displayName: Type.String({ minLength: 1, maxLength: 256, description: 'Such as the name of the client.' }),
    days: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 36_500 }), Type.Null()], {
        description: `Until it ends; null for never. Default ${USUAL_DAYS}.`,
      }),
    ),
    licence: Type.Optional(
      Type.Enum([...LICENCES], {
        description: 'Of users that the client creates without saying which. Default none.',
      }),
    ),
  },
  { ...closed, description: 'A credential to make.' },
);

const MADE = Type.Object(
  {
    credential: CREDENTIAL,
    token: Type.String({ description: 'Shown once: only its hash is kept.' }),
    path: Type.String({ description: 'Where the client is to send its requests, below the base URL.' }),
  },
  { ...closed, description: 'A credential that was made.' },
);

export function scimRoutes(context: AdminContext): readonly ControlRoute[] {
  return [listCredentials(context), createCredential(context), revokeCredential(context)];
}

function listCredentials({ directory, people }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listScimCredentials',
    method: 'GET',
    path: '/scim/credentials',
    summary: 'Lists the credentials of provisioning clients, oldest first.',
    query: OF_TENANT,
    answer: {
      status: 200,
      description: 'The credentials.',
      schema: Type.Object({ value: Type.Array(CREDENTIAL) }, closed),
    },
    run: async ({ query }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const credentials = await people.run(people.scimCredentials.listScimCredentials(tenant));
      return { body: { value: credentials.map((one) => describeCredential(one, people.clock.now())) } };
    },
  });
}

function createCredential({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'createScimCredential',
    method: 'POST',
    path: '/scim/credentials',
    summary: 'Makes a credential for a client that provisions users over SCIM.',
    query: OF_TENANT,
    body: NEW_CREDENTIAL,
    answer: { status: 201, description: 'The credential and its token.', schema: MADE },
    run: async ({ query, body: { displayName, days = USUAL_DAYS, licence = 'none' }, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const now = people.clock.now();
      const expiresAt = days === null ? null : now + days * DAY_MS;
      const work = addScimCredential(people, tenant, { displayName, expiresAt, licence });
      const { token, credential } = await people.run(work, originOf({ server }, 'createScimCredential', sender));
      return { body: { credential: describeCredential(credential, now), token, path: SCIM_ROOT } };
    },
  });
}

function revokeCredential({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'revokeScimCredential',
    method: 'DELETE',
    path: '/scim/credentials/{credential}',
    summary: 'Revokes a credential: requests with its token are refused from now on, on every server.',
    params: Type.Object({ credential: Type.String({ minLength: 1, description: 'Its id.' }) }, closed),
    query: OF_TENANT,
    answer: { status: 204, description: 'Nothing.' },
    run: async ({ params, query, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const { listScimCredentials, removeScimCredential } = people.scimCredentials;
      const credentials = await people.run(listScimCredentials(tenant));
      const found = credentials.find(({ id }) => id === params.credential.toLowerCase());
      const work = found && removeScimCredential(tenant, found);
      if (work !== undefined && (await people.run(work, originOf({ server }, 'revokeScimCredential', sender))))
        return {};
      throw new ControlError(404, `The tenant ${tenant.displayName} has no credential ${params.credential}.`);
    },
  });
}

function describeCredential(credential: ScimCredential, now: number): Static<typeof CREDENTIAL> {
  const { id, displayName, createdAt, expiresAt, licence } = credential;
  return {
    ...{ id, displayName, licence },
    createdDateTime: formatUtcMilliseconds(createdAt),
    endDateTime: expiresAt === null ? null : formatUtcMilliseconds(expiresAt),
    hasEnded: expiresAt !== null && expiresAt <= now,
  };
}
