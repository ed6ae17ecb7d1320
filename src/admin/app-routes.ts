/** The admin API's paths of apps and their secrets. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import {
  createApp,
  makeSecret,
  removeApp,
  replaceApp,
  withoutPermissions,
  withPermissions,
  withSecret,
} from '../directory/apps.ts';
import type { MadeSecret } from '../directory/apps.ts';
import { findGuid, getGuid } from '../lib/ids.ts';
import type { AppId } from '../lib/ids.ts';
import type { AppRegistration, Tenant } from '../model/directory.ts';
import { PERMISSIONS } from '../model/permissions.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant, TENANT } from './find-tenant.ts';
import { itemOf } from './user-routes.ts';
import { GUID_PATTERN } from '../directory/user-schema.ts';

const closed = { additionalProperties: false } as const;
const OF_TENANT = Type.Object({ tenant: TENANT }, closed);
export const BY_APP = Type.Object({ app: Type.String({ minLength: 1, description: 'Client id, or name.' }) }, closed);

const namesOf = (kind: 'roleId' | 'scopeId') =>
  PERMISSIONS.filter((row) => row[kind] !== undefined).map(({ name }) => name);
const ROLES = Type.Array(Type.Enum(namesOf('roleId')), { description: 'Application permissions.' });
const SCOPES = Type.Array(Type.Enum(namesOf('scopeId')), { description: 'Delegated permissions.' });
const URIS = Type.Array(Type.String({ minLength: 1 }), { description: 'Where answers to sign-in requests may go.' });

const CHANGE = {
  accountEnabled: Type.Optional(Type.Boolean({ description: 'Whether the app gets tokens.' })),
  redirectUris: Type.Optional(URIS),
  roles: Type.Optional(ROLES),
  scopes: Type.Optional(SCOPES),
};

const SECRET = Type.Object(
  {
    secretText: Type.String({ description: 'Shown once: only its hash is kept.' }),
    keyId: Type.String(),
    endDateTime: Type.String({ format: 'date-time' }),
  },
  { ...closed, description: 'A client secret that was made.' },
);

const APP = Type.Object(
  {
    clientId: Type.String(),
    name: Type.String({ description: 'For commands.' }),
    displayName: Type.String(),
    accountEnabled: Type.Boolean(),
    roles: Type.Array(Type.String()),
    scopes: Type.Array(Type.String()),
    redirectUris: Type.Array(Type.String()),
    secrets: Type.Integer({ description: 'How many it has.' }),
    certificates: Type.Integer({ description: 'How many it has.' }),
  },
  { ...closed, description: 'An app of a tenant.' },
);

const NEW_APP_BODY = Type.Object(
  {
    displayName: Type.String({ minLength: 1, maxLength: 256 }),
    id: Type.Optional(Type.String({ pattern: GUID_PATTERN, description: 'The client id; made when not given.' })),
    isPublicClient: Type.Optional(Type.Boolean({ description: 'It cannot keep a secret, and gets none.' })),
    ...CHANGE,
  },
  { ...closed, description: 'An app to add.' },
);

const CHANGE_BODY = Type.Object(
  { displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })), ...CHANGE },
  { ...closed, description: 'What changes of an app; lists replace those that it has.' },
);

const ADDED = Type.Object({ app: APP, secret: Type.Union([SECRET, Type.Null()]) }, closed);

export function appRoutes(context: AdminContext): readonly ControlRoute[] {
  return [listApps(context), addOne(context), changeOne(context), removeOne(context), rotateSecret(context)];
}

function listApps({ directory }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listApps',
    method: 'GET',
    path: '/apps',
    summary: 'Lists the apps of a tenant.',
    query: OF_TENANT,
    answer: { status: 200, description: 'The apps.', schema: Type.Object({ value: Type.Array(APP) }, closed) },
    run: async ({ query }) => {
      const apps = await directory.listApps(await getNamedTenant(directory, query.tenant));
      return { body: { value: apps.map(describeApp) } };
    },
  });
}

function addOne({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'addApp',
    method: 'POST',
    path: '/apps',
    summary: 'Adds an app, with a secret unless it is a public client.',
    query: OF_TENANT,
    body: NEW_APP_BODY,
    answer: { status: 201, description: 'The app and its secret.', schema: ADDED },
    run: async ({ query, body: { id, displayName, isPublicClient = false, ...rest }, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const secret = isPublicClient ? undefined : makeSecret(people);
      const made = {
        displayName,
        ...(id !== undefined && { id: getGuid<AppId>(id) }),
        ...(rest.accountEnabled !== undefined && { accountEnabled: rest.accountEnabled }),
        redirectUris: rest.redirectUris ?? [],
        appRoles: rest.roles ?? [],
        delegatedScopes: rest.scopes ?? [],
        passwordCredentials: secret === undefined ? [] : [secret.credential],
        ...(isPublicClient && { manifest: { isFallbackPublicClient: true } }),
      };
      const app = itemOf(await people.run(createApp(people, tenant, made), originOf({ server }, 'addApp', sender)));
      return { body: { app: describeApp(app), secret: secret === undefined ? null : describeSecret(secret) } };
    },
  });
}

function changeOne({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'changeApp',
    method: 'PATCH',
    path: '/apps/{app}',
    summary: 'Changes an app: its name, permissions, redirect URIs, whether it gets tokens.',
    params: BY_APP,
    query: OF_TENANT,
    body: CHANGE_BODY,
    answer: { status: 200, description: 'The app.', schema: APP },
    run: async ({ params, query, body, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const app = withChange(await getAppOf(directory, tenant, params.app), body, people.clock.now());
      return {
        body: describeApp(
          itemOf(await people.run(replaceApp(people, tenant, app), originOf({ server }, 'changeApp', sender))),
        ),
      };
    },
  });
}

function removeOne({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'removeApp',
    method: 'DELETE',
    path: '/apps/{app}',
    summary: 'Removes an app.',
    params: BY_APP,
    query: OF_TENANT,
    answer: { status: 204, description: 'Nothing.' },
    run: async ({ params, query, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const stored = await getAppOf(directory, tenant, params.app);
      if (await people.run(removeApp(people, tenant, stored), originOf({ server }, 'removeApp', sender))) return {};
      throw new ControlError(409, 'Another change came first. Nothing was changed.');
    },
  });
}

function rotateSecret({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'rotateAppSecret',
    method: 'POST',
    path: '/apps/{app}/secret',
    summary: 'Gives an app a new secret, in place of those that it has unless they are to be kept.',
    params: BY_APP,
    query: OF_TENANT,
    body: Type.Object(
      { keepOld: Type.Optional(Type.Boolean({ description: 'Earlier secrets stay good until they end.' })) },
      closed,
    ),
    answer: { status: 201, description: 'The secret.', schema: SECRET },
    run: async ({ params, query, body: { keepOld = false }, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const stored = await getAppOf(directory, tenant, params.app);
      const secret = makeSecret(people);
      const base = keepOld ? stored : { ...stored, secretSha256: null, passwordCredentials: [] };
      const work = replaceApp(people, tenant, withSecret(base, secret));
      itemOf(await people.run(work, originOf({ server }, 'rotateAppSecret', sender)));
      return { body: describeSecret(secret) };
    },
  });
}

/** By client id or name. @throws ControlError 404 */
export async function getAppOf(
  directory: AdminContext['directory'],
  tenant: Tenant,
  name: string,
): Promise<AppRegistration> {
  const id = findGuid<AppId>(name);
  const app =
    id === undefined
      ? (await directory.listApps(tenant)).find((one) => one.name === name || one.displayName === name)
      : await directory.findApp(tenant, id);
  if (app !== undefined) return app;
  throw new ControlError(404, `The tenant ${tenant.displayName} has no app ${name}.`);
}

