/** Sends a row's requests and holds the answers against what the row says, and against what holds for every answer. */
import { expect } from 'vitest';

import type { ApiVersion } from '../../src/model/versions.ts';
import type { Answer } from '../support/server.ts';
import { checkClaims, createMatcher, meetingsOf } from './claims.ts';
import type { Meeting } from './claims.ts';
import type { Expected, Row, Step } from './row.ts';
import type { Place } from './server-pool.ts';

/** What `{name}` stands for. */
type Known = Readonly<Record<string, string>>;

export async function runRow(row: Row, version: ApiVersion, place: Place): Promise<void> {
  const root = `${place.server.origin}/${version}`;
  const match = createMatcher(version, row.settings);
  const meetings: Meeting[] = [];
  const known: Record<string, string> = { root, origin: place.server.origin };
  for (const raw of row.steps) {
    const step = fill(raw, known) as Step;
    const answer = await send(step, root, place);
    const label = `${step.send} -> ${answer.status} ${answer.text.slice(0, 2000)}`;
    expectCommon(answer, step, label);
    expectAnswer(answer, step.gets, label);
    meetings.push(...meetingsOf(step, answer, match));
    Object.assign(known, keep(step, answer));
  }
  checkClaims(row.covers ?? {}, meetings);
}

async function send({ as, send, json, body, isChunked, headers }: Step, root: string, place: Place): Promise<Answer> {
  const [method = '', url = ''] = send.split(/ (.*)/s);
  const authorization = as === undefined ? {} : { authorization: await place.tenant.authorize(as) };
  return place.server.call({
    method,
    path: (url.startsWith('http') ? url : root + url).slice(place.server.origin.length),
    ...(json !== undefined && { json }),
    ...(body !== undefined && { body }),
    ...(isChunked === true && { isChunked }),
    headers: { ...authorization, ...headers },
  });
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const UTC_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** What holds for every answer: its ids, its type, the envelope of a refusal, nothing at all for no content. */
function expectCommon({ status, headers, text, body }: Answer, { send }: Step, label: string): void {
  expect(headers, label).toMatchObject({
    'request-id': expect.stringMatching(GUID),
    'client-request-id': expect.any(String),
    'x-ms-ags-diagnostic': expect.stringContaining('"ServerInfo"'),
    date: expect.stringMatching(/GMT$/),
  });
  if (send.startsWith('HEAD ')) return;
  if (status === 204 || status === 304) {
    expect(text, label).toBe('');
    expect(headers, label).not.toHaveProperty('content-type');
    return;
  }
  if (status < 400) return;
  expect(headers['content-type'], label).toBe('application/json');
  expect(body, label).toEqual({
    error: {
      code: expect.any(String),
      message: expect.any(String),
      ...(body?.error?.details !== undefined && { details: expect.any(Array) }),
      // More of it explains refusals.
      innerError: expect.objectContaining({
        date: expect.stringMatching(UTC_SECONDS),
        'request-id': headers['request-id'],
        'client-request-id': headers['client-request-id'],
      }),
    },
  });
}

function expectAnswer(answer: Answer, expected: Expected, label: string): void {
  const { status, headers = {}, part, whole, lacks = [], text, refusal } = expected;
  expect(answer.status, label).toBe(status);
  for (const [name, value] of Object.entries(headers)) {
    expect(answer.headers[name], `${name} of ${label}`).toEqual(value ?? undefined);
  }
  if (whole !== undefined) expect(answer.body, label).toEqual(whole);
  if (part !== undefined) expect(answer.body, label).toMatchObject(part as object);
  for (const name of lacks) expect(answer.body, label).not.toHaveProperty([name]);
  if (text !== undefined) expect(answer.text, label).toEqual(text);
  if (refusal !== undefined) {
    const { code, message, details } = refusal;
    const { innerError: _ids, ...error } = answer.body.error;
    expect(error, label).toEqual({ code, message, ...(details !== undefined && { details }) });
  }
}

function keep({ keep: names = {} }: Step, { body, headers }: Answer): Known {
  const kept = Object.entries(names).map(([name, property]) => {
    const value = property.startsWith('header:') ? headers[property.slice('header:'.length)] : body[property];
    expect(value, property).toEqual(expect.any(String));
    return [name, String(value)];
  });
  return Object.fromEntries(kept);
}

/** Every `{name}` that is known, in every text of plain data; the rest stays, matchers too. */
function fill(value: unknown, known: Known): unknown {
  if (typeof value === 'string') return value.replace(/\{(\w+)\}/g, (text, name: string) => known[name] ?? text);
  if (Array.isArray(value)) return value.map((item) => fill(item, known));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member, known)]));
}
