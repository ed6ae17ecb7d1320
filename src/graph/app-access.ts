/** The apps that paths name, who may change them, and how a change is stored. */
import { replaceApp } from '../directory/apps.ts';
import { findGuid } from '../lib/ids.ts';
import type { AppId } from '../lib/ids.ts';
import { applicationId, servicePrincipalId } from '../model/directory-ids.ts';
import type { AppRegistration } from '../model/directory.ts';
import { GraphError } from '../model/graph-error.ts';
import { GRAPH_APP_ID } from '../model/graph-resource.ts';
import { reason } from '../model/reasons.ts';
import type { Work } from '../store/work.ts';
import type { RequestContext } from './context.ts';
import { writeJudged } from './optimistic.ts';

/** Stores the app as `change` makes it. @throws as `find` and `change`, preconditionFailed */
export function* changeApp(
  context: RequestContext,
  find: () => Work<AppRegistration>,
  change: (app: AppRegistration) => AppRegistration,
): Work<AppRegistration> {
  return yield* writeJudged(context, find, (stored) => tryReplace(context, change(stored)));
}

/** `undefined` when another write came first. */
function* tryReplace(context: RequestContext, app: AppRegistration): Work<AppRegistration | undefined> {
  const changed = yield* replaceApp(context.services.directory, context.tenant, app);
  return changed.kind === 'done' ? changed.item : undefined;
}

/** By the id or client id in the path. @throws directoryObjectNotFound */
export function* getNamedApp({ store, tenant, keys }: RequestContext): Work<AppRegistration> {
  const appId = findGuid<AppId>(keys['appId'] ?? '');
  const id = (keys['applicationId'] ?? '').toLowerCase();
  const app =
    appId === undefined
      ? (yield* store.apps.listApps(tenant)).find((one) => applicationId(tenant.id, one.id) === id)
      : yield* store.apps.findApp(tenant, appId);
  if (app === undefined) throw objectNotFound(keys['appId'] ?? keys['applicationId'] ?? '');
  return app;
}

/** @throws directoryObjectNotFound, accessDenied */
export function* getOwnApp(context: RequestContext): Work<AppRegistration> {
  const app = yield* getNamedApp(context);
  requireOwner(context, app);
  return app;
}

/** Refuses a caller that may change only the apps that it has created, unless this is one of them. @throws accessDenied */
export function requireOwner({ principal, operation }: RequestContext, { createdByAppId }: AppRegistration): void {
  const opensAll = operation[principal.kind].some((name) => name !== OWNED && principal.permissions.has(name));
  if (opensAll || createdByAppId === principal.appId) return;
  throw new GraphError('accessDenied', { reasons: [reason('ownOnly', { what: 'apps' })] });
}

const OWNED = 'Application.ReadWrite.OwnedBy';

/** @throws directoryObjectNotFound, accessDenied */
export function* getOwnServicePrincipal(context: RequestContext): Work<AppRegistration> {
  const app = yield* getNamedServicePrincipal(context);
  requireOwner(context, app);
  return app;
}

/** Whether the path names the service principal of Microsoft Graph. */
export function namesGraphServicePrincipal({ tenant, keys }: RequestContext): boolean {
  const { appId, servicePrincipalId: id } = keys;
  return appId?.toLowerCase() === GRAPH_APP_ID || id?.toLowerCase() === servicePrincipalId(tenant.id, GRAPH_APP_ID);
}

/** Whether the path names the service principal of the app. */
export function namesServicePrincipalOf({ tenant, keys }: RequestContext, { id }: AppRegistration): boolean {
  return (
    keys['appId']?.toLowerCase() === id ||
    keys['servicePrincipalId']?.toLowerCase() === servicePrincipalId(tenant.id, id)
  );
}

/** The app whose service principal the path names. @throws directoryObjectNotFound */
export function* getNamedServicePrincipal(context: RequestContext): Work<AppRegistration> {
  const { store, tenant, keys } = context;
  const appId = findGuid<AppId>(keys['appId'] ?? '');
  const app =
    appId === undefined
      ? yield* findAppByServicePrincipal(context, (keys['servicePrincipalId'] ?? '').toLowerCase())
      : yield* store.apps.findApp(tenant, appId);
  if (app?.hasServicePrincipal === true) return app;
  throw objectNotFound(keys['appId'] ?? keys['servicePrincipalId'] ?? '');
}

/** The app with this service principal. */
export function* findAppByServicePrincipal(
  { store, tenant }: RequestContext,
  id: string,
): Work<AppRegistration | undefined> {
  const apps = yield* store.apps.listApps(tenant);
  return apps.find((app) => app.hasServicePrincipal && servicePrincipalId(tenant.id, app.id) === id);
}

/** @throws directoryObjectNotFound */
export function* getAppByServicePrincipal(context: RequestContext, id: string): Work<AppRegistration> {
  const app = yield* findAppByServicePrincipal(context, id);
  if (app === undefined) throw objectNotFound(id);
  return app;
}

export function objectNotFound(id: string): GraphError {
  const reasons = [reason('itemUnknown', { type: 'object of the directory', key: 'id', found: id })];
  return new GraphError('directoryObjectNotFound', { values: { id }, reasons });
}
