import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cleanEnvironment, runFile, runVivarium } from '../../support/command.ts';
import type { Outcome } from '../../support/command.ts';
import { requestToken, startServerProcess } from '../../support/server-process.ts';
import type { ReadyLine, ServerProcess } from '../../support/server-process.ts';

// One server, and a process for each command, in the order in which they stand here.

const BIN = join(import.meta.dirname, '..', '..', '..', 'bin', 'vivarium.js');

let directory: string;
let server: ServerProcess;
let ready: ReadyLine;
let activities: string;
let send: (path: string, json?: object) => Promise<number>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-commands-'));
  server = startServerProcess(join(directory, '.vivarium'), '--port', '0');
  ready = await server.ready;
  const { registrationId } = ready.samples;
  activities = `/v1.0/employeeExperience/learningProviders/${registrationId}/learningCourseActivities`;
  const token = await requestToken(ready, 'writer');
  const dispatcher = new Agent({ connect: { ca: readFileSync(ready.caFile, 'utf8') } });
  send = async (path, json) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = json === undefined ? null : JSON.stringify(json);
    const method = json === undefined ? 'GET' : 'POST';
    const answer = await request(`${ready.baseUrl}${path}`, { dispatcher, method, headers, body });
    await answer.body.dump();
    return answer.statusCode;
  };
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const run = (...args: readonly string[]): Promise<Outcome> => runVivarium(args, { directory });

const LEARNER = 'learner@contoso.onmicrosoft.com';

const SAMPLE_COURSE = {
  '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
  status: 'inProgress',
  externalcourseActivityId: 'one',
};

interface Row {
  /** As typed; `{n}` is another number for each output. */
  readonly line: string;
  readonly text: RegExp | string;
  readonly json: unknown;
}

/** What a command with nothing to tell prints as JSON. */
const DONE = {};

