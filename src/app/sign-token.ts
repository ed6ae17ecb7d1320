/** Access tokens for the people and apps of a sandbox, without a sign-in. */
import type { Clock } from '../base/clock.ts';
import type { IdSource } from '../base/id-source.ts';
import { StartError } from '../base/start-error.ts';
import { mintToken } from '../issuer/mint-token.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
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

/** In the first tenant, for the first audience. @throws StartError when the name is unknown, or nobody would believe it */
export async function signFor(holder: TokenHolder, signing: Signing): Promise<string> {
  const { settings, clock, ids, directory, keys, origin } = signing;
  if (!settings.embeddedIssuer) {
    const hint = 'Ask a trusted issuer for a token, or start with --embedded-issuer.';
    throw new StartError('The embedded issuer is switched off.', { hint });
  }
  const [tenant] = await directory.listTenants();
  const [audience] = settings.audiences;
  if (tenant === undefined || audience === undefined) throw new StartError('There is no tenant or no audience.');
  const newId = (): string => ids.newId('token');
  const mint = { keys, clock, newId, lifetimeSeconds: settings.tokenLifetimeSeconds };
  const order = { ...(await findHolder(directory, tenant, holder)), tenant, origin, audience, version: '2.0' } as const;
  return (await mintToken(mint, order)).text;
}

async function findHolder(
  directory: DirectoryStore,
  tenant: Tenant,
  holder: TokenHolder,
): Promise<{ app: AppRegistration; user?: DirectoryUser }> {
  const apps = await directory.listApps(tenant);
  if ('app' in holder) return { app: findNamed(apps, holder.app, 'app') };
  const user = findNamed(await directory.listUsers(tenant), holder.user, 'user');
  const signInApp = apps.find(({ delegatedScopes }) => delegatedScopes.length > 0);
  if (signInApp === undefined) throw new StartError('No app has delegated permissions, so that no user can sign in.');
  const delegatedScopes = holder.scopes ?? signInApp.delegatedScopes;
  return { app: { ...signInApp, delegatedScopes }, user };
}

function findNamed<Item extends { readonly name: string }>(items: readonly Item[], name: string, kind: string): Item {
  const found = items.find((item) => item.name === name);
  if (found !== undefined) return found;
  const known = items.map((item) => item.name).join(', ');
  throw new StartError(`There is no ${kind} named ${name}.`, { hint: `There are: ${known}.` });
}
