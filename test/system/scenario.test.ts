import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { findQuietPort } from '../support/quiet-port.ts';
import { SECRET, twoTenants } from '../support/sandbox.ts';
import { startServerProcess } from '../support/server-process.ts';

// Two servers, one after the other, each a process on a fresh folder, with the same port, seed file and seed of ids.

/** One of `control`, `request` and `token`, which gets one for an app. */
interface Step {
  /** Method and path below the control API. */
  readonly control?: string;
  /** Method and path. */
  readonly request?: string;
  readonly token?: string;
  /** The app whose token is sent. */
  readonly as?: string;
  readonly json?: unknown;
}

const STEPS = parse(readFileSync(join(import.meta.dirname, 'scenarios', 'enrolment.yaml'), 'utf8'), {
  merge: true,
}) as readonly Step[];

let directory: string;
let runs: readonly (readonly string[])[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-scenario-'));
  await writeFile(join(directory, 'seed.yaml'), twoTenants());
  const port = String(await findQuietPort());
  runs = [await runScenario('first', port), await runScenario('second', port)];
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the same scenario on two fresh folders', () => {
  test.each(STEPS.map((step, index) => [`${index + 1}. ${nameOf(step)}`, index] as const))(
    '%s: the same answer, byte for byte',
    (_name, index) => {
      expect(runs[1]?.[index]).toBe(runs[0]?.[index]);
    },
  );

  test('has had what it is about: successes, refusals, faults, limits', () => {
    const statuses = (runs[0] ?? []).map((answer) => Number(answer.split('\n', 1)[0]));
    expect(new Set(statuses)).toEqual(new Set([200, 201, 204, 401, 403, 409, 429, 503]));
  });
});

/** Status, headers and body of each answer, as a text. */
async function runScenario(name: string, port: string): Promise<readonly string[]> {
  const seed = join(directory, 'seed.yaml');
  await using server = startServerProcess(
    join(directory, name),
    '--port',
    port,
    '--id-seed',
    'enrolment',
    '--seed',
    seed,
  );
  const { baseUrl, caFile, tokenUrl, apps } = await server.ready;
  const controlToken = readFileSync(join(directory, name, 'control-token'), 'utf8').trim();
  const dispatcher = new Agent({ connect: { ca: readFileSync(caFile, 'utf8') } });
  const tokens = new Map<string, string>();

  const send = async (step: Step): Promise<string> => {
    const { url, method, headers, body } = messageOf(step);
    const answer = await request(url, { dispatcher, method, headers, body });
    const text = await answer.body.text();
    if (step.token !== undefined) tokens.set(step.token, JSON.parse(text).access_token);
    return [answer.statusCode, JSON.stringify(headersOf(step, answer.headers)), withoutWhatDiffers(text)].join('\n');
  };

  const messageOf = (step: Step) => {
    if (step.token !== undefined) {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: apps[step.token]?.clientId ?? '',
        client_secret: SECRET,
        scope: 'https://graph.microsoft.com/.default',
      });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return { url: tokenUrl, method: 'POST', headers, body: body.toString() } as const;
    }
    const [method = '', path = ''] = (step.control ?? step.request ?? '').split(' ');
    const token = step.control === undefined ? tokens.get(step.as ?? '') : controlToken;
    return {
      url: `${baseUrl}${step.control === undefined ? '' : '/_vivarium'}${path}`,
      method: method as 'GET',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(step.json !== undefined && { 'content-type': 'application/json' }),
      },
      body: step.json === undefined ? null : JSON.stringify(step.json),
    };
  };

  const answers: string[] = [];
  for (const step of STEPS) answers.push(await send(step));
  await dispatcher.close();
  return answers;
}

/**
 * The ids of answers of the control API are by chance, so that looking at a server changes nothing of its sequences; and
 * real time has digits, which make a body longer.
 */
function headersOf({ control }: Step, headers: Readonly<Record<string, unknown>>): object {
  const excluded = ['request-id', 'client-request-id', 'content-length'];
  if (control === undefined) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !excluded.includes(name)));
}

/**
 * Keys are made by chance, so that of a token only what it says is the same; how long an answer took, and by how much the
 * clock is ahead, is real time.
 */
function withoutWhatDiffers(text: string): string {
  return text
    .replaceAll(/"access_token":"([^"]+)"/g, (_, token: string) => `"access_token":${JSON.stringify(decodeJwt(token))}`)
    .replaceAll(/"(durationMs|offsetMs)":[\d.]+/g, '"$1":0');
}

function nameOf({ control, request: asked, token }: Step): string {
  return control ?? asked ?? `a token for ${token}`;
}
