/** Operations on users. Each is work on the directory, as those of Microsoft Graph and of administrators are. */
import { addUser, changeUser, removeUser } from '../directory/users.ts';
import type { UserProperties } from '../directory/users.ts';
import { removeJudged, writeJudged } from '../graph/optimistic.ts';
import { findGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import type { DirectoryUser } from '../model/directory.ts';
import { SCIM_MESSAGES, SCIM_USER } from '../model/scim.ts';
import type { ScimProperty } from '../model/scim.ts';
import { etagOf, isNotModified } from '../odata/etag.ts';
import type { Work } from '../store/work.ts';
import { assignMembers, beginChange, beginResource, endAssignment, isMembers, noteRefusal } from './assign.ts';
import type { Assignment, ScimValue } from './assign.ts';
import type { ScimAnswer, ScimContext } from './context.ts';
import { findUsers } from './find-users.ts';
import { applyOperations, readOperations } from './patch.ts';
import { queryMembersOf, readSelection, readUserQuery } from './read-query.ts';
import type { QueryMembers } from './read-query.ts';
import { toResource, locationOf, selectAttributes } from './resource.ts';
import type { Members } from './resource.ts';
import { ScimError } from './scim-error.ts';

/** POST /Users */
export function* createScimUser(context: ScimContext): Work<ScimAnswer> {
  const { directory, tenant, credential, body } = context;
  requireSchema(body, SCIM_USER);
  const selection = readSelection(context.query);
  const assignment = beginResource();
  assignMembers(assignment, body);
  const { values } = assignment;
  const userName = textOf(values.get('userPrincipalName'));
  if (userName === undefined && assignment.refusals.length === 0)
    noteRefusal(assignment, 'invalidValue', 'userName is missing.');
  endAssignment(assignment);
  const properties = propertiesOf(values);
  const made = yield* addUser(directory, tenant, {
    licence: credential.licence,
    ...properties,
    userPrincipalName: userName ?? '',
    displayName: textOf(values.get('displayName')) ?? nameOfNew(body, values),
  });
  if (made.kind !== 'done') throw taken();
  const location = locationOf(made.item, context.origin);
  return answerUser(context, made.item, { status: 201, headers: { location }, selection });
}

/** GET /Users/{id} */
export function* getScimUser(context: ScimContext): Work<ScimAnswer> {
  const selection = readSelection(context.query);
  const user = yield* getUser(context);
  if (isNotModified(context.headers, user.rowVersion))
    return { status: 304, headers: { etag: etagOf(user.rowVersion) } };
  return answerUser(context, user, { selection });
}

/** GET /Users */
export function listScimUsers(context: ScimContext): Work<ScimAnswer> {
  return answerList(context, context.query);
}

/** POST /Users/.search and /.search: users are all there is. */
export function searchScimUsers(context: ScimContext): Work<ScimAnswer> {
  requireSchema(context.body, SCIM_MESSAGES.search);
  return answerList(context, queryMembersOf(context.body));
}

/** PUT /Users/{id}: what the body leaves out is removed, but for what a user must have, the licence and the password. */
export function* replaceScimUser(context: ScimContext): Work<ScimAnswer> {
  const { body } = context;
  requireSchema(body, SCIM_USER);
  return yield* changeStored(context, (stored) => {
    const assignment = beginResource(stored);
    assignMembers(assignment, body);
    return assignment;
  });
}

/** PATCH /Users/{id} */
export function* patchScimUser(context: ScimContext): Work<ScimAnswer> {
  requireSchema(context.body, SCIM_MESSAGES.patch);
  const operations = readOperations(context.body);
  return yield* changeStored(context, (stored) => {
    const assignment = beginChange(stored);
    applyOperations(assignment, operations);
    return assignment;
  });
}

/** DELETE /Users/{id}: activities of the user stay. */
export function* deleteScimUser(context: ScimContext): Work<ScimAnswer> {
  const { directory, tenant } = context;
  yield* removeJudged(
    context,
    () => getUser(context),
    (stored) => removeUser(directory, tenant, stored),
  );
  return { status: 204 };
}

function changeStored(context: ScimContext, assign: (stored: DirectoryUser) => Assignment): Work<ScimAnswer> {
  const selection = readSelection(context.query);
  return writeJudged(
    context,
    () => getUser(context),
    function* change(stored) {
      const assignment = assign(stored);
      endAssignment(assignment);
      const user = yield* store(context, stored, assignment.values);
      return user && answerUser(context, user, { selection });
    },
  );
}

/** `undefined` when another write came first. What changes nothing is not written: the version stays. */
function* store(
  { directory, tenant }: ScimContext,
  stored: DirectoryUser,
  values: Assignment['values'],
): Work<DirectoryUser | undefined> {
  const properties = propertiesOf(values);
  if (!changesAnything(stored, properties)) return stored;
  const changed = yield* changeUser(directory, tenant, { stored, properties });
  if (changed.kind === 'notUnique') throw taken();
  return changed.kind === 'done' ? changed.item : undefined;
}

function changesAnything(stored: DirectoryUser, { password, ...properties }: UserProperties): boolean {
  if (typeof password === 'string' || (password === null && stored.passwordHash !== null)) return true;
  return Object.entries(properties).some(([name, value]) => value !== stored[name as keyof typeof properties]);
}

/** The table of attributes says which kind of value each has. */
function propertiesOf(values: ReadonlyMap<ScimProperty, ScimValue>): UserProperties {
  const properties = Object.fromEntries(values) as UserProperties;
  const { userPrincipalName } = properties;
  return { ...properties, ...(userPrincipalName && { userPrincipalName: userPrincipalName.toLowerCase() }) };
}

/** @throws ScimError 404 */
function* getUser({ directory, tenant, params: { id = '' } }: ScimContext): Work<DirectoryUser> {
  const guid = findGuid<UserId>(id);
  const user = guid && (yield* directory.users.findUser(tenant, guid));
  if (user !== undefined) return user;
  throw new ScimError({ status: 404 }, `There is no user ${id}.`);
}

function taken(): ScimError {
  return new ScimError('uniqueness', 'Another user of the tenant has this userName.');
}

function requireSchema(body: Members, schema: string): void {
  const schemas = queryMembersOf(body).get('schemas');
  const names = Array.isArray(schemas) ? schemas.map((name) => String(name).toLowerCase()) : [];
  if (!names.includes(schema.toLowerCase())) throw new ScimError('invalidSyntax', `schemas must have ${schema}.`);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Of a user who comes without a display name: by what Microsoft Entra sends in its place. */
function nameOfNew(body: Members, values: Assignment['values']): string {
  const name = queryMembersOf(body).get('name');
  const formatted = isMembers(name) ? textOf(queryMembersOf(name).get('formatted')) : undefined;
  const parts = [values.get('givenName'), values.get('surname')].map(textOf).filter((part) => part !== undefined);
  return formatted ?? textOf(parts.join(' ')) ?? textOf(values.get('userPrincipalName')) ?? '';
}

interface AnswerOptions {
  readonly selection: ReturnType<typeof readSelection>;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function answerUser(
  { origin }: ScimContext,
  user: DirectoryUser,
  { status = 200, headers, selection }: AnswerOptions,
): ScimAnswer {
  const body = selectAttributes(toResource(user, origin), selection);
  return { status, headers: { ...headers, etag: etagOf(user.rowVersion) }, body };
}

function* answerList(context: ScimContext, parameters: QueryMembers): Work<ScimAnswer> {
  const selection = readSelection(parameters);
  const query = readUserQuery(parameters);
  const { users, total } = yield* findUsers(context, query);
  const resources = users.map((user) => selectAttributes(toResource(user, context.origin), selection));
  return { status: 200, body: listBody(resources, { total, startIndex: query.offset + 1 }) };
}

export function listBody(
  resources: readonly Members[],
  { total, startIndex }: { readonly total: number; readonly startIndex: number },
): Members {
  return {
    schemas: [SCIM_MESSAGES.list],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
