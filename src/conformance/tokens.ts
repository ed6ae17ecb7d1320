/** Access tokens for the callers of rows, from the token endpoint of the target. */
import { setTimeout as delay } from 'node:timers/promises';

import { once } from '../lib/once.ts';
import { PERMISSIONS } from '../model/permissions.ts';
import type { RuleCaller } from './callers.ts';
import type { RuleClient } from './client.ts';
import type { RunCredentials, UserCredentials } from './credentials.ts';
import type { NeededCaller } from './needs.ts';
import type { RuleAnswer } from './place.ts';

export interface CallerTokens {
  /** The Authorization header; `undefined` when there is none for such a caller. */
  find(needed: NeededCaller): Promise<string | undefined>;
}

export interface CallerTokensOptions {
  readonly client: Pick<RuleClient, 'send'>;
  readonly credentials: RunCredentials;
  /** Roles that the rows take named apps to hold. */
  readonly rolesOf: (app: string) => readonly string[] | undefined;
  /** Tells a person where to sign in; polling begins when it has. */
  readonly say: (text: string) => void | Promise<void>;
}

/** Each token is asked for once. */
export function createCallerTokens(options: CallerTokensOptions): CallerTokens {
  const { credentials, rolesOf } = options;
  const endpoint = createEndpoint(options);
  const apps = once(() => Promise.all(Object.keys(credentials.apps).map((name) => endpoint.requestForApp(name))));
  const users = new Map<string, Promise<GrantedToken | undefined>>();
  const others = new Map(
    Object.entries(credentials.otherTenants ?? {}).map(([name, other]) => [
      name,
      createCallerTokens({ ...options, credentials: { ...other, scope: credentials.scope, users: {} } }),
    ]),
  );

  const findApp = async (roles: readonly string[], isExact: boolean): Promise<string | undefined> => {
    const known = (await apps()).filter((token) => token !== undefined);
    const exact = known.find(({ permissions }) => holdsAll(permissions, roles) && isWithin(permissions, roles));
    return (exact ?? (isExact ? undefined : known.find(({ permissions }) => holdsAll(permissions, roles))))?.text;
  };
  const findUser = async (name: string, scopes: readonly string[], isExact: boolean): Promise<string | undefined> => {
    const key = JSON.stringify([name, scopes]);
    const user = credentials.users[name];
    if (user === undefined) return undefined;
    const token = await (users.get(key) ?? remember(users, key, endpoint.requestForUser(user, scopes)));
    if (token === undefined || !holdsAll(token.permissions, scopes)) return undefined;
    return isExact && !isWithin(token.permissions, scopes) ? undefined : token.text;
  };
  const findText = async ({ caller, isExact }: NeededCaller): Promise<string | undefined> => {
    if ('roles' in caller) return findApp(caller.roles, isExact);
    if ('user' in caller) return findUser(caller.user, caller.scopes, isExact);
    if ('flaw' in caller) return caller.flaw === 'otherSignature' ? forge(await findApp(WRITER, false)) : undefined;
    if (!('app' in caller)) return undefined;
    const { app, tenant } = caller;
    if (tenant !== undefined)
      return (await others.get(tenant)?.find({ caller: { app }, isExact }))?.slice('Bearer '.length);
    const roles = rolesOf(app);
    return roles === undefined ? undefined : findApp(roles, isExact);
  };
  return {
    find: async (needed) => {
      if ('authorization' in needed.caller) return needed.caller.authorization;
      const text = await findText(needed);
      return text && `Bearer ${text}`;
    },
  };
}

const WRITER = ['LearningAssignedCourse.ReadWrite.All', 'LearningSelfInitiatedCourse.ReadWrite.All'];

/** The token with a signature that no key made. */
function forge(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const [head = '', claims = ''] = token.split('.');
  return `${head}.${claims}.${Buffer.alloc(256, 1).toString('base64url')}`;
}

interface GrantedToken {
  readonly text: string;
  /** Roles, or delegated scopes. */
  readonly permissions: readonly string[];
}

const KNOWN: readonly string[] = PERMISSIONS.map(({ name }) => name);

function holdsAll(held: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((permission) => held.includes(permission));
}

/** Permissions for other APIs make no difference. */
function isWithin(held: readonly string[], wanted: readonly string[]): boolean {
  return held.every((permission) => wanted.includes(permission) || !KNOWN.includes(permission));
}

interface Endpoint {
  requestForApp(name: string): Promise<GrantedToken | undefined>;
  requestForUser(user: UserCredentials, scopes: readonly string[]): Promise<GrantedToken | undefined>;
}

