import { describe, expect, test } from 'vitest';
import { DEFAULT_BEHAVIOUR } from '../model/behaviour.ts';
import type { QueryOptionName } from '../model/rows.ts';
import { createSchema } from '../model/schema.ts';
import { V1 } from '../model/versions.ts';
import { buildNextLink } from './next-link.ts';
import { createQueryReader } from './query-options.ts';
import type { QueryOptions, QueryRules } from './query-options.ts';
import { encodeSkipToken } from './skip-token.ts';

const reader = createQueryReader(createSchema(V1, DEFAULT_BEHAVIOUR), 'learningCourseActivity');
const options: readonly QueryOptionName[] = [
  ...(['select', 'format', 'top', 'skip', 'skiptoken', 'count', 'filter', 'orderby'] as const),
];
const preferences = { showsHiddenMembers: false, maxPageSize: undefined };

function read(query: string, rules: Partial<QueryRules> = {}): QueryOptions {
  return reader(query, { options, preferences, collection: 'mine', ...rules });
}

function orderOf({ orderBy }: QueryOptions): string {
  return orderBy.map(({ field, isDescending }) => `${field.path}${isDescending ? ' desc' : ''}`).join();
}

const unsupported = expect.objectContaining({ row: 'queryOptionUnsupported', status: 400 });
const invalid = expect.objectContaining({ row: 'queryOptionInvalid', status: 400 });

describe('a query', () => {
  test('of nothing asks for everything', () => {
    expect(read('')).toEqual({
      select: undefined,
      filter: undefined,
      orderBy: [],
      top: undefined,
      skip: 0,
      skipToken: undefined,
      tokenScope: { collection: 'mine', filter: '', orderBy: '' },
      count: false,
      format: undefined,
    });
  });

  test.each([
    '$top=2&$count=true&$select=id,status',
    'top=2&count=true&select=id,status',
    '%24top=2&%24count=true&%24select=id%2Cstatus',
    '$TOP=2&$Count=TRUE&$select=ID,+Status',
    '&$count=True&$top=%32&$select=id,status&',
  ])('%s: names come with $, encoded or not, or without it, in any casing', (query) => {
    const { top, count, select } = read(query);
    expect({ top, count, names: [...(select?.names ?? [])] }).toEqual({ top: 2, count: true, names: ['id', 'status'] });
  });

  test('is decoded once, and a plus is a space', () => {
    expect(read("$filter=externalcourseActivityId+eq+'a%2Bb%2520c'").filter).toMatchObject({ values: ['a+b%20c'] });
    expect(() => read('$filter=%E9')).toThrow(expect.objectContaining({ row: 'urlMalformed' }));
  });

  test('may hold parameters that are no business of the server', () => {
    expect(read('foo=1&top=2&foo=2&select2=x&deltatoken=x&x=%E9').top).toBe(2);
  });

  test.each([
    '$expand=x',
    'expand=x',
    '$search=x',
    'SEARCH=x',
    '$apply=x',
    '$deltatoken=x',
    '$nope',
    '$',
    '%24levels=1',
  ])('%s is not supported', (query) => {
    expect(() => read(query)).toThrow(unsupported);
  });

  test.each(['$filter=true', 'filter=true', '$orderby=status', '$top=1'])(
    '%s is not taken where it has no place',
    (query) => {
      expect(() => read(query, { options: ['select'] })).toThrow(unsupported);
    },
  );

  test.each(
    [
      '$top=-1 $top=x $top= $top $top=1.5 $top=1e3 $top=0x10 $top=+-1 $top=9999999999999999 $skip=-1 $skip=x $skip=',
      '$count= $count=1 $count=yes $format=xml $format= $format=text/json',
      '$top=1&$top=1 $top=1&top=2 $select=id&%24SELECT=status $filter=true&filter=true',
    ].flatMap((queries) => queries.split(' ')),
  )('%s has no valid value', (query) => {
    expect(() => read(query)).toThrow(invalid);
  });

  test.each([
    ['json', 'application/json'],
    ['application/json', 'application/json'],
    ['application%2Fjson;odata.metadata=none', 'application/json;odata.metadata=none'],
    ['JSON;IEEE754Compatible=true', 'application/json;IEEE754Compatible=true'],
  ])('$format=%s', (format, read_) => {
    expect(read(`$format=${format}`).format).toBe(read_);
  });

  test.each([
    ['$top=0', undefined, 0],
    ['$top=5', 3, 3],
    ['$top=2', 3, 2],
    ['', 3, 3],
    ['$top=100000', undefined, 100_000],
  ])('%s with odata.maxpagesize %s asks for pages of %s', (query, maxPageSize, top) => {
    expect(read(query, { preferences: { showsHiddenMembers: false, maxPageSize } }).top).toBe(top);
  });

  test('hands on whether hidden enum members are values', () => {
    const query = "$filter=assignmentType eq 'peerRecommended'";
    const optedIn = { preferences: { showsHiddenMembers: true, maxPageSize: undefined } };
    expect(() => read(query)).toThrow(expect.objectContaining({ row: 'filterInvalid' }));
    expect(read(query, optedIn).filter).toMatchObject({ kind: 'oneOf', values: ['peerRecommended'] });
  });
});

describe('$select', () => {
  test('keeps the spelling of the external id, and all types have their properties', () => {
    const { select } = read(
      '$select=externalCourseActivityId,microsoft.graph.learningAssignment/dueDateTime,startedDateTime',
    );
    expect(select?.names).toEqual(new Set(['externalcourseActivityId', 'dueDateTime', 'startedDateTime']));
    expect(select?.spellings.get('externalcourseActivityId')).toBe('externalCourseActivityId');
  });

  test.each(['$select=*', '$select=', '$select=id,*'])('%s selects everything', (query) => {
    expect(read(query).select).toBeUndefined();
  });

  test('of an unknown name is refused', () => {
    expect(() => read('$select=nope')).toThrow("The property 'nope' does not exist on type");
  });
});

