import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { GraphError } from '../model/graph-error.ts';
import { createDeviationNotes } from './deviation-notes.ts';
import { inRunningOrder, readBatch, writeBatchItem } from './batch.ts';
import type { BatchItem } from './batch.ts';
import type { JsonObject } from './payload.ts';

const item = { id: '1', method: 'GET', url: '/me' };

function readOne(members: JsonObject): BatchItem {
  return readBatch({ requests: [{ ...item, ...members }] }, createDeviationNotes('lenient'))[0] as BatchItem;
}

describe('urls of items', () => {
  const activities = '/employeeExperience/learningCourseActivities';

  test.each([
    [`/v1.0${activities}`, activities, 'with the version'],
    [`/BETA${activities}`, activities, 'with the version in another casing'],
    [activities, activities, 'from the version root'],
    [activities.slice(1), activities, 'without a leading slash'],
    [`v1.0${activities}`, activities, 'with the version and no leading slash'],
    [`https://localhost:8443/v1.0${activities}`, activities, 'whole'],
    [`HTTPS://graph.example/v1.0${activities}`, activities, 'whole, of another host'],
    ["/users/a b/x(k='c''d:é')", "/users/a b/x(k='c''d:é')", 'wholly decoded'],
    ['/users/100%', '/users/100%25', 'with a percent sign that encodes nothing'],
    ['/users/a%3Ab%2Fc', '/users/a%3Ab%2Fc', 'encoded'],
    ["/x(k='50% a%2Fb')", "/x(k='50%25 a%252Fb')", 'with such a percent sign, hence not encoded at all'],
    ['/me/', '/me/', 'with a slash at the end'],
    ['/', '/', 'nothing'],
    ['/v1.0', '/', 'nothing but the version'],
  ])('%s -> %s: %s', (url, path) => {
    expect(readOne({ url })).toMatchObject({ path, query: '' });
  });

  test.each([
    ['/users?$top=5&$select=id', '/users', '$top=5&$select=id'],
    ['/users?', '/users', ''],
    ["/users?$filter=startswith(mail,'a?b')", '/users', "$filter=startswith(mail,'a?b')"],
    ['https://localhost?$top=1', '/', '$top=1'],
    ['?$top=1', '/', '$top=1'],
    ["/users?$filter=mail%20eq%20'5%'", '/users', "$filter=mail%20eq%20'5%25'"],
  ])('%s has the query of its own', (url, path, query) => {
    expect(readOne({ url })).toMatchObject({ path, query });
  });
});

describe('members of items', () => {
  test.each([
    ['1', '1'],
    [1, '1'],
    ['A b', 'A b'],
  ])('the id %j', (id, read) => {
    expect(readOne({ id }).id).toBe(read);
  });

  test.each([
    ['get', 'GET'],
    ['Patch', 'PATCH'],
  ])('the method %s', (method, read) => {
    expect(readOne({ method }).method).toBe(read);
  });

  test('headers in any casing, but for those that the batch itself decides', () => {
    const headers = {
      'Content-Type': 'application/json',
      Authorization: 'Bearer other',
      'client-request-id': 'x',
      Host: 'other',
      'Content-Length': '5',
      'If-Match': 7,
    };
    expect(readOne({ headers }).headers).toEqual({ 'content-type': 'application/json', 'if-match': '7' });
  });

  test.each([[undefined], [null], ['text'], [[]], [7]])('headers %j are none', (headers) => {
    expect(readOne({ headers }).headers).toEqual({});
  });

  test.each([
    [undefined, undefined],
    [null, undefined],
    [{ a: 1 }, { json: { a: 1 } }],
    [[1], { json: [1] }],
    [7, { json: 7 }],
    [Buffer.from('{"a":1}').toString('base64'), { json: { a: 1 } }],
    [Buffer.from('{"a":"é"}').toString('base64url'), { json: { a: 'é' } }],
    [Buffer.from('no json').toString('base64'), Buffer.from('no json')],
    ['', Buffer.from('')],
  ])('the body %j', (body, read) => {
    expect(readOne({ body }).body).toEqual(read);
  });
});

