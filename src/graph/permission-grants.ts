/** Operations on oAuth2PermissionGrant: the delegated permissions that an app holds for all users of the tenant. */
import { withoutPermissions, withPermissions } from '../directory/apps.ts';
import { servicePrincipalId } from '../model/directory-ids.ts';
import type { AppRegistration } from '../model/directory.ts';
import type { Entity } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import { GRAPH_APP_ID } from '../model/graph-resource.ts';
import { PERMISSIONS } from '../model/permissions.ts';
import type { FieldProblem } from '../odata/read-entity.ts';
import type { Work } from '../store/work.ts';
import { changeApp, findAppByServicePrincipal, getAppByServicePrincipal, objectNotFound } from './app-access.ts';
import { findGrantEntity } from './app-entities.ts';
import { unfitValue } from './app-input.ts';
import { listComputed } from './computed-list.ts';
import { NOTHING } from './context.ts';
import type { EntityResult, ListResult, OperationResult, RequestContext } from './context.ts';
import { requireDirectoryRole } from './directory-roles.ts';
import { fixedProblems, readInput, refuseProblems, viewOf } from './entity-input.ts';

/** GET /oauth2PermissionGrants: the consent that apps hold for all users. @throws accessDenied */
export function* listOAuth2PermissionGrants(context: RequestContext): Work<ListResult> {
  const { store, tenant } = context;
  const grants = (yield* store.apps.listApps(tenant)).map((app) => findGrantEntity(tenant, app));
  const items = grants.filter((grant) => grant !== undefined);
  return listComputed(context, 'oAuth2PermissionGrant', { items, collection: 'oauth2PermissionGrants' });
}

/** GET /oauth2PermissionGrants/{id}. @throws accessDenied, directoryObjectNotFound */
export function* getOAuth2PermissionGrant(context: RequestContext): Work<EntityResult> {
  return grantResult(context, yield* getGrantHolder(context));
}

/** POST /oauth2PermissionGrants, for all users. @throws accessDenied, permissionHeld, and those of a body */
export function* createOAuth2PermissionGrant(context: RequestContext): Work<EntityResult> {
  yield* requireDirectoryRole(context);
  const { tenant } = context;
  const view = viewOf(context, 'oAuth2PermissionGrant');
  const input = readInput(context, 'oAuth2PermissionGrant', { mode: 'create' });
  const { clientId, consentType, resourceId, scope } = input.values as Partial<Entity<'oAuth2PermissionGrant'>>;
  const app = yield* findAppByServicePrincipal(context, (clientId ?? '').toLowerCase());
  const problems: FieldProblem[] = [
    ...(clientId !== undefined && app === undefined
      ? [unfitValue('clientId', 'the id of a service principal', clientId)]
      : []),
    ...(consentType !== undefined && consentType !== 'AllPrincipals'
      ? [unfitValue('consentType', 'AllPrincipals: consent of single users is not kept', consentType)]
      : []),
    ...(resourceId !== undefined && resourceId !== servicePrincipalId(tenant.id, GRAPH_APP_ID)
      ? [unfitValue('resourceId', 'the id of the service principal of Microsoft Graph', resourceId)]
      : []),
    ...scopeProblems(scope),
  ];
  refuseProblems('create', view, [...input.problems, ...problems]);
  const changed = yield* changeApp(
    context,
    () => getAppByServicePrincipal(context, (clientId ?? '').toLowerCase()),
    (stored) => {
      if (stored.delegatedScopes.length > 0) throw new GraphError('permissionHeld');
      return withPermissions(stored, { kind: 'delegated', names: scopesOf(scope) });
    },
  );
  return grantResult(context, changed);
}

/** PATCH /oauth2PermissionGrants/{id}: its scope. @throws accessDenied, directoryObjectNotFound, and those of a body */
export function* updateOAuth2PermissionGrant(context: RequestContext): Work<EntityResult> {
  yield* requireDirectoryRole(context);
  const view = viewOf(context, 'oAuth2PermissionGrant');
  const now = context.services.directory.clock.now();
  const changed = yield* changeApp(
    context,
    () => getGrantHolder(context),
    (app) => {
      const input = readInput(context, 'oAuth2PermissionGrant', { mode: 'update' });
      const { scope } = input.values as Partial<Entity<'oAuth2PermissionGrant'>>;
      const stored = findGrantEntity(context.tenant, app) ?? {};
      refuseProblems('update', view, [
        ...input.problems,
        ...fixedProblems(view, input, stored),
        ...scopeProblems(scope),
      ]);
      if (scope === undefined) return app;
      const names = scopesOf(scope);
      const lost = app.delegatedScopes.filter((name) => !names.includes(name));
      return withPermissions(withoutPermissions(app, { kind: 'delegated', names: lost }, now), {
        kind: 'delegated',
        names,
      });
    },
  );
  return grantResult(context, changed);
}

/** DELETE /oauth2PermissionGrants/{id}. @throws accessDenied, directoryObjectNotFound */
export function* deleteOAuth2PermissionGrant(context: RequestContext): Work<OperationResult> {
  yield* requireDirectoryRole(context);
  const now = context.services.directory.clock.now();
  yield* changeApp(
    context,
    () => getGrantHolder(context),
    (app) => withoutPermissions(app, { kind: 'delegated', names: app.delegatedScopes }, now),
  );
  return NOTHING;
}

function scopesOf(scope = ''): readonly string[] {
  return scope.split(' ').filter((name) => name !== '');
}

function scopeProblems(scope: string | null | undefined): readonly FieldProblem[] {
  const isKnown = (name: string) => PERMISSIONS.some((row) => row.name === name && row.scopeId !== undefined);
  const unknown = scopesOf(scope ?? '').find((name) => !isKnown(name));
  return unknown === undefined ? [] : [unfitValue('scope', 'names of delegated permissions', unknown)];
}

function* getGrantHolder({ store, tenant, keys }: RequestContext): Work<AppRegistration> {
  const id = keys['oAuth2PermissionGrantId'] ?? '';
  const apps = yield* store.apps.listApps(tenant);
  const app = apps.find((one) => findGrantEntity(tenant, one)?.id === id);
  if (app === undefined) throw objectNotFound(id);
  return app;
}

function grantResult({ tenant }: RequestContext, app: AppRegistration): EntityResult {
  const entity = findGrantEntity(tenant, app) ?? {};
  return { kind: 'entity', type: 'oAuth2PermissionGrant', entity, collection: 'oauth2PermissionGrants' };
}
