/** Requests with notifications go where they may, and nowhere else. */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createEndpoints, validateEndpoint } from '../../src/notifications/endpoint.ts';
import { openReceiver } from '../support/receiver.ts';
import type { Receiver } from '../support/receiver.ts';

let receiver: Receiver;
let other: Receiver;

beforeAll(async () => {
  receiver = await openReceiver();
  other = await openReceiver();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

const call = (url: string, timeoutMs = 3000) => ({ url, contentType: 'application/json', body: '{}', timeoutMs });
const byName = (): string => receiver.url.replace('127.0.0.1', 'localhost');

test('an address and a name are refused where this machine is out of reach, and nothing arrives', async () => {
  await using endpoints = createEndpoints({ reach: 'public' });
  for (const url of [receiver.url, byName()])
    expect(await endpoints.post(call(url))).toMatchObject({ status: undefined, problem: 'ADDRESS_REFUSED' });
  expect(await validateEndpoint(endpoints, byName())).toBe('The address of the notification endpoint is not allowed.');
  expect([receiver.received, receiver.validations]).toEqual([[], []]);
});

test('both are reached from a sandbox', async () => {
  await using endpoints = createEndpoints({ reach: 'loopback' });
  for (const url of [receiver.url, byName()]) expect(await endpoints.post(call(url))).toMatchObject({ status: 202 });
  expect(await validateEndpoint(endpoints, `${receiver.url}/path?query=kept`)).toBeUndefined();
});

test('a redirect is an answer that is not followed', async () => {
  await using endpoints = createEndpoints({ reach: 'loopback' });
  receiver.answerWith((_, response) => response.writeHead(307, { location: other.url }).end());
  expect(await endpoints.post(call(receiver.url))).toMatchObject({ status: 307, problem: undefined });
  expect(await validateEndpoint(endpoints, receiver.url)).toContain('got 307');
  expect([other.received, other.validations]).toEqual([[], []]);
  receiver.answerWith(undefined);
});

test('an endpoint that does not answer is left after its time, and one that is not there at once', async () => {
  await using endpoints = createEndpoints({ reach: 'loopback' });
  receiver.answerWith(() => undefined);
  expect(await endpoints.post(call(receiver.url, 100))).toMatchObject({ status: undefined, problem: 'timeout' });
  receiver.answerWith(undefined);
  const { url } = await (async () => {
    await using gone = await openReceiver();
    return gone;
  })();
  expect(await endpoints.post(call(url))).toMatchObject({ status: undefined, problem: 'ECONNREFUSED' });
});
