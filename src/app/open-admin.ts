/** The admin API of a server, or of the data that a stopped one has left. Loaded with its first request. */
import type { AdminContext, AdminServer, ConsoleSignIn } from '../admin/context.ts';
import { ADMIN_FACTS } from '../admin/facts.ts';
import type { ControlApi } from '../control/api.ts';
import { createSessions } from '../control/sessions.ts';
import type { Sessions } from '../control/sessions.ts';
import { controlToken, openControlToken } from '../control/token.ts';
import type { ControlKey, ControlToken } from '../control/token.ts';
import { monotonicMs, systemClock } from '../lib/clock.ts';
import { ADMIN_ROOT } from '../lib/control-root.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import { once } from '../lib/once.ts';
import { PACKAGE } from '../lib/package.ts';
import { readWord } from '../lib/read-filled.ts';
import { StartError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { checkConsoleRoles } from './console-sign-in.ts';
import { openBackups } from './open-backups.ts';
import { readChainKey } from './open-change-log.ts';
import { openWebhookTools } from './open-notifications.ts';
import { outwardParts } from './open-outward.ts';
import type { Sandbox } from '../sandbox/plugin.ts';
import type { SyncCounter } from '../sync/sync-counter.ts';
import type { Admin, Parts } from './parts.ts';
import { issueFor } from './sign-token.ts';

/** Shorter ones can be guessed. */
const MIN_TOKEN_LENGTH = 16;
const NAME = 'admin token';

/** What opens the admin API. */
export interface AdminKeys {
  readonly token: ControlToken;
  /** Of the console. */
  readonly sessions: Sessions;
}

/** `undefined` when the API is switched off. @throws StartError when its token cannot be used */
export function openAdminKeys(settings: Settings, folder: DataFolder): AdminKeys | undefined {
  if (!settings.adminApi) return undefined;
  checkConsoleRoles(settings);
  const token = openAdminToken(settings, folder);
  return { token, sessions: createSessions(token.text, systemClock) };
}

export function openAdmin(parts: AdminParts, { token, sessions }: AdminKeys): Admin {
  const { settings, folder, sandbox, signIn } = parts;
  const server = describeServer(parts);
  // Who may do anything to a sandbox may administer it.
  const keys = [token, sessions, ...(sandbox === undefined ? [] : [sandbox.token])];
  const findApi = once(() =>
    createAdminApi({ ...parts, server, journal: sandbox?.journal, access: { sessions, keys, signIn } }, keys),
  );
  return {
    token,
    sessions,
    tokenFile: settings.adminTokenFile ?? folder.adminToken,
    api: { root: ADMIN_ROOT, findApi },
  };
}

interface AdminParts
  extends
    Omit<AdminContext, 'server' | 'access' | 'changeLogKey' | 'outwardOf' | 'webhooks'>,
    Pick<Parts, 'tenants' | 'standings' | 'keys' | 'findBaseUrl'> {
  /** What this process has counted of the writes of providers. */
  readonly sync: Pick<SyncCounter, 'flush'>;
  readonly sandbox: Sandbox | undefined;
  readonly signIn: ConsoleSignIn | undefined;
}

function describeServer(parts: AdminParts): AdminServer {
  const { settings, tenants, standings, sync, findBaseUrl } = parts;
  return {
    startedAt: monotonicMs(),
    findBaseUrl,
    flushSyncCounts: () => sync.flush(),
    forgetTenants: () => {
      tenants.forget();
      standings.forget();
    },
    backups: openBackups(settings),
    issueFor: (caller) => issueFor(caller, { ...parts, origin: findBaseUrl() }),
  };
}

export interface AdminApiParts extends Omit<AdminContext, 'changeLogKey' | 'outwardOf' | 'webhooks'> {
  readonly sandbox: Pick<Sandbox, 'pass'> | undefined;
}

export async function createAdminApi(
  { sandbox, ...parts }: AdminApiParts,
  keys: readonly ControlKey[],
): Promise<ControlApi> {
  const context: AdminContext = {
    ...parts,
    changeLogKey: readChainKey(parts.settings),
    outwardOf: (target, tenant) => outwardParts(parts.connection, target, tenant),
    webhooks: openWebhookTools(parts),
  };
  const { createControlApi } = await import('../control/api.ts');
  const { adminRoutes } = await import('../admin/routes.ts');
  return createControlApi({
    facts: ADMIN_FACTS,
    routes: adminRoutes(context),
    keys,
    // A reset waits for what is under way, and is waited for.
    pass: sandbox?.pass,
    bodyLimitBytes: context.settings.bodyLimitBytes,
    version: PACKAGE.version,
    findUrl: () => `${context.server?.findBaseUrl() ?? ''}${ADMIN_ROOT}`,
  });
}

/** @throws StartError when the file is missing, or holds no token that is hard to guess */
function openAdminToken({ adminTokenFile }: Settings, folder: DataFolder): ControlToken {
  if (adminTokenFile === undefined) return openControlToken(folder.adminToken, NAME);
  const text = readWord(adminTokenFile, { what: `The ${NAME}`, hint: 'Name another file with --admin-token-file.' });
  if (text.length >= MIN_TOKEN_LENGTH) return controlToken(text, NAME);
  const hint = 'Make one with: openssl rand -base64 32';
  throw new StartError(`The ${NAME} in ${adminTokenFile} has fewer than ${MIN_TOKEN_LENGTH} characters.`, { hint });
}
