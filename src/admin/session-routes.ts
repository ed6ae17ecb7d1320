/** The admin API's paths of the console's sessions, and of the tokens that it sends Graph requests with. */
import { Type } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { includesRole, ROLES, STAFF_ROLES } from '../control/role.ts';
import type { Role } from '../control/role.ts';
import { CONSOLE_ROOT } from '../lib/control-root.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import { findGuid } from '../lib/ids.ts';
import type { AppId } from '../lib/ids.ts';
import { CONSOLE_EXPLORER, CONSOLE_PAGES } from '../model/console-apps.ts';
import { NEW_APP, PROVIDER_ADMINISTRATORS } from '../model/directory.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import { PERMISSIONS } from '../model/permissions.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { Session } from '../control/sessions.ts';
import type { ControlHolder } from '../control/token.ts';
import { findConsoleRole } from './console-roles.ts';
import type { AdminContext, AdminServer, ConsoleAccess } from './context.ts';
import { getNamedTenant } from './find-tenant.ts';

const closed = { additionalProperties: false } as const;

const SESSION = Type.Object(
  {
    token: Type.String({ description: 'Opens the admin API, and the control API of a sandbox.' }),
    role: Type.Enum([...ROLES]),
    name: Type.String(),
    person: Type.Optional(
      Type.Object(
        { tenantId: Type.String(), userId: Type.String() },
        { ...closed, description: 'The user who has signed in; not of a session that a token has opened.' },
      ),
    ),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { ...closed, description: 'Who uses the console, and as what.' },
);

const PROOF = Type.Object(
  {
    code: Type.Optional(Type.String({ minLength: 1, description: 'Of a link to the console: opens one session.' })),
    token: Type.Optional(
      Type.String({ minLength: 1, description: 'The admin token, or the control token of a sandbox.' }),
    ),
    idToken: Type.Optional(
      Type.String({ minLength: 1, description: 'Of a person who has signed in to the console at its issuer.' }),
    ),
    role: Type.Optional(
      Type.Enum([...STAFF_ROLES], {
        description: 'What the session may do. Default administrator, and for a person the role that they have.',
      }),
    ),
  },
  { ...closed, description: 'A code, a token or an id token.' },
);

const SIGN_IN = Type.Object(
  {
    issuer: Type.Union([Type.String(), Type.Null()], {
      description: 'Its name, with {tenantid} where people of several tenants sign in; null where people do not.',
    }),
    clientId: Type.Union([Type.String(), Type.Null()]),
    redirectUri: Type.String({ description: 'Where people come back to.' }),
    now: Type.String({ format: 'date-time', description: 'By the clock that tokens are judged by.' }),
  },
  closed,
);

const CODE = Type.Object(
  { code: Type.String(), url: Type.String({ description: 'The console, with the code.' }) },
  closed,
);

const ORDER = Type.Object(
  {
    tenant: Type.String({ minLength: 1, description: 'Id or domain name.' }),
    kind: Type.Optional(
      Type.Enum(['application', 'delegated'], {
        description:
          'A token of the console itself, with all application or all delegated permissions that the role may use.',
      }),
    ),
    app: Type.Optional(Type.String({ minLength: 1, description: 'Client id of an app: a token with its own roles.' })),
    user: Type.Optional(
      Type.String({ minLength: 1, description: 'Id or userPrincipalName: a delegated token for them.' }),
    ),
    isForExplorer: Type.Optional(
      Type.Boolean({
        description: 'For requests that a sandbox is to treat and record as those of any client. Default false.',
      }),
    ),
  },
  { ...closed, description: 'Whom a token is for: kind, app or user.' },
);

const TOKEN = Type.Object(
  { token: Type.String(), expiresAt: Type.String({ format: 'date-time', description: "By the server's clock." }) },
  { ...closed, description: 'A bearer token for the Graph API.' },
);

export function sessionRoutes(context: AdminContext): readonly ControlRoute[] {
  const { access, server } = context;
  if (access === undefined || server === undefined) return [];
  return [
    describeSignIn(access, context),
    openSession(context, access),
    newCode(access, server),
    issueToken(context, server),
  ];
}

function describeSignIn({ signIn }: ConsoleAccess, { clock, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'describeSignIn',
    method: 'GET',
    path: '/sign-in',
    isOpen: true,
    summary: 'Says where people sign in, and as which client of that issuer.',
    answer: { status: 200, description: 'The issuer, and the console as its client.', schema: SIGN_IN },
    run: async () => {
      const now = formatUtcMilliseconds(clock.now());
      const redirectUri = `${server?.findBaseUrl() ?? ''}${CONSOLE_ROOT}/`;
      if (signIn === undefined) return { body: { issuer: null, clientId: null, redirectUri, now } };
      return { body: { issuer: await signIn.findIssuer(), clientId: signIn.clientId, redirectUri, now } };
    },
  });
}