describe('each command, for a person and as JSON', () => {
  const rows: readonly Row[] = [
    {
      line: 'status',
      text: /^Server +https.+\nDatabase +sqlite[^]+Tenant +Contoso/,
      json: { tenants: [{ displayName: 'Contoso' }] },
    },
    { line: 'healthcheck', text: /is ready\.$/, json: { isReady: true, status: 200 } },
    { line: 'fault list', text: 'There are no faults.', json: [] },
    {
      line: 'fault add --name f{n} --preset tooManyRequests --method PATCH --first 2 --retry-after 5',
      text: 'Added f1: error row tooManyRequests, retryAfterSeconds 5; of method PATCH; calls first 2',
      json: {
        id: 'f2',
        preset: 'tooManyRequests',
        match: { method: ['PATCH'] },
        calls: { first: 2 },
        effect: { kind: 'error', row: 'tooManyRequests', retryAfterSeconds: 5 },
      },
    },
    {
      line: 'fault add --name t{n} --preset tokenThrottledOnce --app writer --grant-type client_credentials',
      text: /^Added t1: gateway status 429, .+; of token requests; of app writer, grantType client_credentials; calls first 1$/,
      json: { endpoint: 'token', match: { app: ['writer'], grantType: ['client_credentials'] } },
    },
    {
      line: 'fault add --name g{n} --latency 100-500 --probability 0.5 --chance-seed 7 --no-in-batch --disabled --until 2020-01-01T00:00:00Z',
      text: /^Added g1: after a wait: uniform minMs 100, maxMs 500; of inBatch false; probability 0\.5; window until/,
      json: {
        latency: { kind: 'uniform', minMs: 100, maxMs: 500 },
        match: { inBatch: false },
        probability: 0.5,
        seed: 7,
        enabled: false,
      },
    },
    {
      line: 'fault add --name h{n} --rule {"effect":{"kind":"gateway","status":502},"match":{"app":"reader"}} --method PUT',
      text: 'Added h1: gateway status 502; of app reader, method PUT',
      json: { match: { app: 'reader', method: ['PUT'] }, effect: { kind: 'gateway', status: 502 } },
    },
    {
      line: 'fault list',
      text: /^ID +STATE +CALLS +HITS +RULE\nf1 +on +0 +0 +error row/,
      json: expect.arrayContaining([expect.objectContaining({ id: 'f2' })]),
    },
    { line: 'fault disable f1', text: 'f1 is off.', json: { id: 'f1', enabled: false } },
    { line: 'fault enable f1', text: 'f1 is on.', json: { id: 'f1', enabled: true } },
    { line: 'fault remove f{n}', text: 'Removed f1.', json: DONE },
    {
      line: 'fault presets',
      text: /^PRESET +OF +WHAT HAPPENS\n[^]+\nflaky503 +fault +One call/,
      json: expect.arrayContaining([expect.objectContaining({ name: 'flaky503' })]),
    },
    { line: 'fault clear', text: 'Removed all faults.', json: DONE },
    { line: 'inbox list', text: 'No inbox has received anything.', json: [] },
    { line: 'inbox url in{n}', text: /^https:.+\/_inbox\/in1$/, json: { name: 'in2', requests: 0, hasSecret: false } },
    { line: 'inbox show in{n}', text: 'Nothing arrived in in1.', json: [] },
    {
      line: 'inbox change in{n} --status 503 --header Retry-After:5 --next 2 --delay-ms 10',
      text: 'in1 answers 503 after 10 ms to the next 2.',
      json: { name: 'in2', reply: { status: 503, headers: { 'Retry-After': '5' }, next: 2, delayMs: 10 } },
    },
    {
      line: 'inbox list',
      text: /^INBOX +REQUESTS +LAST +ANSWERS\nin1 +0 +503 after 10 ms to the next 2/,
      json: expect.arrayContaining([expect.objectContaining({ name: 'in2' })]),
    },
    { line: 'inbox remove in{n}', text: 'in1 is empty, and answers 204.', json: DONE },
    { line: 'inbox clear', text: 'All inboxes are empty, and answer 204.', json: DONE },
    { line: 'limit list', text: 'There are no limits.', json: [] },
    {
      line: 'limit add --name l{n} --requests 100 --window-seconds 9 --per app,user --method PATCH',
      text: 'Added l1: 100 in 9 s per app and user; of method PATCH',
      json: { id: 'l2', requests: 100, windowSeconds: 9, per: ['app', 'user'], match: { method: ['PATCH'] } },
    },
    {
      line: 'limit add --preset 429ForTenant --per all --early-factor 1.5',
      text: /^Added 429ForTenant: 100 in 60 s in all; 1\.5 times the wait for early calls/,
      json: { per: [], earlyFactor: 1.5 },
    },
    {
      line: 'limit list',
      text: /^ID +CALLS +REFUSED +EARLY +RULE\nl1 +0 +0 +0 +100 in 9 s/,
      json: expect.arrayContaining([expect.objectContaining({ id: 'l2' })]),
    },
    { line: 'limit remove l{n}', text: 'Removed l1.', json: DONE },
    { line: 'limit clear', text: 'Removed all limits.', json: DONE },
    { line: 'clock freeze 2030-01-01T00:00:00Z', text: /2030-01-01T00:00:00\.000Z, frozen$/, json: { mode: 'frozen' } },
    { line: 'clock advance PT1H', text: /T01:00:00\.000Z, frozen$/, json: { now: '2030-01-01T02:00:00.000Z' } },
    { line: 'clock advance 5000 --back', text: /T01:59:55\.000Z/, json: { now: '2030-01-01T01:59:50.000Z' } },
    { line: 'clock show', text: /T01:59:50\.000Z, frozen$/, json: { mode: 'frozen', now: '2030-01-01T01:59:50.000Z' } },
    { line: 'clock freeze', text: /T01:59:50\.000Z, frozen$/, json: { mode: 'frozen' } },
    {
      line: 'clock set 2031-01-01T00:00:00Z',
      text: /2031-01-01T00:00.+, going as fast as real time$/,
      json: { mode: 'running' },
    },
    { line: 'clock run 60', text: /, going 60 times as fast as real time$/, json: { factor: 60 } },
    { line: 'clock real', text: /, real time$/, json: { mode: 'real' } },
    { line: 'ids text', text: 'Ids are made from "text".', json: DONE },
    { line: 'ids --random', text: 'Ids are random.', json: DONE },
    { line: 'snapshot list', text: 'There are no snapshots.', json: [] },
    {
      line: 'snapshot create s{n} --tenant contoso.onmicrosoft.com',
      text: 'Saved as s1.',
      json: { name: 's2', tenant: expect.any(String) },
    },
    {
      line: 'snapshot list',
      text: /^NAME +CREATED +TENANT +USABLE\ns1 .+ yes\n/,
      json: [{ name: 's1' }, { name: 's2' }],
    },
    { line: 'snapshot export s1 s{n}.ndjson', text: 'Wrote s1 to s1.ndjson.', json: { file: 's2.ndjson' } },
    { line: 'snapshot import t{n} s{n}.ndjson', text: 'Saved as t1.', json: { name: 't2', isUsable: true } },
    { line: 'snapshot restore t{n}', text: 'Restored t1.', json: DONE },
    { line: 'snapshot delete t{n}', text: 'Removed t1.', json: DONE },
    { line: 'seed reload --yes', text: 'The sandbox is reset to the seed.', json: DONE },
    {
      line: 'reset --tenant contoso.onmicrosoft.com',
      text: 'The tenant contoso.onmicrosoft.com is reset.',
      json: DONE,
    },
    { line: 'reset', text: 'The sandbox is reset.', json: DONE },
  ];

  test.each(rows)('$line', async ({ line, text, json }) => {
    const asText = await run(...line.replaceAll('{n}', '1').split(' '));
    expect({ ...asText, stdout: '' }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    if (typeof text === 'string') expect(asText.stdout).toBe(`${text}\n`);
    else expect(asText.stdout.trimEnd()).toMatch(text);
    const asJson = await run(...line.replaceAll('{n}', '2').split(' '), '--output', 'json');
    expect({ ...asJson, stdout: '' }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const answer: unknown = JSON.parse(asJson.stdout);
    if (json === DONE) expect(answer).toEqual(DONE);
    else expect({ answer }).toMatchObject({ answer: json });
  });

  test.each([
    ['--error serviceUnavailable', { kind: 'error', row: 'serviceUnavailable' }],
    ['--gateway 503 --retry-after 9', { kind: 'gateway', status: 503, retryAfterSeconds: 9 }],
    ['--error tooManyRequests --retry-after none', { kind: 'error', row: 'tooManyRequests', retryAfterSeconds: null }],
    ['--gateway 503 --retry-after 1.5', { kind: 'gateway', status: 503, retryAfterSeconds: 1.5 }],
    ['--gateway 503 --retry-after date:5', { kind: 'gateway', retryAfterSeconds: 5, retryAfterForm: 'date' }],
    ['--reset after', { kind: 'reset', when: 'after' }],
    ['--truncate 5', { kind: 'truncate', bytes: 5 }],
    ['--malformed', { kind: 'malformed' }],
    ['--slow-body 9', { kind: 'slowBody', bytesPerSecond: 9 }],
    ['--stale 2', { kind: 'stale', writes: 2 }],
    ['--endpoint token --error clientSecretExpired', { kind: 'error', row: 'clientSecretExpired' }],
    ['--visible-after PT2H', { kind: 'stale', visibleAfter: 'PT2H' }],
  ])('fault add %s', async (flags, effect) => {
    const { stdout } = await run('fault', 'add', ...flags.split(' '), '--disabled', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ enabled: false, effect });
  });

  test('a snapshot file is for its owner only', () => {
    expect(statSync(join(directory, 's1.ndjson')).mode & 0o777).toBe(0o600);
  });
});

test('another seed file is loaded, and the first one again', async () => {
  await run('init', 'other');
  const file = join(directory, 'other', 'seed.yaml');
  await writeFile(file, readFileSync(file, 'utf8').replace('displayName: Contoso', 'displayName: Adatum'));
  expect((await run('seed', 'reload', '--file', 'other/seed.yaml', '--yes')).exitCode).toBe(0);
  expect((await run('status')).stdout).toContain('Adatum');
  expect((await run('seed', 'reload', '--yes')).exitCode).toBe(0);
  expect((await run('status')).stdout).toContain('Contoso');
});

describe('the journal', () => {
  beforeAll(async () => {
    await run('reset');
    expect(await send(activities, SAMPLE_COURSE)).toBe(201);
    expect(await send(activities, SAMPLE_COURSE)).toBe(409);
    expect(await send('/v1.0/employeeExperience/learningProviders')).toBe(403);
  });

  test('is listed as a table, the newest first', async () => {
    const { exitCode, stdout } = await run('journal', 'list');
    expect(exitCode).toBe(0);
    const [head = '', ...lines] = stdout.trimEnd().split('\n');
    expect(head.split(/ +/)).toEqual(['ID', 'TIME', 'STATUS', 'REASON', 'METHOD', 'OPERATION', 'LEARNER', 'DETAILS']);
    expect(lines.map((line) => line.split(/ {2,}/).slice(2))).toEqual([
      ['403', 'accessDenied', 'GET', 'listLearningProviders', expect.any(String)],
      ['409', expect.any(String), 'POST', 'createLearningCourseActivity', LEARNER, expect.any(String)],
      ['201', 'POST', 'createLearningCourseActivity', LEARNER],
    ]);
  });

  test('is listed in the width of the terminal, each reason below its entry', async () => {
    const command = `stty cols 80; '${process.execPath}' '${BIN}' journal list --status 409`;
    const { stdout } = await runFile('script', ['-qec', command, '/dev/null'], { directory });
    const [head = '', entry = '', ...reason] = stripVTControlCharacters(stdout).trimEnd().split(/\r?\n/);
    expect(head).toMatch(/^ID .+REASON/);
    expect(entry).toMatch(/^\d+ .+ 409 +conflict .+…$/);
    expect(Math.max(...[head, entry, ...reason].map((line) => line.length))).toBe(80);
    expect(reason.map((line) => line.trim()).join(' ')).toMatch(
      /^The learner \S+ has a learningSelfInitiatedCourse of the provider \S+ with the external id "one"\. The learningSelfInitiatedCourse \S+ has the external id 'one'\.$/,
    );
  });

  test('is listed as JSON, by what is asked for', async () => {
    const flags = ['--status', '4xx', '--method', 'POST', '--method', 'PATCH', '--limit', '5', '--order', 'oldest'];
    const { stdout } = await run('journal', 'list', ...flags, '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ value: [{ method: 'POST', status: 409 }], droppedUntil: 0 });
  });

  test('says how to go on when there is more', async () => {
    const { stdout } = await run('journal', 'list', '--limit', '1');
    const [, after = ''] = /There are more: --after (\d+)/.exec(stdout) ?? [];
    expect((await run('journal', 'list', '--limit', '1', '--after', after)).stdout).toContain(' 409 ');
  });

  async function findId(status: string): Promise<string> {
    const { stdout } = await run('journal', 'list', '--status', status, '--output', 'json');
    return String((JSON.parse(stdout) as { value: readonly { id: number }[] }).value[0]?.id);
  }

  test('shows an entry', async () => {
    const id = await findId('403');
    const { stdout } = await run('journal', 'show', id);
    const [title, refused, reason] = stdout.split('\n');
    expect(title).toMatch(new RegExp(`^Entry ${id}: GET https:`));
    expect(refused).toMatch(/^ +Refused +accessDenied: /);
    expect(reason).toMatch(/^ +Reason +listLearningProviders takes delegated tokens with one of .+ holds .+\.$/);
    expect(stdout).toMatch(/\n +Received +.+\n +Status +403, sent whole\n/);
    expect(stdout).toMatch(/\nRequest\n[^]+authorization: Bearer \[redacted\][^]+\nAnswer\n/);
    const asJson = await run('journal', 'show', id, '--output', 'json');
    const entry = JSON.parse(asJson.stdout) as { readonly requestId: string };
    expect(entry).toMatchObject({ id: Number(id), status: 403 });
    expect(await run('journal', 'show', entry.requestId, '--output', 'json')).toEqual(asJson);
  });

  test('gives a request as a command that sends it again', async () => {
    const id = await findId('409');
    const { stdout } = await run('journal', 'curl', id);
    expect(stdout).toMatch(/^curl [^]+learningCourseActivities/);
    const asJson = await run('journal', 'curl', id, '--output', 'json');
    expect(JSON.parse(asJson.stdout)).toEqual({ command: stdout.trimEnd() });
    const env = { TOKEN: await requestToken(ready, 'writer') };
    const again = await runFile('sh', ['-c', stdout], { directory, env });
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"error"') });
  });

  test('is written as an HTTP archive, to a file and to standard output', async () => {
    const archive = { log: { version: '1.2', entries: [{ response: { status: 201 } }] } };
    const flags = ['--method', 'POST', '--path', '/employeeExperience/**', '--status', '201'];
    expect(await run('journal', 'har', ...flags, '--file', 'j.har')).toMatchObject({ stdout: 'Wrote j.har.\n' });
    expect(JSON.parse(readFileSync(join(directory, 'j.har'), 'utf8'))).toMatchObject(archive);
    expect((await run('journal', 'har', ...flags, '--file', 'j.har', '--output', 'json')).stdout).toBe(
      '{"file":"j.har"}\n',
    );
    expect(JSON.parse((await run('journal', 'har')).stdout)).toMatchObject({ log: { version: '1.2' } });
  });
});

describe('the journal is verified', () => {
  const verify = (...flags: readonly string[]): Promise<Outcome> => run('journal', 'verify', ...flags);

  beforeAll(async () => {
    await run('reset');
    await send(activities, SAMPLE_COURSE);
    await send(activities, { ...SAMPLE_COURSE, externalcourseActivityId: 'two' });
  });

  test.each([
    ['--method POST --path /employeeExperience/** --exactly 2', 0],
    ['--method POST --status 201 --exactly 3', 1],
    ['--method POST --at-least 1 --at-most 2', 0],
    ['--method DELETE', 1],
    ['--body {"externalcourseActivityId":"two"} --header content-type=application/json --exactly 1', 0],
    ['--header x-unheard-of= --method POST --exactly 2', 0],
    ['--unexpected --method POST', 0],
    ['--unexpected', 1],
    ['--allow {"status":201}', 0],
  ])('%s: exit code %d', async (flags, exitCode) => {
    const asText = await verify(...flags.split(' '));
    expect(asText).toMatchObject({ exitCode, stderr: '' });
    expect(asText.stdout).toMatch(exitCode === 0 ? /^Satisfied\. \S/ : /^Not satisfied\. \S/);
    const asJson = await verify(...flags.split(' '), '--output', 'json');
    expect(asJson.exitCode).toBe(exitCode);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ isSatisfied: exitCode === 0, explanation: expect.any(String) });
  });

  test('with what came nearest', async () => {
    const { stdout } = await verify('--method', 'POST', '--status', '409');
    expect(stdout).toMatch(
      /\nWhat came nearest:\n {2}\d+ {2}POST \S+learningCourseActivities 201\n {5}status: expected/,
    );
  });

  test('after an entry only', async () => {
    const { stdout } = await run('journal', 'list', '--output', 'json');
    const [{ id } = { id: 0 }] = (JSON.parse(stdout) as { value: readonly { id: number }[] }).value;
    expect((await verify('--after', String(id), '--at-most', '0')).exitCode).toBe(0);
  });
});

