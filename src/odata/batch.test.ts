import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Tolerance } from '../model/behaviour.ts';
import { GraphError } from '../model/graph-error.ts';
import { createDeviationNotes } from './deviation-notes.ts';
import { printBatchItem, readBatch } from './batch.ts';
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
    [{ requests: [] }],
    [{ requests: [{ ...item, body: {} }] }],
    [{ requests: [{ ...item, method: 'POST' }] }],
    [{ requests: [{ ...item, method: 'patch', headers: { 'Content-Type': 'application/json' }, body: null }] }],
    [{ requests: [{ ...item, method: 'PUT', body: {}, headers: { Accept: 'application/json' } }] }],
    [{ requests: [{ ...item, headers: { a: { toString: 1 } } }] }],
    [{ requests: [{ ...item, dependsOn: [{ toString: 1 }] }] }],
  ])('%j', (body) => {
    expect(() => readBatch(body)).toThrow(expect.objectContaining({ row: 'batchInvalid' }));
  });

  test.each([
    ['a', 'A'],
    ['A', 'a'],
  ])('ids %s and %s', (one, other) => {
    const requests = [one, other].map((id) => ({ ...item, id }));
    expect(() => readBatch({ requests })).toThrow(`Request Id ${other} has to be unique in a batch.`);
  });

  test('only a lenient server takes an empty one', () => {
    expect(readBatch({ requests: [] }, createDeviationNotes('lenient'))).toEqual([]);
  });

  test('what is no write needs no body', () => {
    const requests = ['GET', 'DELETE', 'HEAD'].map((method) => ({ ...item, id: method, method }));
    expect(readBatch({ requests })).toHaveLength(3);
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

/** Items by id, each with the ids that it depends on: `2 1` depends on the item `1`. */
function readDependent(requests: readonly string[], tolerance: Tolerance = 'default') {
  const notes = createDeviationNotes(tolerance);
  const items = requests.map((text) => {
    const [id, ...dependsOn] = text.split(' ');
    return { ...item, id, dependsOn };
  });
  const ids = readBatch({ requests: items }, notes).map(({ id }) => id);
  return { ids, deviations: notes.take()?.map(({ name }) => name) };
}

describe('dependencies', () => {
  test.each([
    { requests: ['1', '2', '3'], form: 'none' },
    { requests: ['1', '2 1', '3 2'], form: 'a chain' },
    { requests: ['A', 'b a', 'C B'], form: 'a chain in other casing' },
    { requests: ['1', '2 1', '3 1'], form: 'all on the first' },
    { requests: ['1'], form: 'one request' },
  ])('$form: $requests', ({ requests }) => {
    expect(readDependent(requests, 'strict').ids).toEqual(requests.map((text) => text.split(' ')[0]));
  });

  test.each([
    { requests: ['1 2', '2'], id: '1', dependency: '2', form: 'a later request' },
    { requests: ['1', '2 9'], id: '2', dependency: '9', form: 'a request that is not there' },
    { requests: ['1 1'], id: '1', dependency: '1', form: 'itself' },
    { requests: ['1 3', '2 1', '3 2'], id: '1', dependency: '3', form: 'a circle' },
    { requests: ['1', '2 1 3', '3 1'], id: '2', dependency: '3', form: 'an earlier and a later request' },
  ])('no server takes a dependency on $form: $requests', ({ requests, id, dependency }) => {
    expect(() => readDependent(requests, 'lenient')).toThrow(
      expect.objectContaining({
        row: 'batchInvalid',
        message: `Invalid dependency for request Id ${id}: no request '${dependency}' comes before it.`,
      }),
    );
  });

  test.each([
    { requests: ['1', '2 1', '3'], form: 'a request beside a chain' },
    { requests: ['1', '2', '3 2'], form: 'a chain that begins late' },
    { requests: ['1', '3', '2 1', '4 2'], form: 'the older example of json-batching' },
  ])('only a lenient server takes $form: $requests', ({ requests }) => {
    for (const tolerance of ['default', 'strict'] as const)
      expect(() => readDependent(requests, tolerance)).toThrow(
        expect.objectContaining({
          row: 'batchInvalid',
          message: 'Batch should be either fully sequential or fully parallel.',
        }),
      );
    expect(readDependent(requests, 'lenient').deviations).toEqual(['batchMixed']);
  });

  test.each([
    { requests: ['1', '2 1', '3 1 2'], form: 'several at once' },
    { requests: ['1', '2 1', '3 2', '4 2'], form: 'a tree' },
  ])('only a strict server refuses $form: $requests', ({ requests }) => {
    expect(() => readDependent(requests, 'strict')).toThrow(expect.objectContaining({ row: 'batchInvalid' }));
    expect(readDependent(requests).deviations).toEqual(['batchDependencies']);
  });

  test('depends_on, as one SDK spells it, counts for nothing', () => {
    const notes = createDeviationNotes();
    const [, second] = readBatch({ requests: [item, { ...item, id: '2', depends_on: ['9'] }] }, notes);
    expect(second?.dependsOn).toEqual([]);
    expect(notes.take()).toEqual([{ name: 'batchDependsOnSpelling', found: 'depends_on', expected: 'dependsOn' }]);
  });
});

test('answers name their headers as clients look them up, and have a body only when there is one', () => {
  const headers = { 'content-type': 'application/json', 'retry-after': '60', etag: 'W/"1"', 'x-other': '1' };
  const printed = printBatchItem('A', { status: 200, headers, body: { a: 1 } });
  expect(JSON.parse(printed)).toEqual({
    id: 'A',
    status: 200,
    headers: { 'Content-Type': 'application/json', 'Retry-After': '60', ETag: 'W/"1"', 'x-other': '1' },
    body: { a: 1 },
  });
  expect(JSON.parse(printBatchItem('1', { status: 204, headers: {} }))).toEqual({ id: '1', status: 204, headers: {} });
});