function openSession(context: AdminContext, access: ConsoleAccess): ControlRoute {
  return controlRoute({
    id: 'openSession',
    method: 'POST',
    path: '/sessions',
    isOpen: true,
    summary: 'Opens a session of the console: with a code, a token, or an id token of its issuer.',
    body: PROOF,
    answer: { status: 201, description: 'The session.', schema: SESSION },
    run: async ({ body: { code, token, idToken, role } }) => {
      if (idToken !== undefined) return { body: await openForPerson(context, { access, idToken, asked: role }) };
      const { role: known } = code === undefined ? getHolder(access, token) : takeCode(access, code);
      const wanted = role ?? 'administrator';
      checkRole(known, wanted);
      return { body: access.sessions.open({ role: wanted, name: NAMES[wanted] }) };
    },
  });
}

const NAMES: Readonly<Record<Role, string>> = {
  learner: 'Learner',
  viewer: 'Viewer',
  operator: 'Operator',
  administrator: 'Administrator',
};

/** @throws ControlError 401, also for a session of a person: they sign in again */
function getHolder({ keys }: ConsoleAccess, token: string | undefined): ControlHolder {
  const holder = keys.map((key) => key.findHolder(token)).find((found) => found !== undefined);
  if (holder !== undefined && holder.person === undefined) return holder;
  throw new ControlError(401, 'The token opens no session. Use the admin token, or the control token of a sandbox.');
}

function takeCode({ sessions }: ConsoleAccess, code: string): Pick<ControlHolder, 'role'> {
  if (sessions.takeCode(code)) return { role: 'administrator' };
  const problem = 'The link has been used, or is too old.';
  throw new ControlError(401, `${problem} Run vivarium console for another one, or sign in with the admin token.`);
}

function checkRole(known: Role, wanted: Role): void {
  if (!includesRole(known, wanted)) throw new ControlError(403, `This gives the role ${known} at most.`);
}

interface PersonProof {
  readonly access: ConsoleAccess;
  readonly idToken: string;
  readonly asked: Role | undefined;
}

async function openForPerson(context: AdminContext, { access, idToken, asked }: PersonProof): Promise<Session> {
  const { sessions, signIn } = access;
  if (signIn === undefined) throw new ControlError(401, 'People do not sign in to this console: it has no issuer.');
  const signedIn = await signIn.identify(idToken);
  const { role, user } = await findConsoleRole(context, signedIn);
  const { tenantId, userId } = signedIn;
  if (asked !== undefined) checkRole(role, asked);
  const name = user?.displayName ?? NAMES[role];
  return sessions.open({ role: asked ?? role, name, person: { tenantId, userId } });
}

function newCode({ sessions }: ConsoleAccess, { findBaseUrl }: AdminServer): ControlRoute {
  return controlRoute({
    id: 'createSessionCode',
    method: 'POST',
    path: '/sessions/codes',
    summary: 'Makes a code that opens one session of the console as an administrator, within an hour.',
    answer: { status: 201, description: 'The code.', schema: CODE },
    run: () => {
      const code = sessions.newCode();
      return { body: { code, url: `${findBaseUrl()}${CONSOLE_ROOT}/#code=${code}` } };
    },
  });
}

