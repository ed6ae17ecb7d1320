/** What the log of a real server says of requests that carry names, mail addresses and secrets: none of them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { openCalls } from '../support/server.ts';
import type { Call } from '../support/server.ts';
import { requestToken, startServerProcess } from '../support/server-process.ts';

const MAIL = 'zoe.smith@contoso.example';
const ENCODED = MAIL.replace('@', '%40');
const ENCODED_TWICE = MAIL.replace('@', '%2540');
const PROVIDER = '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38';
const ACTIVITIES = `${PROVIDER}/learningCourseActivities`;
const JSON_HEADERS = { 'content-type': 'application/json' };

const CALLS: readonly Call[] = [
  { path: `/v1.0/users/${MAIL}` },
  { path: `/v1.0/users/${ENCODED}/licenseDetails` },
  { path: `/v1.0/users(userPrincipalName='${ENCODED}')` },
  { path: `/v1.0/users?$filter=mail eq '${MAIL}'` },
  { method: 'DELETE', path: `/v1.0/users/${ENCODED}` },
  { method: 'PUT', path: `${ACTIVITIES}(externalcourseActivityId='${ENCODED_TWICE}')` },
  { path: `${ACTIVITIES}(externalcourseActivityId='${ENCODED_TWICE}')` },
  { method: 'POST', path: ACTIVITIES, headers: JSON_HEADERS, body: `${MAIL} is no JSON` },
  { method: 'POST', path: ACTIVITIES, headers: JSON_HEADERS, body: `{"learnerUserId":"${MAIL}",}` },
  { method: 'POST', path: ACTIVITIES, json: { learnerUserId: MAIL, [MAIL]: MAIL } },
  { method: 'POST', path: '/v1.0/$batch', json: { requests: [{ id: '1', method: 'DELETE', url: `/users/${MAIL}` }] } },
  { path: ACTIVITIES, token: MAIL },
];

const SIGN_IN_FORM = {
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: `grant_type=password&client_id=7ba2228a-e020-11ec-9d64-0242ac120002&scope=openid&username=${ENCODED}&password=${ENCODED}`,
};

test('the log has a line of every request, without the names and mail addresses in it', async () => {
  const data = mkdtempSync(join(tmpdir(), 'vivarium-log-'));
  await using server = startServerProcess(data, '--port', '0', '--log-level', 'info');
  const ready = await server.ready;
  const token = await requestToken(ready, 'writer');
  const { call, close } = openCalls(ready.baseUrl, readFileSync(ready.caFile, 'utf8'));
  for (const request of CALLS) await call({ token, ...request });
  const tokenPath = new URL(ready.tokenUrl).pathname;
  await call({ method: 'POST', path: tokenPath, ...SIGN_IN_FORM });
  await call({ path: `${tokenPath.replace(/token$/, 'authorize')}?login_hint=${ENCODED}` });
  await close();
  server.signal('SIGTERM');
  await server.exited;
  rmSync(data, { recursive: true });
  const lines = server.stderr().split('\n');
  // One more: the token.
  expect(lines.filter((line) => line.includes('requestFinished'))).toHaveLength(CALLS.length + 3);
  expect(lines.filter((line) => /zoe|smith/i.test(line))).toEqual([]);
});