test.each([
  ['text', (line: string) => line.includes(' POST ')],
  ['json', (line: string) => (JSON.parse(line) as { method: string }).method === 'POST'],
])('the journal is followed as %s', async (output, isPost) => {
  const last = JSON.parse((await run('journal', 'list', '--output', 'json')).stdout) as {
    value: readonly { id: number }[];
  };
  const flags = ['--method', 'POST', '--after', String(last.value[0]?.id ?? 0), '--output', output];
  const child = spawn(process.execPath, [BIN, 'journal', 'follow', ...flags], {
    cwd: directory,
    env: cleanEnvironment,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await send(activities, SAMPLE_COURSE);
  expect(isPost(String((await lines.next()).value))).toBe(true);
  await send('/v1.0/users');
  await send(activities, SAMPLE_COURSE);
  expect(isPost(String((await lines.next()).value))).toBe(true);
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  expect(await exit).toEqual([null, 'SIGINT']);
});

describe('an inbox', () => {
  test('prints what arrived, and what else arrives', async () => {
    await writeFile(join(directory, 'secret'), `whsec_${Buffer.from('a secret of some length').toString('base64')}\n`);
    expect((await run('inbox', 'change', 'hooks', '--secret-file', 'secret')).stdout).toBe(
      'hooks answers 204 and checks signatures.\n',
    );
    expect(await send('/_inbox/hooks', { first: true })).toBe(204);
    const shown = await run('inbox', 'show', 'hooks');
    expect(shown.stdout).toMatch(/^#1 \S+: answered 204\nPOST \/_inbox\/hooks\n[^]+\n\n\{"first":true\}\n$/);
    expect(shown.stdout).toContain('authorization: Bearer [redacted]');
    const child = spawn(process.execPath, [BIN, 'inbox', 'follow', 'hooks', '--after', '0', '--output', 'json'], {
      cwd: directory,
      env: cleanEnvironment,
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse(String((await lines.next()).value)) as unknown;
    expect(await next()).toMatchObject({ body: { text: '{"first":true}' } });
    await send('/_inbox/other', {});
    await send('/_inbox/hooks', { first: false });
    expect(await next()).toMatchObject({ body: { text: '{"first":false}' } });
    const exit = once(child, 'exit');
    child.kill('SIGINT');
    expect(await exit).toEqual([null, 'SIGINT']);
  });

  test('is shown without what a terminal would obey', async () => {
    await send('/_inbox/colours', { note: '\u{9b}31m red' });
    expect((await run('inbox', 'show', 'colours')).stdout).toContain('{"note":"\u{fffd}31m red"}');
  });

  test('has a secret of its kind and headers of their form', async () => {
    await writeFile(join(directory, 'word'), 'plain');
    expect(await run('inbox', 'change', 'hooks', '--secret-file', 'word')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('secret must match pattern'),
    });
    expect(await run('inbox', 'change', 'hooks', '--header', 'none')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('It must be name: value.'),
    });
  });
});

test('the journal is cleared', async () => {
  expect((await run('journal', 'clear')).stdout).toBe('The journal is empty.\n');
  expect(JSON.parse((await run('journal', 'clear', '--output', 'json')).stdout)).toEqual({});
  expect((await run('journal', 'list')).stdout).toBe('The journal is empty.\n');
  expect((await run('journal', 'list', '--status', '404')).stdout).toBe('No entry matches.\n');
});

describe('what the server rejects as invalid ends with exit code 2 and one line', () => {
  test.each([
    ['fault add --error nonsense', /^vivarium: The fault is not valid\. effect\.row: there is no "nonsense"/],
    ['fault add --latency soon', /latency/],
    ['fault add --disabled', /needs/],
    ['fault add --rule {"effect":7}', /effect/],
    ['fault add --probability 7 --error tooManyRequests', /probability/],
    ['limit add --requests 5', /windowSeconds/],
    ['limit add --preset nonsense', /nonsense/],
    ['clock advance P1M', /^vivarium: The request is not valid\. by must be an ISO 8601 duration/],
    ['clock freeze today', /frozenAt must be a date and time; got today/],
    ['clock run 0', /factor/],
    ['journal list --refusal nonsense', /nonsense/],
    ['journal list --kind nonsense', /kind/],
    ['journal list --limit 1001', /limit/],
    ['seed reload', /All data of the sandbox is replaced by the seed\. Give --yes to do it\./],
    ['journal follow --since today', /since/],
    ['journal verify --since today', /since/],
    ['journal har --until today', /until/],
    ['snapshot create a/b', /name/],
    ['snapshot import s1 seed.json', /The file is not a snapshot/],
    [
      'seed reload --file seed.json --yes',
      /^vivarium: The seed file that was sent is not valid\. .+ property 'tenants'\n$/,
    ],
  ])('%s', async (line, message) => {
    await writeFile(join(directory, 'seed.json'), '{}');
    const { exitCode, stdout, stderr } = await run(...line.split(' '));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^vivarium: .+\n$/);
  });
});

describe('what the server cannot do ends with exit code 1 and one line', () => {
  test.each([
    ['fault remove nothing', /^vivarium: There is no fault "nothing"\.\n$/],
    ['limit remove nothing', /^vivarium: There is no limit "nothing"\.\n$/],
    ['snapshot restore nothing', /nothing/],
    ['journal show 99999', /has no entry 99999/],
    ['journal show 00000000-0000-0000-0000-000000000000', /has no entry with the request id 0/],
    ['reset --tenant nobody', /nobody/],
    ['seed reload --file none.yaml', /none\.yaml cannot be used \(ENOENT\)/],
    ['snapshot export s1 no/such/file', /cannot be used \(ENOENT\)|no snapshot s1/],
  ])('%s', async (line, message) => {
    const { exitCode, stdout, stderr } = await run(...line.split(' '));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^vivarium: .+\n$/);
  });

  test('or one JSON object', async () => {
    const { exitCode, stderr } = await run('fault', 'remove', 'nothing', '--output', 'json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toEqual({ error: { exitCode: 1, message: 'There is no fault "nothing".' } });
  });
});

describe('wrong usage ends with exit code 2 and one line', () => {
  test.each([
    ['fault', 'fault needs a command: add, list,'],
    ['fault lsit', "unknown command 'lsit' (Did you mean list?)"],
    ['jurnal list', "unknown command 'jurnal' (Did you mean journal?)"],
    ['fault add --first x', "option '--first <n>' argument 'x' is invalid. It must be a whole number."],
    ['fault add --rule {', "option '--rule <json>' argument '{' is invalid. It must be JSON"],
    ['fault add --probability much', "argument 'much' is invalid. It must be a number."],
    ['fault add --malformed --gateway 502', 'give only one of --gateway and --malformed'],
    ['fault remove', "missing required argument 'fault'"],
    ['clock run fast', 'It must be a number.'],
    ['journal show one', 'It must be a whole number, or a request id.'],
    ['journal list --status 4x', 'It must be a status, such as 404, or a class of them, such as 4xx.'],
    ['journal verify --status 600', 'It must be a status'],
    ['journal verify --unexpected --exactly 1', 'cannot be used with'],
    ['ids', 'give a seed text, or --random'],
    ['ids text --random', 'give a seed text, or --random'],
    ['reset --port 1', "unknown option '--port'"],
    ['status --url localhost', 'It must be an http or https URL.'],
    ['healthcheck --url localhost', 'It must be an http or https URL.'],
  ])('%s', async (line, message) => {
    const { exitCode, stdout, stderr } = await run(...line.split(' '));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^vivarium: .+\n$/);
  });
});

describe('where there is no such server, the exit code is 3', () => {
  async function expectUnreachable(outcome: Promise<Outcome>, message: RegExp): Promise<void> {
    const { exitCode, stdout, stderr } = await outcome;
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^vivarium: .+\n$/);
  }

  test('a data folder that knows of none, which is not made', async () => {
    await expectUnreachable(
      run('status', '--data', 'none'),
      /The data folder .+none knows of no server\. .+--data.+--url/,
    );
    expect(existsSync(join(directory, 'none'))).toBe(false);
  });

  test('a wrong token', async () => {
    await writeFile(join(directory, 'token'), 'wrong\n');
    await expectUnreachable(run('status', '--token-file', 'token'), /rejects the control token\. .+--token-file/);
    await expectUnreachable(run('journal', 'follow', '--token-file', 'token'), /rejects the control token/);
  });

  test('a certificate that is not trusted', async () => {
    await rm(join(directory, 'untrusted'), { recursive: true, force: true });
    const flags = ['--url', ready.baseUrl, '--data', 'untrusted', '--token-file', 'token'];
    await expectUnreachable(run('status', ...flags), /is not trusted: .+--ca-file/);
    const good = ['--ca-file', ready.caFile, '--token-file', join(directory, '.vivarium', 'control-token')];
    expect((await run('status', '--url', ready.baseUrl, '--data', 'untrusted', ...good)).exitCode).toBe(0);
  });

  test('a server without the sandbox', async () => {
    await using plain = startServerProcess(join(directory, 'plain'), '--port', '0', '--no-sandbox');
    const { baseUrl } = await plain.ready;
    await expectUnreachable(run('status', '--data', 'plain'), /plain has no control token\. .+--sandbox/);
    const token = ['--token-file', join(directory, '.vivarium', 'control-token')];
    await expectUnreachable(run('reset', '--data', 'plain', ...token), /has no control API\. .+--sandbox/);
    await expectUnreachable(run('journal', 'follow', '--data', 'plain', ...token), /has no control API/);
    expect(await run('healthcheck', '--url', baseUrl)).toMatchObject({ exitCode: 0, stdout: `${baseUrl} is ready.\n` });
  });

  // The last test: it stops the server.
  test('a server that has stopped; who followed its journal or an inbox ends well', async () => {
    const child = spawn(process.execPath, [BIN, 'journal', 'follow', '--after', '0'], {
      cwd: directory,
      env: cleanEnvironment,
    });
    const exit = once(child, 'exit');
    await send('/v1.0/users');
    await once(child.stdout, 'data');
    const following = spawn(process.execPath, [BIN, 'inbox', 'follow', 'hooks', '--after', '0'], {
      cwd: directory,
      env: cleanEnvironment,
    });
    const end = once(following, 'exit');
    await once(following.stdout, 'data');
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(await exit).toEqual([0, null]);
    expect(await end).toEqual([0, null]);
    await expectUnreachable(
      run('status'),
      /has no running server; the last one was https:.+ .+--data, or its address with --url/,
    );
    const { exitCode, stderr } = await run('reset', '--output', 'json');
    expect({ exitCode, ...JSON.parse(stderr) }).toEqual({
      exitCode: 3,
      error: { exitCode: 3, message: expect.any(String) },
    });
    expect((await run('healthcheck')).exitCode).toBe(1);
  });
});
