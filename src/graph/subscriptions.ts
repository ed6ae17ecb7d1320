/** Operations on subscriptions: an app's own, to what it may read. */
import { authorize } from '../auth/authorize.ts';
import type { RegistrationId } from '../lib/ids.ts';
import { findGuid } from '../lib/ids.ts';
import { Unavailable } from '../lib/unavailable.ts';
import { formatInstant } from '../lib/utc-text.ts';
import { servicePrincipalId } from '../model/directory-ids.ts';
import type { Entity } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import {
  CHANGE_TYPES,
  DEFAULT_TLS_VERSION,
  MAX_SUBSCRIPTION_MINUTES,
  MIN_SUBSCRIPTION_MINUTES,
  TLS_VERSIONS,
} from '../model/subscription.ts';
import type { FieldProblem } from '../odata/read-entity.ts';
import type { ChangeFeed } from '../store/feed/change-feed.ts';
import type { NotificationTarget, SubscriptionDefinition } from '../store/notifications/notification-store.ts';
import type { Work } from '../store/work.ts';
import { visibleTypes } from './activities.ts';
import { unfitValue } from './app-input.ts';
import { changeOriginOf } from './change-origin.ts';
import { listComputed } from './computed-list.ts';
import { NOTHING } from './context.ts';
import type { EntityResult, ListResult, OperationResult, RequestContext } from './context.ts';
import type { Notifying } from './notifying.ts';
import { MAX_ATTEMPTS } from './optimistic.ts';
import { fixedProblems, readInput, refuseProblems, viewOf } from './entity-input.ts';

type Values = Partial<Entity<'subscription'>>;
type Followed = Pick<SubscriptionDefinition, 'collection' | 'registrationId' | 'types'>;

const MINUTE_MS = 60_000;

/** POST /subscriptions. @throws accessDenied, subscriptionEndpointInvalid, changesNotKept, and those of a body */
export function* createSubscription(context: RequestContext): Work<EntityResult> {
  const { tenant, principal, store, services } = context;
  const { notifying, feed } = partsOf(context);
  const view = viewOf(context, 'subscription');
  const input = readInput(context, 'subscription', { mode: 'create' });
  const values = input.values as Values;
  const followed = findFollowed(context, values.resource);
  const problems = [
    ...input.problems,
    ...listProblems(context, values, notifying),
    ...(values.resource === undefined || followed !== undefined ? [] : [unfitResource(values.resource)]),
  ];
  refuseProblems('create', view, problems);
  const { resource, changeType, notificationUrl, expirationDateTime } = values as Entity<'subscription'>;
  const definition: SubscriptionDefinition = {
    ...(followed as Followed),
    resource,
    changeTypes: listChangeTypes(changeType),
    notificationUrl,
    lifecycleNotificationUrl: values.lifecycleNotificationUrl ?? null,
    clientState: values.clientState ?? null,
    latestSupportedTlsVersion: values.latestSupportedTlsVersion ?? DEFAULT_TLS_VERSION,
    notificationUrlAppId: values.notificationUrlAppId ?? null,
    creatorId: servicePrincipalId(tenant.id, principal.appId),
  };
  yield* validateUrls(context, [notificationUrl, definition.lifecycleNotificationUrl]);
  const from = yield* store.wait(() => feed.follow(tenant.key));
  const target: NotificationTarget = {
    ...{ id: services.newId(), appId: principal.appId, definition, from },
    kind: 'subscription',
    expiresAt: endOf(context, expirationDateTime),
    warnedOf: undefined,
  };
  yield* store.wait(() => notifying.storeOf(tenant.key).addTarget(target, changeOriginOf(context)));
  return resultOf(target);
}

/** GET /subscriptions: those of the app. @throws accessDenied */
export function* listSubscriptions(context: RequestContext): Work<ListResult> {
  const { notifying } = partsOf(context);
  const all = yield* context.store.wait(() => notifying.storeOf(context.tenant.key).listTargets());
  const own = all.filter((target) => isOwn(context, target) && !isOver(context, target));
  return listComputed(context, 'subscription', {
    items: own.map((target) => ({ ...entityOf(target), clientState: null })),
    collection: 'subscriptions',
  });
}

/** GET /subscriptions/{id}. @throws accessDenied, subscriptionNotFound */
export function* getSubscription(context: RequestContext): Work<EntityResult> {
  return resultOf(yield* getOwn(context));
}

