/** Programs whose base URL cannot be changed: they know Microsoft's names alone, and the environment sends them to the proxy. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runFile, runVivarium } from '../support/command.ts';
import type { Outcome } from '../support/command.ts';
import { startServerProcess } from '../support/server-process.ts';
import type { ReadyLine, ServerProcess } from '../support/server-process.ts';

const PROJECT = join(import.meta.dirname, '..', '..');

let directory: string;
let server: ServerProcess;
let ready: ReadyLine;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vivarium-proxy-'));
  server = startServerProcess(join(directory, 'data'), '--port', '0', '--proxy-port', '0');
  ready = await server.ready;
});
afterAll(async () => {
  server.signal('SIGTERM');
  expect(await server.exited).toMatchObject({ code: 0 });
  rmSync(directory, { recursive: true, force: true });
});

/** Variables that a person sets for one process. */
function environment({ proxyUrl, proxyCaFile }: ReadyLine): NodeJS.ProcessEnv {
  const url = String(proxyUrl);
  const file = String(proxyCaFile);
  return {
    ...{ HTTPS_PROXY: url, https_proxy: url, http_proxy: url, NO_PROXY: '', no_proxy: '' },
    ...{ NODE_USE_ENV_PROXY: '1', NODE_EXTRA_CA_CERTS: file, CURL_CA_BUNDLE: file },
  };
}

const curl = (...args: readonly string[]): Promise<Outcome> =>
  runFile('curl', ['-sS', '-w', '\n%{http_code}', ...args], { directory, env: environment(ready) });

/** Runs a program as its author wrote it; it prints one line. */
async function runNode(program: string): Promise<string> {
  const { clientId = '', clientSecret = '' } = ready.apps['writer'] ?? {};
  const env = { ...environment(ready), CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, TENANT_ID: ready.tenantId };
  const outcome = await runFile(process.execPath, ['--input-type=module', '--eval', program], {
    directory: PROJECT,
    env,
  });
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
  return outcome.stdout.trim();
}

const PATH = `/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningCourseActivities`;

const ACTIVITY = {
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignmentType: 'required',
  assignerUserId: 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d',
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
  status: 'notStarted',
};

/** A program that creates an activity, reads it and prints its status; `client` makes what sends. */
const programOf = (client: string, name: string): string => `
${client}
const created = await post({ ...${JSON.stringify(ACTIVITY)}, externalcourseActivityId: ${JSON.stringify(name)} });
console.log((await get(created.id)).status);`;

const GRAPH_CLIENT = `
import { ClientSecretCredential } from '@azure/identity';
import { Client } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
const { TENANT_ID, CLIENT_ID, CLIENT_SECRET } = process.env;
const credential = new ClientSecretCredential(TENANT_ID, CLIENT_ID, CLIENT_SECRET);
const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes: ['https://graph.microsoft.com/.default'] });
const client = Client.initWithMiddleware({ authProvider });
const post = (body) => client.api('${PATH}').post(body);
const get = (id) => client.api('${PATH}/' + id).get();`;

const FETCH = (signInHost: string, graphHost: string): string => `
const { TENANT_ID, CLIENT_ID, CLIENT_SECRET } = process.env;
const form = { grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret: CLIENT_SECRET, scope: 'https://${graphHost}/.default' };
const answer = await fetch('https://${signInHost}/' + TENANT_ID + '/oauth2/v2.0/token', { method: 'POST', body: new URLSearchParams(form) });
const { access_token } = await answer.json();
const headers = { authorization: 'Bearer ' + access_token, 'content-type': 'application/json' };
const url = 'https://${graphHost}/v1.0${PATH}';
const post = async (body) => (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
const get = async (id) => (await fetch(url + '/' + id, { headers })).json();`;

describe('a program that knows only the names of a cloud creates and reads an activity', () => {
  test('with the Graph client and @azure/identity', async () => {
    expect(await runNode(programOf(GRAPH_CLIENT, 'by Graph client'))).toBe('notStarted');
  });

  test.each([
    ['login.microsoftonline.com', 'graph.microsoft.com'],
    ['login.microsoftonline.us', 'graph.microsoft.us'],
    ['login.partner.microsoftonline.cn', 'microsoftgraph.chinacloudapi.cn'],
  ])('with fetch, at %s and %s', async (signInHost, graphHost) => {
    expect(await runNode(programOf(FETCH(signInHost, graphHost), `by ${graphHost}`))).toBe('notStarted');
  });

  test('with curl', async () => {
    const { clientId = '', clientSecret = '' } = ready.apps['writer'] ?? {};
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const fields = new URLSearchParams({ ...form, scope: 'https://graph.microsoft.com/.default' }).toString();
    const issued = await curl('-d', fields, `https://login.microsoftonline.com/${ready.tenantId}/oauth2/v2.0/token`);
    const [json = '', issuedStatus] = issued.stdout.split('\n');
    expect(issuedStatus, issued.stderr).toBe('200');
    const { access_token: token } = JSON.parse(json) as { readonly access_token: string };
    const headers = ['-H', `authorization: Bearer ${token}`, '-H', 'content-type: application/json'];
    const body = JSON.stringify({ ...ACTIVITY, externalcourseActivityId: 'by curl' });
    const url = `https://graph.microsoft.com/v1.0${PATH}`;
    const created = await curl(...headers, '-d', body, url);
    expect(created.stdout, created.stderr).toMatch(/\n201$/);
    const byKey = `${url}(externalcourseActivityId='by%20curl')`;
    expect((await curl(...headers, byKey)).stdout).toMatch(/"status":"notStarted"[^]*\n200$/);
  });
});

