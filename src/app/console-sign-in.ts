/** Who signs people in to the console: an outside issuer that knows it as a client, or the embedded one of a sandbox. */
import type { ConsoleSignIn } from '../admin/context.ts';
import { readIdToken } from '../auth/id-token.ts';
import { TokenRefusal } from '../auth/token-refusal.ts';
import { issuerUrl, trustOwnIssuer } from '../auth/trusted-issuers.ts';
import type { TrustedIssuer } from '../auth/trusted-issuers.ts';
import { isLoopbackHost } from '../config/loopback.ts';
import type { Settings } from '../config/settings.ts';
import { ControlError } from '../control/route.ts';
import type { IssuerDirectory } from '../issuer/directory.ts';
import { CONSOLE_ROOT } from '../lib/control-root.ts';
import { StartError } from '../lib/start-error.ts';
import { CONSOLE_PAGES } from '../model/console-apps.ts';
import { NEW_APP } from '../model/directory.ts';
import type { AppRegistration, Tenant } from '../model/directory.ts';
import { fillTenant, TENANT_PLACE } from '../model/outside-issuer.ts';
import { openAudiences } from './open-issuers.ts';
import type { Parts } from './parts.ts';

type SignInParts = Pick<
  Parts,
  'settings' | 'clock' | 'directory' | 'keys' | 'outsideIssuers' | 'isOwnHost' | 'findBaseUrl' | 'findUrls'
>;

/** `undefined` where people do not sign in. */
export function openConsoleSignIn(parts: SignInParts): ConsoleSignIn | undefined {
  const { settings, clock, outsideIssuers, findBaseUrl } = parts;
  const { consoleClientId, trustedIssuers, clockSkewSeconds } = settings;
  const [outside] = outsideIssuers;
  const createIdentify = (issuer: TrustedIssuer, clientId: string) => (token: string) =>
    readIdToken(token, { issuer, clientId, now: clock.now(), clockSkewMs: clockSkewSeconds * 1000 }).catch(refuse);
  if (consoleClientId !== undefined && outside !== undefined) {
    const name = trustedIssuers[0]?.names[0] ?? '';
    return {
      clientId: consoleClientId,
      findIssuer: async () => fillTenant(name, await findTenantPlace(parts)),
      identify: createIdentify(outside, consoleClientId),
    };
  }
  if (!hasOwnSignIn(settings)) return undefined;
  const own = { keys: parts.keys, audiences: openAudiences(parts), findOrigins: () => new Set([findBaseUrl()]) };
  return {
    clientId: CONSOLE_PAGES.id,
    findIssuer: async () => issuerUrl(findBaseUrl(), await findTenantPlace(parts), '2.0'),
    identify: createIdentify(trustOwnIssuer(own), CONSOLE_PAGES.id),
  };
}

function refuse(cause: unknown): never {
  throw cause instanceof TokenRefusal ? new ControlError(401, `The sign-in is not valid: ${cause.message}`) : cause;
}

/** People of the only tenant sign in there; where there are several, the issuer finds out whose they are. */
async function findTenantPlace({ directory }: SignInParts): Promise<string> {
  const [tenant, ...others] = await directory.listTenants();
  return tenant === undefined || others.length > 0 ? TENANT_PLACE : tenant.id;
}

/** The embedded issuer asks for no password: its people sign in to a sandbox only. */
function hasOwnSignIn({ consoleClientId, embeddedIssuer, sandbox, console: hasConsole }: Settings): boolean {
  return consoleClientId === undefined && embeddedIssuer && sandbox && hasConsole;
}

/** @throws StartError for roles that no one could have, or everybody on the network */
export function checkConsoleRoles(settings: Settings): void {
  const { consoleClientId, trustedIssuers, host, httpPort, httpHost, publicUrl } = settings;
  if (consoleClientId !== undefined && trustedIssuers.length === 0) {
    const hint = 'Name the issuer with --trusted-issuers, or leave --console-client-id out.';
    throw new StartError('--console-client-id is given, and there is no issuer to sign in at.', { hint });
  }
  const lists = [settings.consoleAdministrators, settings.consoleOperators, settings.consoleViewers];
  if (consoleClientId !== undefined || lists.every((names = []) => names.length === 0)) return;
  if (!hasOwnSignIn(settings)) {
    const hint = 'Name the client id of the console at the trusted issuer with --console-client-id.';
    throw new StartError('Roles of the console are given, and people cannot sign in to it.', { hint });
  }
  const hosts = [host, ...(httpPort === undefined ? [] : [httpHost]), ...(publicUrl === undefined ? [] : [publicUrl])];
  if (hosts.every((name) => isLoopbackHost(URL.parse(name)?.hostname ?? name))) return;
  const hint = 'Sign people in at an outside issuer, with --trusted-issuers and --console-client-id.';
  throw new StartError(
    'Roles of the console are given, and the embedded issuer asks for no password: who reaches the server could have them.',
    { hint },
  );
}

/** The directory as the embedded issuer sees it: every tenant knows the console. */
export function withConsoleApp<Directory extends IssuerDirectory>(
  directory: Directory,
  { settings, findUrls }: Pick<Parts, 'settings' | 'findUrls'>,
): IssuerDirectory {
  if (!hasOwnSignIn(settings)) return directory;
  const register = ({ id: tenantId }: Tenant): AppRegistration => ({
    ...{ ...NEW_APP, ...CONSOLE_PAGES, tenantId, displayName: CONSOLE_PAGES.name },
    redirectUris: findUrls().map((url) => `${url}${CONSOLE_ROOT}/`),
  });
  return {
    findTenant: (idOrName) => directory.findTenant(idOrName),
    listTenants: () => directory.listTenants(),
    findApp: async (tenant, id) => (id === CONSOLE_PAGES.id ? register(tenant) : directory.findApp(tenant, id)),
    listApps: async (tenant) => [...(await directory.listApps(tenant)), register(tenant)],
    findUser: (tenant, idOrName) => directory.findUser(tenant, idOrName),
    listFirstUsers: (tenant, limit) => directory.listFirstUsers(tenant, limit),
    searchUsers: (tenant, text, limit) => directory.searchUsers(tenant, text, limit),
  };
}
