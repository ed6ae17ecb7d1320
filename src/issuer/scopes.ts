/** What the scope of a sign-in asks for, and whether the app has consent for it. */
import type { Audiences } from '../auth/audiences.ts';
import { PERMISSIONS } from '../model/permissions.ts';
import type { TokenErrorName } from '../model/token-errors.ts';
import type { Registration } from './directory.ts';
import { TokenError } from './token-error.ts';

export const DEFAULT_PERMISSION = '.default';

/** Scopes of OpenID Connect: they belong to no resource, and need no consent. */
export const OPENID_SCOPES = ['openid', 'profile', 'email', 'offline_access'] as const;
type OpenIdScope = (typeof OPENID_SCOPES)[number];

/** What a scope without a resource belongs to. */
const GRAPH = 'https://graph.microsoft.com';

const DELEGATED = new Map(
  PERMISSIONS.filter(({ scopeId }) => scopeId !== undefined).map(({ name }) => [name.toLowerCase(), name]),
);

export interface GrantedScope {
  /** The resource that the access token is for. */
  readonly audience: string;
  /** The same, in the words of the request. */
  readonly resource: string;
  /** The `scp` of the access token. */
  readonly permissions: readonly string[];
  /** The `scope` of the answer: names as they were asked for, so that a client finds the token again by them. */
  readonly answer: string;
  readonly openid: ReadonlySet<OpenIdScope>;
}

export interface ScopeRules {
  readonly audiences: Audiences;
  /** Which refusal says that consent is missing: it differs by endpoint. */
  readonly refusal: Extract<TokenErrorName, 'consentMissing' | 'consentRequired'>;
  /** What the request names beside its scope (RFC 8707). */
  readonly resource?: string | undefined;
}

/** One scope of a resource, as it was asked for. */
interface ResourceScope {
  readonly text: string;
  /** Undefined for a permission named alone. */
  readonly resource: string | undefined;
  readonly permission: string;
}

/**
 * What the app gets of what it asks for: all of it, or a refusal. Consent is what the registration lists.
 * Throws TokenError `scopeMissing`, `resourceNotFound`, `resourcesMixed`, `resourceMismatched`, `scopeMixed`,
 * `scopeUnknown` or the refusal.
 */
export function grantScope(scope: string | undefined, registration: Registration, rules: ScopeRules): GrantedScope {
  const texts = [...new Set(scope?.split(' ').filter((text) => text !== ''))];
  if (texts.length === 0) throw new TokenError('scopeMissing');
  const openid = texts.filter(isOpenIdScope);
  const asked = texts.filter((text) => !isOpenIdScope(text)).map(splitScope);
  const audience = getAudience(asked, registration, rules);
  const resource = asked[0]?.resource ?? audience;
  checkResource(rules.resource, [audience, resource]);
  const shown = openid.filter((name) => name !== 'offline_access');
  const isDefault = asked.some(({ permission }) => permission === DEFAULT_PERMISSION);
  if (isDefault && asked.length > 1) throw new TokenError('scopeMixed', { values: { scope: texts.join(' ') } });
  const permissions = isDefault
    ? getConsented(registration, rules)
    : asked.map((one) => getPermission(one, { registration, audience, rules }));
  const defaults = isDefault ? permissions.map((name) => `${audience}/${name}`) : [];
  return {
    audience,
    resource,
    permissions: [...permissions, ...shown],
    answer: [...shown, ...defaults, ...asked.map(({ text }) => text)].join(' '),
    openid: new Set(openid),
  };
}

/** The configured audience of a resource. Throws TokenError `resourceNotFound`. */
export function getResource(audiences: Audiences, { tenant }: Registration, resource: string): string {
  const audience = audiences.find(resource);
  if (audience !== undefined) return audience;
  throw new TokenError('resourceNotFound', { values: { resource, tenant: tenant.displayName } });
}

/**
 * Microsoft Entra's version 2.0 takes a `resource` that is the one of the scopesexactly. Throws TokenError
 * `resourceMismatched`.
 */
export function checkResource(resource: string | undefined, ofScopes: readonly string[]): void {
  if (resource !== undefined && !ofScopes.includes(resource)) throw new TokenError('resourceMismatched');
}

/** Whether no scope of the text is one of a resource. */
export function isOpenIdOnly(scope: string): boolean {
  return scope.split(' ').every((text) => text === '' || isOpenIdScope(text));
}

export function isOpenIdScope(text: string): text is OpenIdScope {
  return (OPENID_SCOPES as readonly string[]).includes(text);
}

/** What follows the last slash is the permission; the resource may have slashes of its own. */
function splitScope(text: string): ResourceScope {
  const slash = text.lastIndexOf('/');
  if (slash === -1) return { text, resource: undefined, permission: text };
  return { text, resource: text.slice(0, slash), permission: text.slice(slash + 1) };
}

/** Of a request for OpenID scopes alone, Microsoft Graph. */
function getAudience(asked: readonly ResourceScope[], registration: Registration, { audiences }: ScopeRules): string {
  const graph = audiences.find(GRAPH) ?? audiences.names[0] ?? GRAPH;
  const named = asked.map(({ resource }) =>
    resource === undefined ? graph : getResource(audiences, registration, resource),
  );
  const [first = graph, ...others] = new Set(named);
  if (others.length > 0) throw new TokenError('resourcesMixed');
  return first;
}

function getConsented(registration: Registration, rules: ScopeRules): readonly string[] {
  const { delegatedScopes } = registration.app;
  if (delegatedScopes.length === 0) throw refuse(registration, rules);
  return delegatedScopes;
}

interface Asking {
  readonly registration: Registration;
  readonly audience: string;
  readonly rules: ScopeRules;
}

function getPermission({ permission }: ResourceScope, { registration, audience, rules }: Asking): string {
  const name = DELEGATED.get(permission.toLowerCase());
  if (name === undefined) {
    const values = { appName: registration.app.name, scope: permission, resource: audience };
    throw new TokenError('scopeUnknown', { values });
  }
  if (!registration.app.delegatedScopes.includes(name)) throw refuse(registration, rules);
  return name;
}

function refuse({ app }: Registration, { refusal }: ScopeRules): TokenError {
  return new TokenError(refusal, { values: { appId: app.id, appName: app.name } });
}
