/** Operations on service principals and the app roles that they hold of Microsoft Graph. */
import { withoutPermissions, withPermissions } from '../directory/apps.ts';
import { findGuid } from '../lib/ids.ts';
import type { AppId } from '../lib/ids.ts';
import { servicePrincipalId } from '../model/directory-ids.ts';
import type { AppRegistration } from '../model/directory.ts';
import type { Entity } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import { GRAPH_APP_ID } from '../model/graph-resource.ts';
import { PERMISSIONS } from '../model/permissions.ts';
import type { FieldProblem } from '../odata/read-entity.ts';
import type { Work } from '../store/work.ts';
import {
  changeApp,
  findAppByServicePrincipal,
  getOwnServicePrincipal,
  getAppByServicePrincipal,
  getNamedServicePrincipal,
  namesGraphServicePrincipal,
  namesServicePrincipalOf,
  objectNotFound,
  requireOwner,
} from './app-access.ts';
import { assignmentEntities, graphPrincipalEntity, servicePrincipalEntity } from './app-entities.ts';
import { unfitValue } from './app-input.ts';
import { listComputed } from './computed-list.ts';
import { NOTHING } from './context.ts';
import type { EntityResult, ListResult, OperationResult, RequestContext } from './context.ts';
import { requireDirectoryRole } from './directory-roles.ts';
import { fixedProblems, readInput, refuseProblems, viewOf } from './entity-input.ts';

/** GET /servicePrincipals: Microsoft Graph, and the apps that have one. @throws accessDenied */
export function* listServicePrincipals(context: RequestContext): Work<ListResult> {
  const { store, tenant } = context;
  const apps = (yield* store.apps.listApps(tenant)).filter(({ hasServicePrincipal }) => hasServicePrincipal);
  const items = [graphPrincipalEntity(tenant), ...apps.map((app) => servicePrincipalEntity(tenant, app))];
  return listComputed(context, 'servicePrincipal', { items, collection: 'servicePrincipals' });
}

/** GET /servicePrincipals/{id}, or (appId='…'). @throws accessDenied, directoryObjectNotFound */
export function* getServicePrincipal(context: RequestContext): Work<EntityResult> {
  if (namesGraphServicePrincipal(context)) return servicePrincipalResult(graphPrincipalEntity(context.tenant));
  return servicePrincipalResult(servicePrincipalEntity(context.tenant, yield* getNamedServicePrincipal(context)));
}

/** POST /servicePrincipals. @throws accessDenied, appUnknown, servicePrincipalExists, and those of a body */
export function* createServicePrincipal(context: RequestContext): Work<EntityResult> {
  yield* requireDirectoryRole(context);
  const view = viewOf(context, 'servicePrincipal');
  const input = readInput(context, 'servicePrincipal', { mode: 'create' });
  refuseProblems('create', view, input.problems);
  const { appId, accountEnabled } = input.values as Partial<Entity<'servicePrincipal'>>;
  if (appId?.toLowerCase() === GRAPH_APP_ID) throw new GraphError('servicePrincipalExists', { values: { appId } });
  const created = yield* changeApp(
    context,
    () => getAppWithoutServicePrincipal(context, appId ?? ''),
    (app) => ({ ...app, hasServicePrincipal: true, accountEnabled: accountEnabled ?? true }),
  );
  return servicePrincipalResult(servicePrincipalEntity(context.tenant, created));
}

function* getAppWithoutServicePrincipal(context: RequestContext, appId: string): Work<AppRegistration> {
  const id = findGuid<AppId>(appId);
  const app = id === undefined ? undefined : yield* context.store.apps.findApp(context.tenant, id);
  if (app === undefined) throw new GraphError('appUnknown', { values: { appId } });
  if (app.hasServicePrincipal) throw new GraphError('servicePrincipalExists', { values: { appId } });
  requireOwner(context, app);
  return app;
}

/**
 * PATCH /servicePrincipals/{id}, or (appId='…').
 * @throws accessDenied, directoryObjectNotFound, preconditionFailed, those of a body
 */
export function* updateServicePrincipal(context: RequestContext): Work<EntityResult> {
  yield* requireDirectoryRole(context);
  const view = viewOf(context, 'servicePrincipal');
  const changed = yield* changeApp(
    context,
    () => getOwnServicePrincipal(context),
    (app) => {
      const input = readInput(context, 'servicePrincipal', { mode: 'update' });
      const stored = servicePrincipalEntity(context.tenant, app);
      refuseProblems('update', view, [...input.problems, ...fixedProblems(view, input, stored)]);
      const { accountEnabled } = input.values as Partial<Entity<'servicePrincipal'>>;
      return { ...app, accountEnabled: accountEnabled ?? app.accountEnabled };
    },
  );
  return servicePrincipalResult(servicePrincipalEntity(context.tenant, changed));
}

/** DELETE /servicePrincipals/{id}, or (appId='…'): with all that it holds. @throws as updating one */
export function* deleteServicePrincipal(context: RequestContext): Work<OperationResult> {
  yield* requireDirectoryRole(context);
  const now = context.services.directory.clock.now();
  yield* changeApp(
    context,
    () => getOwnServicePrincipal(context),
    (app) => {
      const withoutRoles = withoutPermissions(app, { kind: 'application', names: app.appRoles }, now);
      const bare = withoutPermissions(withoutRoles, { kind: 'delegated', names: app.delegatedScopes }, now);
      return { ...bare, hasServicePrincipal: false };
    },
  );
  return NOTHING;
}

