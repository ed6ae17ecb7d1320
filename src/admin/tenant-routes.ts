/** The admin API's paths of tenants. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { addTenant, changeTenant, removeTenant } from '../directory/tenants.ts';
import { getGuid } from '../lib/ids.ts';
import type { TenantId } from '../lib/ids.ts';
import { DIRECTORY_MODES, LICENCES } from '../model/directory.ts';
import type { DirectoryMode, Licence, Tenant } from '../model/directory.ts';
import { createCredentialsStore } from '../store/credentials-store.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant } from './find-tenant.ts';
import { itemOf } from './user-routes.ts';
import { GUID_PATTERN } from '../directory/user-schema.ts';

const closed = { additionalProperties: false } as const;

const NAMES = {
  displayName: Type.String({ minLength: 1, maxLength: 256 }),
  domainName: Type.String({
    pattern: '^[A-Za-z0-9.-]+$',
    maxLength: 256,
    description: 'Such as contoso.com: it may replace the id in token URLs.',
  }),
};

const PROPERTIES = {
  hasServicePlan: Type.Optional(Type.Boolean({ description: 'Without it, its requests for learning are refused.' })),
  directory: Type.Optional(
    Type.Unsafe<DirectoryMode | null>({
      enum: [...DIRECTORY_MODES, null],
      description:
        'registered: activities are of its users. open: of any learner, who becomes a user with the first one. null: as the setting says.',
    }),
  ),
  openLicence: Type.Optional(
    Type.Unsafe<Licence | null>({
      enum: [...LICENCES, null],
      description: 'What learners get who become users so; null: as the setting says.',
    }),
  ),
};

const TENANT = Type.Object(
  {
    id: Type.String(),
    displayName: Type.String(),
    domainName: Type.String(),
    hasServicePlan: Type.Boolean({ description: 'Without it, its requests for learning are refused.' }),
    directory: Type.Unsafe<DirectoryMode | null>({
      enum: [...DIRECTORY_MODES, null],
      description: 'Whose activities are accepted; null: as the setting says.',
    }),
    openLicence: Type.Unsafe<Licence | null>({
      enum: [...LICENCES, null],
      description: 'Of learners who become users; null: as the setting says.',
    }),
  },
  { ...closed, description: 'An organisation that the server knows.' },
);

const NEW_TENANT_BODY = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: GUID_PATTERN, description: 'A GUID; made when not given.' })),
    ...NAMES,
    ...PROPERTIES,
  },
  { ...closed, description: 'A tenant to add. It has no users and apps yet.' },
);

const TENANT_CHANGE = Type.Object(
  { displayName: Type.Optional(NAMES.displayName), domainName: Type.Optional(NAMES.domainName), ...PROPERTIES },
  { ...closed, description: 'What changes of a tenant.' },
);

const BY_NAME = Type.Object({ tenant: Type.String({ minLength: 1, description: 'Id or domain name.' }) }, closed);

export function tenantRoutes(context: AdminContext): readonly ControlRoute[] {
  return [listTenants(context), addOne(context), changeOne(context), removeOne(context)];
}

function listTenants({ directory }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listTenants',
    method: 'GET',
    path: '/tenants',
    summary: 'Lists the tenants.',
    answer: {
      status: 200,
      description: 'The tenants.',
      schema: Type.Object({ value: Type.Array(TENANT) }, closed),
    },
    run: async () => ({ body: { value: (await directory.listTenants()).map(showTenant) } }),
  });
}

function addOne({ people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'addTenant',
    method: 'POST',
    path: '/tenants',
    summary: 'Adds a tenant, without users and apps.',
    body: NEW_TENANT_BODY,
    answer: { status: 201, description: 'The tenant.', schema: TENANT },
    run: async ({ body: { id, ...properties }, ...sender }) => {
      const work = addTenant(people, { ...properties, ...(id !== undefined && { id: getGuid<TenantId>(id) }) });
      const change = await people.run(work, originOf({ server }, 'addTenant', sender));
      if (change.kind === 'notUnique') {
        throw new ControlError(409, `There is a tenant with the same ${change.property}. Nothing was changed.`);
      }
      return { body: showTenant(itemOf(change)) };
    },
  });
}

function changeOne({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'changeTenant',
    method: 'PATCH',
    path: '/tenants/{tenant}',
    summary: 'Changes a tenant: its names, its service plan, whose activities it accepts.',
    params: BY_NAME,
    body: TENANT_CHANGE,
    answer: { status: 200, description: 'The tenant.', schema: TENANT },
    run: async ({ params, body, ...sender }) => {
      const work = changeTenant(people, await getNamedTenant(directory, params.tenant), body);
      const change = await people.run(work, originOf({ server }, 'changeTenant', sender));
      if (change.kind === 'notUnique') {
        throw new ControlError(409, `Another tenant has the domain name ${body.domainName}. Nothing was changed.`);
      }
      return { body: showTenant(itemOf(change)) };
    },
  });
}

function removeOne({ directory, people, connection, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'removeTenant',
    method: 'DELETE',
    path: '/tenants/{tenant}',
    summary: 'Removes a tenant with its users, apps, providers, contents and activities. Its audit trail stays.',
    params: BY_NAME,
    answer: { status: 204, description: 'Nothing.' },
    run: async ({ params, ...sender }) => {
      const tenant = await getNamedTenant(directory, params.tenant);
      const next = (await directory.listTenants()).find(({ key }) => key !== tenant.key);
      if (next === undefined) {
        throw new ControlError(409, `${tenant.displayName} is the only tenant. Add another one first.`);
      }
      const credentials = createCredentialsStore(connection);
      const printed = (await credentials.find()) as { readonly tenantId?: unknown } | undefined;
      // What a start prints is of a tenant that is there.
      const beside =
        printed?.tenantId === tenant.id ? [credentials.keep({ ...NOTHING_PRINTED, tenantId: next.id })] : [];
      const work = removeTenant(people, tenant, beside);
      if (await people.run(work, originOf({ server }, 'removeTenant', sender))) return {};
      throw new ControlError(409, 'Another change came first. Nothing was changed.');
    },
  });
}

/** Sandbox credentials of a tenant whose secrets are not known. */
const NOTHING_PRINTED = { apps: {}, signInApps: {}, certificateApps: {}, users: {}, samples: {} };

function showTenant({ key: _key, rowVersion: _version, ...shown }: Tenant): Static<typeof TENANT> {
  return shown;
}
