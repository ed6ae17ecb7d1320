/** `vivarium healthcheck`: whether the server of this machine can serve, for those who start containers. */
import { INSTANCE_HEADER } from '../lib/control-root.ts';
import { findDataFolder } from '../lib/data-folder.ts';
import { StartError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { isInstance, otherServer, readAnswerBody, send } from './control/send.ts';
import { getReady, noServer } from './control/target.ts';
import type { Target } from './control/target.ts';
import { EXIT_CODES } from './exit-codes.ts';

const PATH = '/readyz';
const IDLE_MS = 5000;

/** Prints what the server says of itself and gives the exit code. @throws StartError when nobody answers */
export async function checkHealth(settings: Settings, url: string | undefined): Promise<number> {
  const target = { ...findLocalServer(settings, url), trust: undefined };
  // No secret is sent, and an answer that someone else gives does no more harm than a wrong one.
  const headers = { ...(target.instance !== undefined && { [INSTANCE_HEADER]: target.instance }) };
  const sent = { method: 'GET', path: PATH, headers, idleMs: IDLE_MS, checksCertificate: false };
  const answer = await send(target, sent).catch(failPlainly);
  if (!isInstance(target, answer)) failPlainly(otherServer(target));
  const isReady = answer.statusCode === 200;
  const text = await readAnswerBody(target, answer);
  if (settings.output === 'json') console.log(JSON.stringify({ isReady, status: answer.statusCode, answer: text }));
  else console.log(isReady ? `${target.baseUrl} is ready.` : `${target.baseUrl} is not ready: ${text.trim()}`);
  return isReady ? EXIT_CODES.ok : EXIT_CODES.failure;
}

/** Of a check only this counts: the server can serve, or not. */
function failPlainly(error: Error): never {
  throw new StartError(error.message, { cause: error });
}

function findReadyServer(readyFile: string): Pick<Target, 'baseUrl' | 'instance'> {
  try {
    const { localUrl, instance } = getReady(readyFile);
    return { baseUrl: localUrl, instance };
  } catch (error) {
    return failPlainly(error as Error);
  }
}

/** The public address leads elsewhere, and may not be reached from here. @throws StartError when none runs on the folder */
function findLocalServer(settings: Settings, url: string | undefined): Pick<Target, 'baseUrl' | 'instance'> {
  if (url !== undefined) return { baseUrl: url, instance: undefined };
  const { dataDir, readyFile, ephemeral, host, port } = settings;
  if (readyFile !== undefined) return findReadyServer(readyFile);
  const folder = findDataFolder(dataDir);
  const { baseUrl, server } = folder.readFacts();
  const isEveryAddress = host === '0.0.0.0' || host === '::';
  const local = `https://${isEveryAddress ? 'localhost' : host}:${port}`;
  // A server that keeps nothing has no folder to note itself in.
  if (ephemeral || baseUrl === undefined) return { baseUrl: local, instance: undefined };
  if (server?.url === undefined) return failPlainly(noServer(folder));
  return { baseUrl: server.url, instance: server.instance };
}