function withChange(app: AppRegistration, change: Static<typeof CHANGE_BODY>, now: number): AppRegistration {
  const { displayName, accountEnabled, redirectUris, roles, scopes } = change;
  let changed: AppRegistration = {
    ...app,
    ...(displayName !== undefined && { displayName }),
    ...(accountEnabled !== undefined && { accountEnabled }),
    ...(redirectUris !== undefined && { redirectUris }),
  };
  for (const [kind, wanted, held] of [
    ['application', roles, app.appRoles],
    ['delegated', scopes, app.delegatedScopes],
  ] as const) {
    if (wanted === undefined) continue;
    const dropped = held.filter((name) => !(wanted as readonly string[]).includes(name));
    if (dropped.length > 0) changed = withoutPermissions(changed, { kind, names: dropped }, now);
    changed = withPermissions(changed, { kind, names: wanted });
  }
  return changed;
}

function describeApp(app: AppRegistration): Static<typeof APP> {
  const { id, name, displayName, accountEnabled, appRoles, delegatedScopes, redirectUris } = app;
  return {
    ...{ clientId: id, name, displayName, accountEnabled },
    ...{ roles: [...appRoles], scopes: [...delegatedScopes], redirectUris: [...redirectUris] },
    secrets: app.passwordCredentials.length + (app.secretSha256 === null ? 0 : 1),
    certificates: app.certificates.length + app.keyCredentials.length,
  };
}

function describeSecret({ secretText, credential: { keyId, endDateTime } }: MadeSecret): Static<typeof SECRET> {
  return { secretText, keyId, endDateTime };
}