describe('a batch that is refused whole', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...item, id: String(index) }));

  test('twenty items are not too many, twenty-one are', () => {
    expect(readBatch({ requests: many(20) })).toHaveLength(20);
    expect(() => readBatch({ requests: many(21) })).toThrow(
      expect.objectContaining({
        row: 'batchTooLarge',
        message: 'Number of batch request steps exceeds the maximum value of 20.',
      }),
    );
  });

  test.each<readonly [body: JsonObject]>([
    [{}],
    [{ requests: null }],
    [{ requests: {} }],
    [{ requests: 'all' }],
    [{ requests: [null] }],
    [{ requests: ['GET /me'] }],
    [{ requests: [[]] }],
    [{ requests: [{ method: 'GET', url: '/me' }] }],
    [{ requests: [{ ...item, id: '' }] }],
    [{ requests: [{ ...item, id: null }] }],
    [{ requests: [{ ...item, id: {} }] }],
    [{ requests: [{ ...item, method: '' }] }],
    [{ requests: [{ ...item, method: 7 }] }],
    [{ requests: [{ ...item, url: '' }] }],
    [{ requests: [{ ...item, url: null }] }],
    [{ requests: [{ ...item, dependsOn: '1' }] }],
    [{ requests: [item, item] }],
    [
      {
        requests: [
          { ...item, id: 'a' },
          { ...item, id: 'A' },
        ],
      },
    ],
    [{ requests: [{ ...item, headers: { a: { toString: 1 } } }] }],
    [{ requests: [{ ...item, dependsOn: [{ toString: 1 }] }] }],
  ])('%j', (body) => {
    expect(() => readBatch(body)).toThrow(expect.objectContaining({ row: 'batchInvalid' }));
  });

  test('none at all is an empty batch', () => {
    expect(readBatch({ requests: [] })).toEqual([]);
  });

  test('any JSON is a batch or refused', () => {
    const anything = fc.jsonValue({ maxDepth: 4 });
    const almost = fc.record({ id: anything, method: anything, url: anything, headers: anything, dependsOn: anything });
    const named = almost.map((members) => ({ ...item, ...members, url: '/me', id: '1', method: 'GET' }));
    fc.assert(
      fc.property(fc.array(fc.oneof(anything, almost, named), { maxLength: 3 }), (requests) => {
        try {
          readBatch({ requests });
        } catch (error) {
          expect(error).toBeInstanceOf(GraphError);
        }
      }),
    );
  });
});

describe('running order', () => {
  const order = (...requests: readonly (readonly [id: string, ...dependsOn: string[]])[]) =>
    inRunningOrder(readBatch({ requests: requests.map(([id, ...dependsOn]) => ({ ...item, id, dependsOn })) })).map(
      ({ id }) => id,
    );

  test.each([
    [['1'], ['2'], ['3']],
    [['1'], ['2', '1'], ['3', '2']],
    [['2'], ['1', '2'], ['3', '1', '2']],
  ] as const)('%j %j %j stay as they are', (...requests) => {
    expect(order(...requests)).toEqual(requests.map(([id]) => id));
  });

  test('an item runs after those that it names, whatever their place and casing', () => {
    expect(order(['x', 'B'], ['y'], ['b', 'Y'])).toEqual(['y', 'b', 'x']);
  });

  test('one SDK spells it depends_on', () => {
    const [, second] = readBatch({ requests: [item, { ...item, id: '2', depends_on: [1] }] });
    expect(second?.dependsOn).toEqual(['1']);
  });

  test.each([[['1', '2']], [['1', '1']]] as const)('%j depends on what is not there, or on itself', (...requests) => {
    expect(() => order(...requests)).toThrow(expect.objectContaining({ row: 'batchInvalid' }));
  });

  test('a circle is refused', () => {
    expect(() => order(['1', '3'], ['2', '1'], ['3', '2'])).toThrow(expect.objectContaining({ row: 'batchInvalid' }));
  });
});

test('answers name their headers as clients look them up, and have a body only when there is one', () => {
  const headers = { 'content-type': 'application/json', 'retry-after': '60', etag: 'W/"1"', 'x-other': '1' };
  expect(writeBatchItem('A', { status: 200, headers, body: { a: 1 } })).toEqual({
    id: 'A',
    status: 200,
    headers: { 'Content-Type': 'application/json', 'Retry-After': '60', ETag: 'W/"1"', 'x-other': '1' },
    body: { a: 1 },
  });
  expect(writeBatchItem('1', { status: 204, headers: {} })).toEqual({ id: '1', status: 204, headers: {} });
});