describe('each name has what is found there', () => {
  test.each([
    ['https://graph.microsoft.com/_admin/status', 400, 'Invalid version: _admin'],
    ['https://graph.microsoft.com/readyz', 400, 'Invalid version: readyz'],
    ['https://graph.microsoft.com/common/v2.0/.well-known/openid-configuration', 400, 'Invalid version: common'],
    ['https://login.microsoftonline.com/v1.0/users', 404, ''],
    ['https://login.microsoftonline.com/_vivarium/status', 404, ''],
    ['https://login.microsoftonline.com/console/', 404, ''],
  ])('%s is answered %i', async (url, status, text) => {
    const { stdout } = await curl(url);
    expect(stdout).toContain(text);
    expect(stdout).toMatch(new RegExp(`\\n${status}$`));
  });

  test('a sign-in host names the Graph host of its cloud, and knows those of the others', async () => {
    const configuration = 'v2.0/.well-known/openid-configuration';
    const { stdout } = await curl(`https://login.microsoftonline.us/${ready.tenantId}/${configuration}`);
    expect(stdout).toContain('"msgraph_host":"graph.microsoft.us"');
    const endpoint = encodeURIComponent('https://login.microsoftonline.us/common/oauth2/v2.0/authorize');
    const discovery = `https://login.microsoftonline.com/common/discovery/instance?authorization_endpoint=${endpoint}`;
    expect((await curl(discovery)).stdout).toContain(
      `"tenant_discovery_endpoint":"https://login.microsoftonline.us/common/${configuration}"`,
    );
  });
});

describe('anything else', () => {
  test.each([
    'https://example.com/',
    'https://graph.microsoft.com:8443/v1.0/users',
    'https://evil-graph.microsoft.com.example/',
  ])('%s gets no tunnel', async (url) => {
    const { exitCode, stderr } = await curl(url);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 56, stderr: expect.stringContaining('403') });
  });

  test('in the clear is refused with the reason, names of the clouds as well', async () => {
    expect((await curl('http://example.com/')).stdout).toMatch(
      /does not pass on requests to example\.com:80\. .+\n403$/,
    );
    expect((await curl('http://graph.microsoft.com/')).stdout).toMatch(/Use https:\/\/graph\.microsoft\.com\.\n403$/);
  });

  test('is passed on where the setting says so, but never a name of the clouds', async () => {
    const other = createServer((request, response) => void response.end(`answered ${request.url}`));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    const flags = ['--port', '0', '--proxy-port', '0', '--proxy-others', 'pass'];
    await using passing = startServerProcess(join(directory, 'passing'), ...flags);
    const env = environment(await passing.ready);
    const through = (...args: readonly string[]) => runFile('curl', ['-sS', ...args], { directory, env });
    expect(await through(`http://127.0.0.1:${port}/here`)).toMatchObject({ stdout: 'answered /here' });
    expect(await through('--proxytunnel', `http://127.0.0.1:${port}/tunnel`)).toMatchObject({
      stdout: 'answered /tunnel',
    });
    expect((await through('https://graph.microsoft.com:8443/v1.0')).stderr).toContain('403');
    other.close();
    passing.signal('SIGTERM');
    expect(await passing.exited).toMatchObject({ code: 0 });
  });
});

test('the names of the clouds have a CA of their own, which the CA of the server cannot stand in for', async () => {
  expect(ready.proxyCaFile).not.toBe(ready.caFile);
  const { stderr } = await curl('--cacert', ready.caFile, 'https://graph.microsoft.com/v1.0/users');
  expect(stderr).toMatch(/certificate/);
});

test('without the flag there is neither a proxy nor a certificate, and its names lead nowhere', async () => {
  await using plain = startServerProcess(join(directory, 'plain'), '--port', '0');
  const { baseUrl, caFile, proxyUrl, proxyCaFile } = await plain.ready;
  expect({ proxyUrl, proxyCaFile }).toEqual({ proxyUrl: null, proxyCaFile: null });
  const address = `${new URL(baseUrl).host}/common/v2.0/.well-known/openid-configuration`;
  const forged = await runFile(
    'curl',
    ['-sS', '--cacert', caFile, '-H', 'Host: login.microsoftonline.com', `https://${address}`],
    { directory },
  );
  expect(forged.stdout).not.toContain('login.microsoftonline.com/common/oauth2');
});

test.each([
  [['--proxy-port', '8443'], '--proxy-port must differ from --port, --http-port and --metrics-port.'],
  [['--proxy-others', 'pass'], '--proxy-others needs --proxy-port: without it there is no forward proxy.'],
  [['--proxy-host', '0.0.0.0'], '--proxy-host needs --proxy-port: without it there is no forward proxy.'],
  [['--proxy-port', '0', '--proxy-host', '0.0.0.0', '--proxy-others', 'pass'], 'keep --proxy-host on loopback'],
  [['--proxy-port', '0', '--no-sandbox', '--workers', '2'], '--proxy-port needs one worker'],
  [
    ['--proxy-port', '0', '--public-url', 'https://learning.example'],
    '--proxy-port and --public-url exclude each other',
  ],
])('%j is refused', async (flags, message) => {
  const outcome = await runVivarium(['start', ...flags], { directory });
  expect(outcome).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
});