/** PATCH /subscriptions/{id}: a new expiration, a new URL. @throws as createSubscription and getSubscription */
export function* updateSubscription(context: RequestContext): Work<EntityResult> {
  const { notifying } = partsOf(context);
  const stored = yield* getOwn(context);
  const view = viewOf(context, 'subscription');
  const input = readInput(context, 'subscription', { mode: 'update' });
  const values = input.values as Values;
  const fixed = fixedProblems(view, input, entityOf(stored));
  refuseProblems('update', view, [...input.problems, ...fixed, ...listProblems(context, values, notifying)]);
  // The app may have lost the permission.
  findFollowed(context, stored.definition.resource);
  const { notificationUrl, expirationDateTime } = values;
  if (notificationUrl !== undefined && notificationUrl !== stored.definition.notificationUrl)
    yield* validateUrls(context, [notificationUrl]);
  const store = notifying.storeOf(context.tenant.key);
  // Each further round means that another change was stored, such as a renewal while the endpoint was validated.
  for (let [before, count] = [stored, 0]; count < MAX_ATTEMPTS; before = yield* getOwn(context), count += 1) {
    const after: NotificationTarget = {
      ...before,
      ...(notificationUrl !== undefined && { definition: { ...before.definition, notificationUrl } }),
      ...(expirationDateTime !== undefined && { expiresAt: endOf(context, expirationDateTime) }),
    };
    if (yield* context.store.wait(() => store.changeTarget({ before, after }, changeOriginOf(context))))
      return resultOf(after);
  }
  throw new Unavailable('Other writes to the same subscription came first again and again.');
}

/** POST /subscriptions/{id}/reauthorize: checks the permission again, keeps the expiration. @throws accessDenied, subscriptionNotFound */
export function* reauthorizeSubscription(context: RequestContext): Work<OperationResult> {
  findFollowed(context, (yield* getOwn(context)).definition.resource);
  return NOTHING;
}

/** DELETE /subscriptions/{id}: sends nothing from then on. @throws accessDenied, subscriptionNotFound */
export function* deleteSubscription(context: RequestContext): Work<OperationResult> {
  const { notifying } = partsOf(context);
  const target = yield* getOwn(context);
  const isRemoved = yield* context.store.wait(() =>
    notifying.storeOf(context.tenant.key).removeTarget(target, changeOriginOf(context)),
  );
  if (!isRemoved) throw new GraphError('subscriptionNotFound');
  return NOTHING;
}

function partsOf({ services }: RequestContext): { readonly notifying: Notifying; readonly feed: ChangeFeed } {
  const { notifying, feed } = services;
  if (notifying === undefined || feed === undefined) throw new GraphError('changesNotKept');
  return { notifying, feed };
}

function* getOwn(context: RequestContext): Work<NotificationTarget> {
  const { notifying } = partsOf(context);
  const id = findGuid(context.keys['subscriptionId'] ?? '');
  const found = yield* context.store.wait(async () =>
    id === undefined ? undefined : notifying.storeOf(context.tenant.key).findTarget(id),
  );
  if (found === undefined || !isOwn(context, found) || isOver(context, found))
    throw new GraphError('subscriptionNotFound');
  return found;
}

function isOwn({ principal }: RequestContext, { appId }: NotificationTarget): boolean {
  return appId === principal.appId;
}

function isOver({ services }: RequestContext, { expiresAt = Infinity }: NotificationTarget): boolean {
  return expiresAt <= services.errorStyle.clock.now();
}

/** The list that a resource path names. @throws accessDenied when the app may not read it */
function findFollowed(context: RequestContext, resource: string | undefined): Followed | undefined {
  const match = matchList(context, resource);
  if (match === undefined) return undefined;
  const { operation, keys } = match;
  authorize(context.principal, operation);
  const registrationId = findGuid<RegistrationId>(keys['registrationId'] ?? '');
  if (operation.entity === 'learningContent') return { collection: 'contents', registrationId, types: [] };
  return { collection: 'activities', registrationId, types: visibleTypes(context, operation) };
}

const FOLLOWED: ReadonlySet<string> = new Set([
  'listLearningCourseActivities',
  'listProviderLearningCourseActivities',
  'listLearningContents',
]);

