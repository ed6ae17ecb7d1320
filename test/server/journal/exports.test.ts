import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Answer } from '../../support/server.ts';
import { HAR_SCHEMA } from './har-schema.ts';
import { activity, ACTIVITIES, CONTENT, LEARNER, PROVIDER, PROVIDERS, startJournalServer } from './journal-server.ts';
import type { JournalServer } from './journal-server.ts';

const run = promisify(execFile);

let server: JournalServer;
beforeAll(async () => {
  server = await startJournalServer({ httpPort: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Pastes the entry's command into a shell and gives what curl prints. */
async function paste(answer: Answer, env: Record<string, string>, item?: string): Promise<Answer['body']> {
  const { id } = await server.entryOf(answer, item);
  const { text, headers } = await server.control('GET', `/journal/${id}/curl`);
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  const { stdout } = await run('sh', ['-c', text], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  return stdout === '' ? undefined : JSON.parse(stdout);
}

describe('An entry as a command', () => {
  const strange = `it's "quoted" $HOME \`id\` \\ äöü\n%41 [redacted-not]`;
  let TOKEN = '';
  beforeAll(async () => {
    TOKEN = await server.appToken('writer');
  });

  test('does again what was done, whatever is in it', async () => {
    const values = { externalcourseActivityId: 'curl-1' };
    const answer = await server.asWriter({ method: 'POST', path: ACTIVITIES, json: activity(values) });
    expect(answer.status).toBe(201);
    expect((await paste(answer, { TOKEN })).error.code).toBe('conflict');

    const path = `${PROVIDERS}/${PROVIDER}/learningContents/${CONTENT}`;
    const updated = await server.asWriter({ method: 'PATCH', path, json: { title: strange } });
    expect(updated.status, updated.text).toBe(202);
    await server.asWriter({ method: 'PATCH', path, json: { title: 'between' } });
    await paste(updated, { TOKEN });
    expect((await server.asWriter({ path })).body.title).toBe(strange);
  });

  test('of a request without a body, with brackets and quotes in its URL', async () => {
    const path = `${ACTIVITIES}?$filter=learnerUserId%20eq%20'${LEARNER}'&$select=id,status&x=[a-z]{1,2}`;
    const answer = await server.asWriter({ path });
    expect(answer.status).toBe(200);
    expect(await paste(answer, { TOKEN })).toEqual(answer.body);
  });

  test('of a body that came compressed, and of one that is no text', async () => {
    const json = JSON.stringify(activity({ externalcourseActivityId: 'curl-2' }));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const zipped = await server.asWriter({ method: 'POST', path: ACTIVITIES, body: gzipSync(json), headers });
    expect((await paste(zipped, { TOKEN })).error.code).toBe('conflict');
    const body = Uint8Array.of(0, 0xff, 39, 10);
    const broken = await server.asWriter({
      method: 'POST',
      path: ACTIVITIES,
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect((await paste(broken, { TOKEN })).error.message).toBe(broken.body.error.message);
    const again = await server.read('&refusal=payloadUnreadable');
    expect(again.map(({ request }) => request.body?.text)).toEqual(['AP8nCg==', 'AP8nCg==']);
  });

  test('of an item is a request of its own', async () => {
    const requests = [
      { id: 'one', method: 'GET', url: '/employeeExperience/learningCourseActivities?$top=1&$select=id' },
    ];
    const answer = await server.asWriter({ method: 'POST', path: '/beta/$batch', json: { requests } });
    expect(await paste(answer, { TOKEN }, 'one')).toEqual(answer.body.responses[0].body);
  });

  test('of a token request takes the secret from a variable', async () => {
    const [entry] = await server.read('&kind=issuer');
    const answer = { headers: { 'request-id': entry?.requestId ?? '' } } as unknown as Answer;
    const { clientSecret } = server.app.credentials.apps['writer'] ?? { clientSecret: '' };
    expect(await paste(answer, { CLIENT_SECRET: clientSecret })).toMatchObject({ token_type: 'Bearer' });
    expect((await paste(answer, { CLIENT_SECRET: 'another' })).error).toBe('invalid_client');
  });

  test('is refused where only a part of the request is kept', async () => {
    const answer = await server.asWriter({ method: 'POST', path: ACTIVITIES, json: { filler: 'x'.repeat(70_000) } });
    const { id } = await server.entryOf(answer);
    const refused = await server.control('GET', `/journal/${id}/curl`);
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('Only the beginning') } });
  });
});

describe('The archive', () => {
  test('is one by the schema of HAR 1.2, and has what the entries have', async () => {
    const unknown = await server.call({ path: '/v1.0/nothing?a=b&c=d%20e', headers: { referer: 'https://a.example' } });
    await server.call({ path: '/common/oauth2/v2.0/authorize' });
    const { body, headers } = await server.control('GET', '/journal.har');
    expect(headers['content-disposition']).toBe('attachment; filename="journal.har"');
    const validate = addFormats.default(new Ajv({ allErrors: true })).compile(HAR_SCHEMA);
    validate(body);
    expect(validate.errors).toBeNull();

    const entries = await server.read('&kind=graph&kind=issuer');
    expect(body.log.entries).toHaveLength(entries.length);
    const { id, durationMs, receivedAt } = await server.entryOf(unknown);
    expect(body.log.entries.find(({ connection }: { connection: string }) => connection === String(id))).toMatchObject({
      startedDateTime: receivedAt,
      time: durationMs,
      request: {
        method: 'GET',
        url: `${server.origin}/v1.0/nothing?a=b&c=d%20e`,
        httpVersion: 'HTTP/1.1',
        queryString: [
          { name: 'a', value: 'b' },
          { name: 'c', value: 'd e' },
        ],
        bodySize: 0,
      },
      response: {
        status: 401,
        statusText: 'Unauthorized',
        content: { mimeType: 'application/json', text: unknown.text, size: Buffer.byteLength(unknown.text) },
      },
    });
  });

  test('has the part that is asked for', async () => {
    const { body } = await server.control('GET', '/journal.har?operation=createLearningCourseActivity&status=201');
    const statuses = body.log.entries.map(({ response }: { response: { status: number } }) => response.status);
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(body.log.entries[0].request.postData).toMatchObject({ mimeType: 'application/json' });
  });
});
