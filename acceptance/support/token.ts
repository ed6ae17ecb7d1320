/** Tokens without a library, for clients that are given one. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cleanEnvironment, PROGRAM } from './launch.ts';
import { NotOffered } from './not-offered.ts';
import { SCOPE } from './target.ts';
import type { Target, TargetApp } from './target.ts';

const run = promisify(execFile);

/** By client credentials. */
export async function requestAppToken(target: Target, app: Required<TargetApp>): Promise<string> {
  const response = await fetch(target.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: app.clientId,
      client_secret: app.clientSecret,
      scope: SCOPE,
    }),
  });
  const { access_token: token, error_description: problem } = (await response.json()) as Record<string, string>;
  if (token === undefined) throw new Error(`No token: ${problem ?? response.status}`);
  return token;
}

/** With all that the user's app may do. */
export async function requestUserToken({ own }: Target, user: string): Promise<string> {
  if (own === undefined) throw new NotOffered('delegated tokens are taken from a data folder at hand');
  const words = [PROGRAM, 'token', '--data', own.dataFolder, '--user', user];
  const { stdout } = await run(process.execPath, words, { env: cleanEnvironment() });
  return stdout.trim();
}

/** What a token says, unchecked. */
export function readClaims(token: string): Readonly<Record<string, unknown>> {
  const [, claims = ''] = token.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}