/** GET …/appRoleAssignments: what the client holds. @throws accessDenied, directoryObjectNotFound */
export function* listAppRoleAssignments(context: RequestContext): Work<ListResult> {
  const { tenant } = context;
  const items = namesGraphServicePrincipal(context)
    ? []
    : assignmentEntities(tenant, yield* getNamedServicePrincipal(context));
  return listComputed(context, 'appRoleAssignment', { items, collection: 'appRoleAssignments' });
}

/** GET …/appRoleAssignedTo: who holds something of the resource. @throws accessDenied, directoryObjectNotFound */
export function* listAppRoleAssignedTo(context: RequestContext): Work<ListResult> {
  const { store, tenant } = context;
  // Apps of the tenant define no roles of their own.
  if (!namesGraphServicePrincipal(context)) yield* getNamedServicePrincipal(context);
  const apps = namesGraphServicePrincipal(context) ? yield* store.apps.listApps(tenant) : [];
  const items = apps.flatMap((app) => assignmentEntities(tenant, app));
  return listComputed(context, 'appRoleAssignment', { items, collection: 'appRoleAssignments' });
}

/**
 * POST …/appRoleAssignments and …/appRoleAssignedTo.
 * @throws accessDenied, directoryObjectNotFound, permissionHeld, those of a body
 */
export function* createAppRoleAssignment(context: RequestContext): Work<EntityResult> {
  yield* requireDirectoryRole(context);
  const { tenant, operation } = context;
  if (!namesGraphServicePrincipal(context)) yield* getNamedServicePrincipal(context);
  const view = viewOf(context, 'appRoleAssignment');
  const input = readInput(context, 'appRoleAssignment', { mode: 'create' });
  const { principalId, resourceId, appRoleId } = input.values as Partial<Entity<'appRoleAssignment'>>;
  const permission = PERMISSIONS.find(({ roleId }) => roleId === appRoleId);
  const app = yield* findAppByServicePrincipal(context, principalId ?? '');
  const ofPath = operation.path.endsWith('/appRoleAssignedTo') ? resourceId : principalId;
  const problems: FieldProblem[] = [
    ...(appRoleId !== undefined && permission === undefined
      ? [unfitValue('appRoleId', 'the id of an app role of Microsoft Graph', appRoleId)]
      : []),
    ...(principalId !== undefined &&
    (app === undefined || (ofPath === principalId && !namesServicePrincipalOf(context, app)))
      ? [unfitValue('principalId', 'the id of a service principal, as in the path', principalId)]
      : []),
    ...(resourceId !== undefined && resourceId !== servicePrincipalId(tenant.id, GRAPH_APP_ID)
      ? [unfitValue('resourceId', 'the id of the service principal of Microsoft Graph', resourceId)]
      : []),
  ];
  refuseProblems('create', view, [...input.problems, ...problems]);
  const name = permission?.name ?? '';
  const changed = yield* changeApp(
    context,
    () => getAppByServicePrincipal(context, principalId ?? ''),
    (stored) => {
      if (stored.appRoles.includes(name)) throw new GraphError('permissionHeld');
      return withPermissions(stored, { kind: 'application', names: [name] });
    },
  );
  const entity = assignmentEntities(tenant, changed).find((one) => one.appRoleId === appRoleId);
  const collection = `servicePrincipals('${ofPath ?? ''}')/${operation.path.split('/').at(-1) ?? ''}`;
  return { kind: 'entity', type: 'appRoleAssignment', entity: entity ?? {}, collection };
}

/**
 * DELETE …/{appRoleAssignmentId}: the app loses it at once, tokens included.
 * @throws accessDenied, directoryObjectNotFound
 */
export function* deleteAppRoleAssignment(context: RequestContext): Work<OperationResult> {
  yield* requireDirectoryRole(context);
  const { store, tenant, keys } = context;
  const id = keys['appRoleAssignmentId'] ?? '';
  const apps = namesGraphServicePrincipal(context)
    ? yield* store.apps.listApps(tenant)
    : [yield* getNamedServicePrincipal(context)];
  const holder = apps.find((app) => assignmentEntities(tenant, app).some((one) => one.id === id));
  if (holder === undefined) throw objectNotFound(id);
  const now = context.services.directory.clock.now();
  yield* changeApp(
    context,
    () => getAppByServicePrincipal(context, servicePrincipalId(tenant.id, holder.id)),
    (app) => {
      const held = assignmentEntities(tenant, app).find((one) => one.id === id);
      const name = PERMISSIONS.find(({ roleId }) => roleId === held?.appRoleId)?.name;
      if (name === undefined) throw objectNotFound(id);
      return withoutPermissions(app, { kind: 'application', names: [name] }, now);
    },
  );
  return NOTHING;
}

function servicePrincipalResult(entity: Entity<'servicePrincipal'>): EntityResult {
  return { kind: 'entity', type: 'servicePrincipal', entity, collection: 'servicePrincipals' };
}