describe('$orderby', () => {
  test.each([
    ['status', 'status'],
    ['STATUS DESC', 'status desc'],
    [' status  asc , completedDateTime desc', 'status,completedDateTime desc'],
    ['externalCourseActivityId', 'externalcourseActivityId'],
    ['dueDateTime desc', 'dueDateTime/dateTime desc'],
    ['microsoft.graph.learningAssignment/dueDateTime/dateTime', 'dueDateTime/dateTime'],
    [
      'status,completedDateTime,completionPercentage,assignedDateTime,startedDateTime',
      'status,completedDateTime,completionPercentage,assignedDateTime,startedDateTime',
    ],
  ])('%s', (text, order) => {
    expect(orderOf(read(`$orderby=${encodeURIComponent(text)}`))).toBe(order);
  });

  test.each([
    ['', 'it is empty.'],
    ['status,', 'it is empty.'],
    ['learnerUserId', "'learnerUserId' cannot be sorted by."],
    ['notes', "'notes' cannot be sorted by."],
    ['dueDateTime/timeZone', "'dueDateTime/timeZone' cannot be sorted by."],
    ['microsoft.graph.learningAssignment/status', "'microsoft.graph.learningAssignment/status' cannot be sorted by."],
    ['status up', "the direction must be 'asc' or 'desc'; got 'up'."],
    ['status asc desc', "the direction must be 'asc' or 'desc'; got 'asc desc'."],
    ['status,Status desc', "'status' is named twice."],
    ['dueDateTime,dueDateTime/dateTime desc', "'dueDateTime/dateTime' is named twice."],
    ['status,status,status,status,status,status', 'it names more than 5 properties.'],
  ])('%s is refused', (text, reason) => {
    expect(() => read(`$orderby=${encodeURIComponent(text)}`)).toThrow(`Invalid orderby clause: ${reason}`);
  });

  test('of an unknown name is refused', () => {
    expect(() => read('$orderby=nope')).toThrow(expect.objectContaining({ row: 'propertyUnknown' }));
  });
});

describe('$skiptoken', () => {
  const query = "$filter=status eq 'completed'&$orderby=status";
  const values = ['completed', 'a0000000-0000-4000-8000-00000000000f'];
  const token = encodeSkipToken(read(query).tokenScope, values);

  test('goes with the same filter and order, however they are written in the URL', () => {
    expect(read(`${query}&$skiptoken=${token}`).skipToken).toEqual(values);
    expect(read(`orderby=status&skiptoken=${token}&%24filter=status+eq+%27completed%27&$top=1`).skipToken).toEqual(
      values,
    );
  });

  test.each([
    ['another filter', `$filter=status eq 'inProgress'&$orderby=status&$skiptoken=${token}`],
    ['another order', `$filter=status eq 'completed'&$skiptoken=${token}`],
    ['a number', '$skiptoken=20'],
    ['nothing', '$skiptoken='],
  ])('with %s is refused', (_, other) => {
    expect(() => read(other)).toThrow(expect.objectContaining({ row: 'skipTokenInvalid', status: 400 }));
  });

  test('of another collection is refused', () => {
    const ofAnother = () => read(`${query}&$skiptoken=${token}`, { collection: 'yours' });
    expect(ofAnother).toThrow(expect.objectContaining({ row: 'skipTokenInvalid' }));
  });
});

describe('a next link', () => {
  const url = 'https://localhost:8443/base/me/employeeExperience/learningCourseActivities';

  test.each([
    ['', '?$skiptoken=T'],
    ['$top=2&$count=true&$select=id', '?$top=2&$count=true&$select=id&$skiptoken=T'],
    ['%24top=2&select=id%2Cstatus', '?%24top=2&select=id%2Cstatus&$skiptoken=T'],
    ['$skip=4&$top=2&%24SkipToken=x&skip=1&skiptoken=y', '?$top=2&$skiptoken=T'],
    ['$filter=status+eq+%27completed%27&x=1&x=2', '?$filter=status+eq+%27completed%27&x=1&x=2&$skiptoken=T'],
    ["$filter=status eq 'completed'", '?$filter=status%20eq%20%27completed%27&$skiptoken=T'],
    [
      'a={x}&b="<>\\^`|é😀&c=50%&d=%7',
      '?a=%7Bx%7D&b=%22%3C%3E%5C%5E%60%7C%C3%A9%F0%9F%98%80&c=50%25&d=%257&$skiptoken=T',
    ],
  ])('of %s keeps every option but the place', (query, rest) => {
    expect(buildNextLink(url, query, 'T')).toBe(url + rest);
  });

  test('encodes the path too, and leaves brackets of an address', () => {
    const link = buildNextLink("http://[::1]:80/a('{x}')/b%2Fc", 'x=\uD800', 'T');
    expect(link).toBe('http://[::1]:80/a(%27%7Bx%7D%27)/b%2Fc?x=%EF%BF%BD&$skiptoken=T');
  });

  test('can be read again', () => {
    const first = read("$filter=status eq 'completed'&$orderby=status desc");
    const link = buildNextLink(
      url,
      "$filter=status eq 'completed'&$orderby=status desc",
      encodeSkipToken(first.tokenScope, [1]),
    );
    expect(read(link.slice(link.indexOf('?') + 1))).toEqual({ ...first, skipToken: [1] });
  });
});
