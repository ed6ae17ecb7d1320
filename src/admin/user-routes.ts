/** The admin API's paths of users and their licences. */
import { Type } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import type { Change } from '../directory/directory.ts';
import { addUser, changeUser, removeUser } from '../directory/users.ts';
import type { UserProperties } from '../directory/users.ts';
import { findGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import { LICENCES } from '../model/directory.ts';
import type { DirectoryUser, Tenant } from '../model/directory.ts';
import type { AdminContext } from './context.ts';
import { originOf } from './change-origin.ts';
import { getNamedTenant, TENANT } from './find-tenant.ts';
import { showUser, NEW_USER_BODY, readNewUser, USER, USER_CHANGE } from '../directory/user-schema.ts';

const closed = { additionalProperties: false } as const;
const OF_TENANT = Type.Object({ tenant: TENANT }, closed);
const BY_NAME = Type.Object({ user: Type.String({ minLength: 1, description: 'Id or userPrincipalName.' }) }, closed);
const MAX_USERS = 1000;

const HOLDERS = Type.Object(
  { licence: Type.Enum([...LICENCES]), users: Type.Integer({ description: 'Who hold it.' }) },
  { ...closed, description: 'A licence, and how many users hold it.' },
);

export function userRoutes(context: AdminContext): readonly ControlRoute[] {
  return [listUsers(context), listLicences(context), addOne(context), changeOne(context), removeOne(context)];
}

function listLicences({ directory }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listLicences',
    method: 'GET',
    path: '/licences',
    summary: 'Lists the licences of Viva Learning, and how many users of a tenant hold each.',
    query: OF_TENANT,
    answer: { status: 200, description: 'The licences.', schema: Type.Object({ value: Type.Array(HOLDERS) }, closed) },
    run: async ({ query }) => {
      const counts = await directory.countByLicence(await getNamedTenant(directory, query.tenant));
      return { body: { value: LICENCES.map((licence) => ({ licence, users: counts.get(licence) ?? 0 })) } };
    },
  });
}

function listUsers({ directory }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listUsers',
    method: 'GET',
    path: '/users',
    summary: 'Lists users by display name, or those that have words in one of their names.',
    query: Type.Object(
      {
        tenant: TENANT,
        search: Type.Optional(Type.String({ minLength: 1, description: 'Words, in any casing.' })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_USERS, description: 'Default 100.' })),
      },
      closed,
    ),
    answer: { status: 200, description: 'The users.', schema: Type.Object({ value: Type.Array(USER) }, closed) },
    run: async ({ query: { tenant: name, search, limit = 100 } }) => {
      const tenant = await getNamedTenant(directory, name);
      const users =
        search === undefined
          ? await directory.listFirstUsers(tenant, limit)
          : await directory.searchUsers(tenant, search, limit);
      return { body: { value: users.map(showUser) } };
    },
  });
}

function addOne({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'addUser',
    method: 'POST',
    path: '/users',
    summary: 'Adds a user.',
    query: OF_TENANT,
    body: NEW_USER_BODY,
    answer: { status: 201, description: 'The user.', schema: USER },
    run: async ({ query, body, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const work = addUser(people, tenant, readNewUser(body));
      return { body: showUser(itemOf(await people.run(work, originOf({ server }, 'addUser', sender)))) };
    },
  });
}

function changeOne({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'changeUser',
    method: 'PATCH',
    path: '/users/{user}',
    summary: 'Changes a user: properties, licence, password, whether the user may sign in.',
    params: BY_NAME,
    query: OF_TENANT,
    body: USER_CHANGE,
    answer: { status: 200, description: 'The user.', schema: USER },
    run: async ({ params, query, body, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const order = { stored: await getUser(directory, tenant, params.user), properties: body as UserProperties };
      const work = changeUser(people, tenant, order);
      return { body: showUser(itemOf(await people.run(work, originOf({ server }, 'changeUser', sender)))) };
    },
  });
}

function removeOne({ directory, people, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'removeUser',
    method: 'DELETE',
    path: '/users/{user}',
    summary: 'Removes a user. Activities of the user stay.',
    params: BY_NAME,
    query: OF_TENANT,
    answer: { status: 204, description: 'Nothing.' },
    run: async ({ params, query, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const stored = await getUser(directory, tenant, params.user);
      const isDone = await people.run(removeUser(people, tenant, stored), originOf({ server }, 'removeUser', sender));
      if (!isDone) throw new ControlError(409, CHANGED);
      return {};
    },
  });
}

async function getUser(directory: AdminContext['directory'], tenant: Tenant, name: string): Promise<DirectoryUser> {
  const user = await directory.findUser(tenant, findGuid<UserId>(name) ?? name);
  if (user !== undefined) return user;
  throw new ControlError(404, `The tenant ${tenant.displayName} has no user ${name}.`);
}

const CHANGED = 'Another change came first. Nothing was changed.';

/** @throws ControlError 409 */
export function itemOf<Item>(change: Change<Item>): Item {
  if (change.kind === 'done') return change.item;
  if (change.kind === 'changed') throw new ControlError(409, CHANGED);
  throw new ControlError(409, `Another one of the tenant has the same ${change.property}. Nothing was changed.`);
}