function createEndpoint({ client, credentials, say }: CallerTokensOptions): Endpoint {
  const { tokenUrl, scope, apps, signInApp } = credentials;
  const post = async (url: string, fields: Readonly<Record<string, string | undefined>>): Promise<RuleAnswer> => {
    const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return client.send({ method: 'POST', url, headers, body: new URLSearchParams(given).toString() });
  };
  const asUser = { client_id: signInApp?.clientId, client_secret: signInApp?.clientSecret };
  const signInByCode = once(async () => {
    if (tokenUrl === undefined || signInApp === undefined) return undefined;
    const { body } = await post(tokenUrl.replace(/token$/, 'devicecode'), { client_id: signInApp.clientId, scope });
    const { device_code: code, message, interval = 5 } = Object(body) as DeviceAnswer;
    if (code === undefined) return undefined;
    await say(String(message));
    const fields = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: code, ...asUser };
    for (let seconds = Number(interval); ;) {
      const answer = await post(tokenUrl, fields);
      const { error } = Object(answer.body) as { readonly error?: unknown };
      if (error !== 'authorization_pending' && error !== 'slow_down') return readGranted(answer, undefined);
      if (error === 'slow_down') seconds += SLOWER_SECONDS;
      await delay(seconds * 1000);
    }
  });
  return {
    requestForApp: async (name) => {
      const app = apps[name];
      if (app === undefined || tokenUrl === undefined) return undefined;
      const { clientId, clientSecret, roles } = app;
      const proof = { client_id: clientId, client_secret: clientSecret };
      return readGranted(await post(tokenUrl, { grant_type: 'client_credentials', scope, ...proof }), roles);
    },
    requestForUser: async ({ token, userPrincipalName: username, password, signsInByCode = false }, scopes) => {
      if (token !== undefined) return { text: token, permissions: permissionsOf(token) ?? scopes };
      if (signsInByCode) return signInByCode();
      if (tokenUrl === undefined || signInApp === undefined || !password || scopes.length === 0) return undefined;
      const fields = { grant_type: 'password', username, password, scope: scopes.join(' '), ...asUser };
      return readGranted(await post(tokenUrl, fields), scopes);
    },
  };
}

/** As RFC 8628 has it. */
const SLOWER_SECONDS = 5;

interface DeviceAnswer {
  readonly device_code?: string;
  readonly message?: unknown;
  readonly interval?: number | string;
}

/** @param known what it opens, where it does not say so itself */
function readGranted({ body }: RuleAnswer, known: readonly string[] | undefined): GrantedToken | undefined {
  const { access_token: text } = Object(body) as { readonly access_token?: unknown };
  if (typeof text !== 'string') return undefined;
  return { text, permissions: permissionsOf(text) ?? known ?? [] };
}

/** From the claims; `undefined` when the token is not a JWT that can be read. */
function permissionsOf(token: string): readonly string[] | undefined {
  const claims = claimsOf(token);
  if (claims === undefined) return undefined;
  const { roles, scp } = claims;
  if (typeof scp === 'string') return scp.split(' ');
  return Array.isArray(roles) ? roles.map(String) : [];
}

/** The id of the user that a token is for, where it says so. */
export function findUserId(token: string): string | undefined {
  const { oid } = claimsOf(token) ?? {};
  return typeof oid === 'string' ? oid : undefined;
}

function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return Object(claims) === claims ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The first source that has a token for a caller gives it; asked once for each. */
export function combineCallerTokens(sources: readonly CallerTokens[]): CallerTokens {
  const known = new Map<string, Promise<string | undefined>>();
  const ask = async (needed: NeededCaller): Promise<string | undefined> => {
    for (const source of sources) {
      const found = await source.find(needed);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    find: (needed) => {
      const key = JSON.stringify(needed);
      return known.get(key) ?? remember(known, key, ask(needed));
    },
  };
}

/** How a person names a caller. */
export function describeCaller(caller: RuleCaller): string {
  if ('authorization' in caller) return 'any header';
  if ('flaw' in caller) return `a token with the flaw ${caller.flaw}`;
  if ('user' in caller) return `a delegated token of the user ${caller.user} with ${listOf(caller.scopes)}`;
  if ('roles' in caller) return `an application token with ${listOf(caller.roles)}`;
  return `a token of the app ${caller.app}${caller.tenant === undefined ? '' : ` in a second tenant like ${caller.tenant}`}`;
}

function listOf(permissions: readonly string[]): string {
  return permissions.length === 0 ? 'no permission at all' : `${permissions.join(' and ')} alone`;
}

function remember<Value>(known: Map<string, Promise<Value>>, key: string, made: Promise<Value>): Promise<Value> {
  known.set(key, made);
  return made;
}
