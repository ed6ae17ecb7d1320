/** The admin API of a server that runs, or, where none does, the same routes on the data that the last one has left. */
import { existsSync } from 'node:fs';
import { ADMIN_ROOT } from '../../lib/control-root.ts';
import { findDataFolder } from '../../lib/data-folder.ts';
import { readWord } from '../../lib/read-filled.ts';
import { callInProcess } from '../../library/call-control.ts';
import type { ControlCaller } from '../../library/call-control.ts';
import type { Settings } from '../../config/settings.ts';
import { callRemote, checkInstance } from '../control/call-remote.ts';
import { readAnswerBody, send } from '../control/send.ts';
import { findTarget, getReady } from '../control/target.ts';
import type { Target, TargetFlags } from '../control/target.ts';
import { UnreachableError } from '../control/unreachable-error.ts';

export interface AdminCall extends ControlCaller, AsyncDisposable {
  /** The base URL of the server that answers; `undefined` when none runs. */
  readonly baseUrl: string | undefined;
}

const API = { name: 'admin', root: ADMIN_ROOT, startFlag: '--admin-api' } as const;
const IDLE_MS = 30_000;

/**
 * A server that a flag, a variable or a ready file names has to answer. One that the data folder names is passed over
 * when it has no admin API: then the data is opened, which a server that uses a file alone prevents.
 * @throws UnreachableError, StartError
 */
export async function openAdminCall(settings: Settings, flags: TargetFlags): Promise<AdminCall> {
  if (flags.url !== undefined || settings.readyFile !== undefined) return connectAdmin(settings, flags);
  const connected = await connectAdmin(settings, flags).catch((error: unknown) => {
    if (error instanceof UnreachableError) return undefined;
    throw error;
  });
  return connected ?? openStopped(settings);
}

/** @throws UnreachableError when no server answers, or it has no such API */
async function connectAdmin(settings: Settings, flags: TargetFlags): Promise<AdminCall> {
  const target = findTarget(settings, flags);
  const caller = callRemote(target, { ...API, findToken: () => findAdminToken(settings, flags) });
  await checkInstance(target);
  await checkServed(target);
  return { ...caller, baseUrl: target.baseUrl, [Symbol.asyncDispose]: async () => {} };
}

/** Without the token, which no other server is to see. */
async function checkServed(target: Target): Promise<void> {
  const answer = await send(target, { method: 'GET', path: `${ADMIN_ROOT}/health`, headers: {}, idleMs: IDLE_MS });
  await readAnswerBody(target, answer);
  if (answer.statusCode === 200) return;
  const hint = `Start it with ${API.startFlag}, or name another with --data or --url.`;
  throw new UnreachableError(`The server at ${target.baseUrl} has no ${API.name} API.`, { hint });
}

async function openStopped(settings: Settings): Promise<AdminCall> {
  // With it comes the database, which a server that runs makes unnecessary.
  const { openStoppedAdmin } = await import('../../app/commands/open-stopped-admin.ts');
  const stopped = await openStoppedAdmin(settings);
  return {
    ...callInProcess(stopped, ''),
    baseUrl: undefined,
    [Symbol.asyncDispose]: () => stopped[Symbol.asyncDispose](),
  };
}

/** Of a sandbox, the control token does as well. @throws UnreachableError when there is none */
function findAdminToken({ dataDir, readyFile, adminTokenFile }: Settings, { tokenFile }: TargetFlags): string {
  const folder = findDataFolder(dataDir);
  const ready = readyFile === undefined ? undefined : getReady(readyFile);
  const known = ready === undefined ? [folder.adminToken, folder.controlToken] : [ready.adminTokenFile];
  const file = [tokenFile, adminTokenFile, ...known.filter((path) => path && existsSync(path))].find(Boolean);
  if (file) return readWord(file, { what: 'The admin token', hint: 'Name another file with --token-file.' });
  if (ready?.controlToken) return ready.controlToken;
  const hint = 'Name a file that has it with --token-file.';
  throw new UnreachableError('The token of the admin API is not known here.', { hint });
}
