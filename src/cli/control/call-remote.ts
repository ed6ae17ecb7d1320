/** A control API of a running server, over HTTP. */
import { INSTANCE_HEADER } from '../../lib/control-root.ts';
import { createCaller } from '../../library/call-control.ts';
import type { ControlCaller, OpenResponse } from '../../library/call-control.ts';
import { isInstance, otherServer, readAnswerBody, readParts, send } from './send.ts';
import type { Target } from './target.ts';
import { UnreachableError } from './unreachable-error.ts';

export interface RemoteApi {
  /** As messages call it. */
  readonly name: string;
  /** Below the base URL. */
  readonly root: string;
  /** With which a server has it. */
  readonly startFlag: string;
  findToken(): string;
}

/** A reset waits for what is under way, and a large snapshot takes its time. */
const IDLE_MS = 120_000;
const OK = 300;
const PROBLEM_TYPE = 'application/problem+json';

/** Sends nothing yet. @throws UnreachableError when its token is not known */
export function callRemote(target: Target, api: RemoteApi): ControlCaller {
  const token = api.findToken();
  let check: Promise<void> | undefined;
  return createCaller(async ({ method, path, query, contentType, body }, isStream) => {
    await (check ??= checkInstance(target));
    const answer = await send(target, {
      method,
      path: `${api.root}${path}${query === '' ? '' : `?${query}`}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': contentType }),
      },
      body,
      ...(!isStream && { idleMs: IDLE_MS }),
    });
    const { statusCode: status = 0, headers } = answer;
    const response = { status, contentType: headers['content-type'] ?? '' };
    const problem = findProblem(target, api, response);
    if (problem === undefined) return { ...response, parts: readParts(target, answer) };
    // What is not read would keep the process alive.
    await readAnswerBody(target, answer);
    throw problem;
  });
}

/** An address that a folder has noted may be another server's by now, which must not see the token. @throws UnreachableError */
export async function checkInstance(target: Target): Promise<void> {
  if (target.instance === undefined) return;
  const headers = { [INSTANCE_HEADER]: target.instance };
  const answer = await send(target, { method: 'GET', path: '/livez', headers, idleMs: IDLE_MS });
  await readAnswerBody(target, answer);
  if (!isInstance(target, answer)) throw otherServer(target);
}

/** That the answer is none of the API's, or one to a stranger. */
function findProblem(
  { baseUrl }: Target,
  { name, startFlag }: RemoteApi,
  { status, contentType }: Pick<OpenResponse, 'status' | 'contentType'>,
): UnreachableError | undefined {
  if (status >= OK && !contentType.startsWith(PROBLEM_TYPE)) {
    const hint = `Start it with ${startFlag}, or name another with --data or --url.`;
    return new UnreachableError(`The server at ${baseUrl} has no ${name} API.`, { hint });
  }
  if (status !== 401) return undefined;
  const hint = 'Name the file that holds it with --token-file, or the data folder with --data.';
  return new UnreachableError(`The server at ${baseUrl} rejects the ${name} token.`, { hint });
}
