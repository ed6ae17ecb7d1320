import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ACTIVITIES, PROVIDERS, startJournalServer } from './journal-server.ts';
import type { JournalServer } from './journal-server.ts';

interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: any; // oxlint-disable-line no-explicit-any -- tests look into what a client can see
}

interface Stream extends AsyncDisposable {
  readonly response: IncomingMessage;
  /** The next event, comments passed over; `undefined` at the end. */
  next(): Promise<StreamEvent | undefined>;
  /** The next line as it is. */
  nextLine(): Promise<string | undefined>;
}

let server: JournalServer;
beforeAll(async () => {
  server = await startJournalServer({ httpPort: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

async function openStream(query = '', headers: Record<string, string> = {}, from = server): Promise<Stream> {
  const url = `${from.app.httpUrl}/_vivarium/journal/stream${query}`;
  const request = httpRequest(url, { headers: { authorization: `Bearer ${from.app.control?.token}`, ...headers } });
  const [response] = (await once(request.end(), 'response')) as [IncomingMessage];
  const lines = createInterface({ input: response, crlfDelay: Infinity })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string | undefined> => {
    const { done, value } = await lines.next();
    return done === true ? undefined : value;
  };
  const next = async (): Promise<StreamEvent | undefined> => {
    const fields: Record<string, string> = {};
    for (;;) {
      const line = await nextLine();
      if (line === undefined) return undefined;
      const [, name = '', value = ''] = /^(\w+): (.*)$/.exec(line) ?? [];
      if (name !== '') fields[name] = value;
      else if (line === '' && fields['data'] !== undefined) {
        return { id: fields['id'] ?? '', event: fields['event'] ?? '', data: JSON.parse(fields['data']) };
      }
    }
  };
  // The first comment: from here on nothing is missed.
  expect(await nextLine()).toBe(': connected');
  return { response, next, nextLine, [Symbol.asyncDispose]: async () => void request.destroy() };
}

test('entries come as they are entered, those that are asked for', async () => {
  await using stream = await openStream('?operation=listLearningProviders&status=403');
  expect(stream.response.headers['content-type']).toBe('text/event-stream');
  await server.asWriter({ path: ACTIVITIES });
  const answer = await server.asWriter({ path: PROVIDERS });
  const entry = await server.entryOf(answer);
  expect(await stream.next()).toEqual({ id: String(entry.id), event: 'entry', data: entry });
});

test('a reader that comes again gets what it has missed', async () => {
  const first = await server.entryOf(await server.asWriter({ path: PROVIDERS }));
  const missed = await server.entryOf(await server.asWriter({ path: PROVIDERS }));
  await using byHeader = await openStream('', { 'last-event-id': String(first.id) });
  expect((await byHeader.next())?.data.requestId).toBe(missed.requestId);
  await using byQuery = await openStream(`?after=${first.id}`);
  expect((await byQuery.next())?.data.requestId).toBe(missed.requestId);
  // Of an earlier start of the server, whose ids went further.
  await using ofBefore = await openStream('', { 'last-event-id': '999999999' });
  expect((await ofBefore.next())?.id).toBe(String((await server.read())[0]?.id));
});

test('a slow reader gets a gap event for evicted entries', async () => {
  await using own = await startJournalServer({ httpPort: 0, journalEntries: 2 });
  for (let round = 0; round < 4; round += 1) await own.call({ path: PROVIDERS });
  await using stream = await openStream('?after=1', {}, own);
  expect(await stream.next()).toMatchObject({ event: 'gap', data: { after: 1, until: 2 } });
  expect((await stream.next())?.id).toBe('3');
});

test('a client that leaves before it is answered has an entry', async () => {
  await using stream = await openStream('?operation=listLearningProviders');
  await server.control('POST', '/faults', {
    match: { operation: 'listLearningProviders' },
    latency: { kind: 'fixed', ms: 600_000 },
  });
  const token = await server.appToken('writer');
  const leaving: ClientRequest = httpRequest(`${server.app.httpUrl}${PROVIDERS}`, {
    headers: { authorization: `Bearer ${token}`, 'client-request-id': 'leaving' },
  });
  leaving.on('error', () => {});
  leaving.end();
  await whenWaiting();
  leaving.destroy();
  const event = await stream.next();
  await server.control('DELETE', '/faults');
  expect(event?.data).toMatchObject({
    clientRequestId: 'leaving',
    delivery: 'none',
    operation: 'listLearningProviders',
    app: { name: 'writer' },
  });
  expect(event?.data).not.toHaveProperty('response');
});

/** The fault has counted the call: the request is at the server, and waits. */
async function whenWaiting(): Promise<void> {
  for (;;) {
    const { body } = await server.control('GET', '/faults');
    if (body.value[0]?.hits > 0) return;
  }
}

test('streams end when the server stops', async () => {
  const own = await startJournalServer({ httpPort: 0 });
  await using stream = await openStream('', {}, own);
  const end = stream.next();
  await own[Symbol.asyncDispose]();
  expect(await end).toBeUndefined();
});
