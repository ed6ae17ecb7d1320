/** Access tokens for the people and apps of a sandbox, without a sign-in. */
import { withOwnAddress } from '../auth/audiences.ts';
import type { Audiences } from '../auth/audiences.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/id-source.ts';
import { StartError, UsageError } from '../lib/start-error.ts';
import { formatUtcSeconds } from '../lib/utc-text.ts';
import { unknownName } from '../lib/some-names.ts';
import { mintAccessToken } from '../issuer/mint-token.ts';
import type { AccessToken, TokenOrder } from '../issuer/mint-token.ts';
import { grantScope } from '../issuer/scopes.ts';
import { TokenError } from '../issuer/token-error.ts';
import type { Tenant } from '../model/directory.ts';
import { isConsoleApp } from '../model/console-apps.ts';
import { TOKEN_ERRORS } from '../model/token-errors.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { IssuedToken, GraphCaller } from '../admin/context.ts';
import type { Parts } from './parts.ts';

/** Whom a token is for: an app itself, or a user who works through the app that users sign in with. */
export type TokenHolder =
  { readonly app: string } | { readonly user: string; readonly scopes?: readonly string[] | undefined };

export interface Signing extends Pick<Parts, 'settings' | 'directory' | 'keys'> {
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'newId'>;
  /** That the token names as its issuer. */
  readonly origin: string;
}

/**
 * In the first tenant; for the first audience, unless the scopes name another.
 * @throws StartError when the name is unknown or the issuer is off; UsageError when the sign-in app has no consent for the scopes
 */
export async function signFor(holder: TokenHolder, signing: Signing): Promise<string> {
  const { settings, directory, origin } = signing;
  checkIssuer(signing);
  const [tenant] = await directory.listTenants();
  if (tenant === undefined) throw new StartError('The seed has no tenant.');
  const own = withOwnAddress(settings.audiences, (url) => url.origin === new URL(origin).origin);
  const found = await findHolder({ directory, tenant, audiences: own }, holder);
  return (await mint({ ...found, tenant }, signing)).text;
}

/** A token for an app, or for a user through it. @throws StartError when the issuer is off, and the app is not the console */
export async function issueFor({ tenant, app, user }: GraphCaller, signing: Signing): Promise<IssuedToken> {
  if (!isConsoleApp(app.id)) checkIssuer(signing);
  const holder = { tenant, app, ...(user !== undefined && { user }) };
  const { text, issuedAt, lifetimeSeconds } = await mint(holder, signing);
  return { token: text, expiresAt: formatUtcSeconds((issuedAt + lifetimeSeconds) * 1000) };
}

/** For the first audience, unless the holder names another. */
async function mint(holder: Holder & Pick<TokenOrder, 'tenant'>, signing: Signing): Promise<AccessToken> {
  const { settings, clock, ids, keys, origin } = signing;
  const [audience] = settings.audiences;
  if (audience === undefined) throw new StartError('The settings name no audience.');
  const making = { keys, clock, newId: () => ids.newId('token'), lifetimeSeconds: settings.tokenLifetimeSeconds };
  return mintAccessToken(making, { audience, origin, version: '2.0', ...holder });
}

/** @throws StartError when the issuer is off */
function checkIssuer({ settings }: Pick<Signing, 'settings'>): void {
  if (settings.embeddedIssuer) return;
  const hint = 'Ask a trusted issuer for a token, or start with --embedded-issuer.';
  throw new StartError('The embedded issuer is switched off.', { hint });
}

interface Place {
  readonly directory: DirectoryStore;
  readonly tenant: Tenant;
  readonly audiences: Audiences;
}

type Holder = Pick<TokenOrder, 'app' | 'user' | 'scopes'> & Partial<Pick<TokenOrder, 'audience'>>;

async function findHolder({ directory, tenant, audiences }: Place, holder: TokenHolder): Promise<Holder> {
  const apps = await directory.listApps(tenant);
  if ('app' in holder) return { app: findNamed(apps, holder.app, 'app') };
  const user = findNamed(await directory.listUsers(tenant), holder.user, 'user');
  const app = apps.find(({ delegatedScopes }) => delegatedScopes.length > 0);
  if (app === undefined) throw new StartError('No app has delegated permissions, so no user can sign in.');
  if (holder.scopes === undefined) return { app, user };
  try {
    const scope = holder.scopes.join(' ');
    const granted = grantScope(scope, { tenant, app }, { audiences, refusal: 'consentRequired' });
    return { app, user, audience: granted.audience, scopes: granted.permissions };
  } catch (cause) {
    if (!(cause instanceof TokenError)) throw cause;
    const hint = `Users sign in with ${app.name}, which has consent for: ${app.delegatedScopes.join(', ')}.`;
    throw new UsageError(`AADSTS${TOKEN_ERRORS[cause.row].number}: ${cause.message}`, { hint, cause });
  }
}

function findNamed<Item extends { readonly name: string }>(items: readonly Item[], name: string, kind: string): Item {
  const found = items.find((item) => item.name === name);
  if (found !== undefined) return found;
  throw unknownName(
    kind,
    name,
    items.map((item) => item.name),
  );
}