function matchList({ protocol }: RequestContext, resource = ''): ReturnType<typeof protocol.matchPath> | undefined {
  try {
    const match = protocol.matchPath('GET', `/${resource.replace(/^\/+/, '')}`);
    const { registrationId = '' } = match.keys;
    const isProvider = registrationId === '' || findGuid(registrationId) !== undefined;
    return FOLLOWED.has(match.operation.id) && isProvider ? match : undefined;
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

function unfitResource(found: string): FieldProblem {
  const expected =
    "employeeExperience/learningCourseActivities, or learningCourseActivities or learningContents of employeeExperience/learningProviders('{id}')";
  return unfitValue('resource', expected, found);
}

function listChangeTypes(text: string): readonly string[] {
  return [...new Set(text.split(',').map((name) => name.trim()))];
}

function listProblems(context: RequestContext, values: Values, notifying: Notifying): readonly FieldProblem[] {
  const { changeType, expirationDateTime, latestSupportedTlsVersion: version, includeResourceData } = values;
  const problems: FieldProblem[] = [];
  const known: readonly string[] = CHANGE_TYPES;
  if (changeType !== undefined && !listChangeTypes(changeType).every((name) => known.includes(name)))
    problems.push(unfitValue('changeType', `some of ${known.join(', ')}, with commas`, changeType));
  if (version !== undefined && version !== null && !(TLS_VERSIONS as readonly string[]).includes(version))
    problems.push(unfitValue('latestSupportedTlsVersion', `one of ${TLS_VERSIONS.join(', ')}`, version));
  if (includeResourceData === true) problems.push(unfitValue('includeResourceData', 'false', true));
  for (const name of ['notificationUrl', 'lifecycleNotificationUrl'] as const) {
    const url = values[name];
    const problem = typeof url === 'string' && URL.canParse(url) ? notifying.describeUrlProblem(url) : undefined;
    if (problem !== undefined) problems.push(unfitValue(name, problem, url));
  }
  if (typeof expirationDateTime === 'string') {
    const minutes = (Date.parse(`${expirationDateTime}Z`) - nowOf(context)) / MINUTE_MS;
    if (minutes <= 0 || minutes > MAX_SUBSCRIPTION_MINUTES)
      problems.push(
        unfitValue(
          'expirationDateTime',
          `at most ${MAX_SUBSCRIPTION_MINUTES} minutes in the future`,
          expirationDateTime,
        ),
      );
  }
  return problems;
}

function nowOf({ services }: RequestContext): number {
  return services.errorStyle.clock.now();
}

/** Raises shorter ones to Microsoft Graph's minimum. */
function endOf(context: RequestContext, expirationDateTime: string): number {
  return Math.max(Date.parse(`${expirationDateTime}Z`), nowOf(context) + MIN_SUBSCRIPTION_MINUTES * MINUTE_MS);
}

/** Slow endpoints take no place of other requests. */
function* validateUrls(context: RequestContext, urls: readonly (string | null)[]): Work<void> {
  const { notifying } = partsOf(context);
  const { waitAside = (wait) => wait() } = context;
  for (const url of new Set(urls)) {
    const problem =
      url === null ? undefined : yield* context.store.wait(() => waitAside(() => notifying.validate(url)));
    if (problem !== undefined) throw new GraphError('subscriptionEndpointInvalid', { values: { reason: problem } });
  }
}

function resultOf(target: NotificationTarget): EntityResult {
  return { kind: 'entity', type: 'subscription', entity: entityOf(target), collection: 'subscriptions' };
}

function entityOf({ id, appId, definition, expiresAt = 0 }: NotificationTarget): Entity<'subscription'> {
  return {
    id,
    applicationId: appId ?? null,
    changeType: definition.changeTypes.join(','),
    clientState: definition.clientState,
    creatorId: definition.creatorId,
    encryptionCertificate: null,
    encryptionCertificateId: null,
    expirationDateTime: formatInstant(expiresAt),
    includeResourceData: false,
    latestSupportedTlsVersion: definition.latestSupportedTlsVersion,
    lifecycleNotificationUrl: definition.lifecycleNotificationUrl,
    notificationQueryOptions: null,
    notificationUrl: definition.notificationUrl,
    notificationUrlAppId: definition.notificationUrlAppId,
    resource: definition.resource,
  };
}