function issueToken({ directory }: AdminContext, server: AdminServer): ControlRoute {
  return controlRoute({
    id: 'issueToken',
    method: 'POST',
    path: '/tokens',
    role: 'learner',
    summary: 'Issues a token for the Graph API, as far as the role of the session goes.',
    body: ORDER,
    answer: { status: 201, description: 'The token.', schema: TOKEN },
    run: async ({ body: { tenant: name, isForExplorer = false, ...wanted }, holder }) => {
      const { role } = holder;
      const tenant = await getNamedTenant(directory, name);
      if (Object.values(wanted).filter((one) => one !== undefined).length !== 1) {
        throw new ControlError(400, 'The request is not valid.', ['the body must have one of kind, app and user']);
      }
      if (role === 'learner' && !isOwn(holder, tenant, wanted.user)) {
        throw new ControlError(403, 'Learners get tokens for themselves alone.');
      }
      if (wanted.app !== undefined) {
        const app = await getApp(directory, tenant, wanted.app);
        if (!includesRole(role, 'operator')) throw new ControlError(403, 'This needs the role operator.');
        return { body: await server.issueFor({ tenant, app }) };
      }
      const app = consoleApp(tenant, role, isForExplorer ? CONSOLE_EXPLORER : CONSOLE_PAGES);
      if (wanted.kind === 'application') return { body: await server.issueFor({ tenant, app }) };
      const user =
        wanted.user === undefined
          ? await getAdministrator(directory, tenant)
          : await getUser(directory, tenant, wanted.user);
      return { body: await server.issueFor({ tenant, app, user }) };
    },
  });
}

function isOwn({ person }: ControlHolder, tenant: Tenant, user: string | undefined): boolean {
  return person?.tenantId === tenant.id && person.userId === user;
}

async function getApp(directory: DirectoryStore, tenant: Tenant, text: string): Promise<AppRegistration> {
  const id = findGuid<AppId>(text);
  const app = id && (await directory.findApp(tenant, id));
  if (app === undefined) throw new ControlError(404, `There is no app ${text} in the tenant.`);
  return app;
}

async function getUser(directory: DirectoryStore, tenant: Tenant, idOrName: string): Promise<DirectoryUser> {
  const user = await directory.findUser(tenant, idOrName);
  if (user === undefined) throw new ControlError(404, `There is no user ${idOrName}.`);
  return user;
}

/** One who may register providers, if there is one: that takes a directory role besides the permission. */
async function getAdministrator(directory: DirectoryStore, tenant: Tenant): Promise<DirectoryUser> {
  const users = await directory.listUsers(tenant);
  const mayAdminister = ({ directoryRoles }: DirectoryUser): boolean =>
    directoryRoles.some((role) => PROVIDER_ADMINISTRATORS.includes(role));
  const user = users.find(mayAdminister) ?? users[0];
  if (user === undefined) throw new ControlError(404, 'The tenant has no users.');
  return user;
}

/** The console as an app of the tenant, with the permissions that its user may use. */
function consoleApp(tenant: Tenant, role: Role, { id, name }: typeof CONSOLE_PAGES): AppRegistration {
  const usable = PERMISSIONS.filter((row) => includesRole(role, roleFor(row.name)));
  return {
    ...NEW_APP,
    tenantId: tenant.id,
    id,
    name,
    displayName: name,
    appRoles: usable.filter(({ roleId }) => roleId !== undefined).map((row) => row.name),
    delegatedScopes: usable.filter(({ scopeId }) => scopeId !== undefined).map((row) => row.name),
  };
}

/** What it takes to see one's own learning. */
const OWN_LEARNING: readonly string[] = [
  'LearningAssignedCourse.Read',
  'LearningSelfInitiatedCourse.Read',
  'User.Read',
];

function roleFor(permission: string): Role {
  if (!permission.includes('Write')) return OWN_LEARNING.includes(permission) ? 'learner' : 'viewer';
  return permission.startsWith('Learning') ? 'operator' : 'administrator';
}
