/** Operations on applications and their secrets. */
import { createApp, makeSecret, removeApp, withoutSecret, withSecret } from '../directory/apps.ts';
import type { AppRegistration } from '../model/directory.ts';
import type { Entity } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import { formatDateTimeOffset } from '../odata/edm.ts';
import type { FieldProblem } from '../odata/read-entity.ts';
import type { Work } from '../store/work.ts';
import { changeApp, getNamedApp, getOwnApp } from './app-access.ts';
import { applicationEntity, seedSecretId } from './app-entities.ts';
import { readApplication, unfit } from './app-input.ts';
import { listComputed } from './computed-list.ts';
import { NOTHING } from './context.ts';
import type { ComplexResult, EntityResult, ListResult, OperationResult, RequestContext } from './context.ts';
import { requireDirectoryRole } from './directory-roles.ts';
import { readInput, refuseProblems, viewOf } from './entity-input.ts';
import { removeJudged } from './optimistic.ts';

/** GET /applications. @throws accessDenied */
export function* listApplications(context: RequestContext): Work<ListResult> {
  const { store, tenant } = context;
  const items = (yield* store.apps.listApps(tenant)).map((app) => applicationEntity(tenant, app));
  return listComputed(context, 'application', { items, collection: 'applications' });
}

/** GET /applications/{id}, or (appId='…'). @throws accessDenied, directoryObjectNotFound */
export function* getApplication(context: RequestContext): Work<EntityResult> {
  return applicationResult(context, yield* getNamedApp(context));
}

/** POST /applications. The app can be used once it has a service principal. @throws accessDenied, and those of a body */
export function* createApplication(context: RequestContext): Work<EntityResult> {
  yield* requireDirectoryRole(context);
  const { principal, tenant } = context;
  const properties = readApplication(context, 'create');
  const created = yield* createApp(context.services.directory, tenant, {
    ...properties,
    manifest: properties.manifest ?? {},
    hasServicePrincipal: false,
    createdByAppId: principal.appId,
  });
  if (created.kind !== 'done') throw new Error('A fresh id was taken.');
  return applicationResult(context, created.item);
}

/**
 * PATCH /applications/{id}, or (appId='…').
 * @throws accessDenied, directoryObjectNotFound, preconditionFailed, and those of a body
 */
export function* updateApplication(context: RequestContext): Work<EntityResult> {
  const changed = yield* changeOwn(context, (app) => ({ ...app, ...readApplication(context, 'update', app) }));
  return applicationResult(context, changed);
}

/** DELETE /applications/{id}, or (appId='…'): its tokens are refused from then on. @throws as updating one */
export function* deleteApplication(context: RequestContext): Work<OperationResult> {
  yield* requireDirectoryRole(context);
  return yield* removeJudged(
    context,
    () => getOwnApp(context),
    (app) => removeApp(context.services.directory, context.tenant, app),
  );
}

/** POST …/addPassword. No other answer has the secret. @throws as updating an application */
export function* addPassword(context: RequestContext): Work<ComplexResult> {
  const view = viewOf(context, 'addPassword');
  const input = readInput(context, 'addPassword', { mode: 'create' });
  const asked = (input.values as Partial<Entity<'addPassword'>>).passwordCredential ?? {};
  const { displayName, startDateTime, endDateTime } = asked as Readonly<Record<string, string | null | undefined>>;
  const made = makeSecret(context.services.directory, {
    displayName: displayName ?? null,
    ...(startDateTime && { startDateTime }),
    ...(endDateTime && { endDateTime }),
  });
  const { credential, secretText } = made;
  const endProblems: readonly FieldProblem[] =
    credential.endDateTime > credential.startDateTime
      ? []
      : [{ kind: 'invalid', field: 'passwordCredential', reason: unfit('an end after the start', asked) }];
  refuseProblems('create', view, [...input.problems, ...endProblems]);
  yield* changeOwn(context, (app) => withSecret(app, made));
  const { secretSha256: _hash, ...shown } = credential;
  return {
    kind: 'complex',
    type: 'graph.passwordCredential',
    value: {
      customKeyIdentifier: null,
      ...shown,
      startDateTime: formatDateTimeOffset(credential.startDateTime, 'Z'),
      endDateTime: formatDateTimeOffset(credential.endDateTime, 'Z'),
      secretText,
    },
  };
}

/** POST …/removePassword. @throws passwordCredentialUnknown, and as updating an application */
export function* removePassword(context: RequestContext): Work<OperationResult> {
  const view = viewOf(context, 'removePassword');
  const input = readInput(context, 'removePassword', { mode: 'create' });
  refuseProblems('create', view, input.problems);
  const { keyId } = input.values as unknown as Entity<'removePassword'>;
  yield* changeOwn(context, (app) => {
    if (app.secretSha256 !== null && keyId === seedSecretId(app)) return { ...app, secretSha256: null };
    const changed = withoutSecret(app, keyId);
    if (changed === undefined) throw new GraphError('passwordCredentialUnknown');
    return changed;
  });
  return NOTHING;
}

function* changeOwn(context: RequestContext, change: (app: AppRegistration) => AppRegistration): Work<AppRegistration> {
  yield* requireDirectoryRole(context);
  return yield* changeApp(context, () => getOwnApp(context), change);
}

function applicationResult({ tenant }: RequestContext, app: AppRegistration): EntityResult {
  return {
    kind: 'entity',
    type: 'application',
    entity: applicationEntity(tenant, app),
    collection: 'applications',
  };
}
