/** The control API of a running server, over HTTP. */
import type { IncomingMessage } from 'node:http';
import { CONTROL_ROOT, INSTANCE_HEADER } from '../../lib/control-root.ts';
import { createCaller, readResponse, writeMessage } from '../../library/call-control.ts';
import type { CallControl, ControlCall, ControlMessage, ControlResponse } from '../../library/call-control.ts';
import { createSandbox } from '../../library/sandbox.ts';
import type { Sandbox } from '../../library/server.ts';
import { isInstance, otherServer, readAnswerBody, readParts, send } from './send.ts';
import { readServerEvents } from './server-events.ts';
import type { ServerEvent } from './server-events.ts';
import { findControlToken, findTarget } from './target.ts';
import type { ServerPlace, Target, TargetFlags } from './target.ts';
import { UnreachableError } from './unreachable-error.ts';

export interface Control {
  /** The methods that programs have. */
  readonly sandbox: Sandbox;
  /** What has no method. @throws ControlRefusal, UnreachableError */
  readonly call: CallControl;
  /** Events as they come, until the server ends them. @throws ControlRefusal, UnreachableError */
  listen(call: ControlCall): AsyncGenerator<ServerEvent>;
}

/** A reset waits for what is under way, and a large snapshot takes its time. */
const IDLE_MS = 120_000;
const OK = 300;
const PROBLEM_TYPE = 'application/problem+json';

/** Sends nothing yet. @throws UnreachableError when it is not known which server is meant, or its token */
export function connect(place: ServerPlace, flags: TargetFlags): Control {
  const target = findTarget(place, flags);
  const token = findControlToken(place, flags);
  let check: Promise<void> | undefined;
  const ask = async (message: ControlMessage, idleMs?: number): Promise<IncomingMessage> => {
    await (check ??= checkInstance(target));
    const { method, path, query, contentType, body } = message;
    return send(target, {
      method,
      path: `${CONTROL_ROOT}${path}${query === '' ? '' : `?${query}`}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': contentType }),
      },
      body,
      ...(idleMs !== undefined && { idleMs }),
    });
  };
  const call = createCaller(async (message) => readAnswer(target, await ask(message, IDLE_MS)));
  return {
    sandbox: createSandbox(call, async () => {}),
    call,
    listen: async function* listen(order) {
      const answer = await ask(writeMessage(order));
      if (answer.statusCode !== 200) readResponse(await readAnswer(target, answer));
      yield* readServerEvents(readParts(target, answer));
    },
  };
}

/** An address that a folder has noted may be another server's by now, which must not see the token. @throws UnreachableError */
export async function checkInstance(target: Target): Promise<void> {
  if (target.instance === undefined) return;
  const headers = { [INSTANCE_HEADER]: target.instance };
  const answer = await send(target, { method: 'GET', path: '/livez', headers, idleMs: IDLE_MS });
  await readAnswerBody(target, answer);
  if (!isInstance(target, answer)) throw otherServer(target);
}

/** @throws UnreachableError when the answer is none of the control API's, or one to a stranger */
async function readAnswer(target: Target, answer: IncomingMessage): Promise<ControlResponse> {
  const { statusCode: status = 0, headers } = answer;
  const contentType = headers['content-type'] ?? '';
  const text = await readAnswerBody(target, answer);
  if (status >= OK && !contentType.startsWith(PROBLEM_TYPE)) {
    const hint = 'Start it with --sandbox, or name another with --data or --url.';
    throw new UnreachableError(`The server at ${target.baseUrl} has no control API.`, { hint });
  }
  if (status === 401) {
    const hint = 'Name the file that holds it with --token-file, or the data folder with --data.';
    throw new UnreachableError(`The server at ${target.baseUrl} rejects the control token.`, { hint });
  }
  return { status, contentType, text };
}
