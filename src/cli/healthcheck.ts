/** `vivarium healthcheck`: whether the server of this machine can serve, for those who start containers. */
import { findDataFolder } from '../base/data-folder.ts';
import { StartError } from '../base/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { readBody, send } from './control/send.ts';
import { EXIT_CODES } from './exit-codes.ts';

const PATH = '/readyz';
const IDLE_MS = 5000;

/** Prints what the server says of itself and gives the exit code. @throws StartError when nobody answers */
export async function checkHealth(settings: Settings, url: string | undefined): Promise<number> {
  const target = { baseUrl: url ?? findLocalUrl(settings), ca: undefined };
  // No secret is sent, and an answer that someone else gives does no more harm than a wrong one.
  const sent = { method: 'GET', path: PATH, headers: {}, idleMs: IDLE_MS, checksCertificate: false };
  const answer = await send(target, sent).catch(failPlainly);
  const isReady = answer.statusCode === 200;
  const text = await readBody(target, answer);
  if (settings.output === 'json') console.log(JSON.stringify({ isReady, status: answer.statusCode, answer: text }));
  else console.log(isReady ? `${target.baseUrl} is ready.` : `${target.baseUrl} is not ready: ${text.trim()}`);
  return isReady ? EXIT_CODES.ok : EXIT_CODES.failure;
}

/** Of a check only this counts: the server can serve, or not. */
function failPlainly(error: Error): never {
  throw new StartError(error.message, { cause: error });
}

/** The public address leads elsewhere, and may not be reached from here. */
function findLocalUrl({ dataDir, publicUrl, host, port }: Settings): string {
  const noted = publicUrl === undefined ? findDataFolder(dataDir).findBaseUrl() : undefined;
  const isEveryAddress = host === '0.0.0.0' || host === '::';
  return noted ?? `https://${isEveryAddress ? 'localhost' : host}:${port}`;
}
