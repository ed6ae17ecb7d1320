import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { DEFAULT_BEHAVIOUR } from '../model/behaviour.ts';
import type { OperationId } from '../model/operations.ts';
import { createSchema } from '../model/schema.ts';
import { V1 } from '../model/versions.ts';
import { createPathMatcher } from './path.ts';

const match = createPathMatcher(createSchema(V1, DEFAULT_BEHAVIOUR).operations);

const provider = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const learner = '7ba2228a-e020-11ec-9d64-0242ac120002';
const activity = `${learner}:749c8786-99bb-4b3b-8d5d-586428f6aaa3`;
const providers = '/employeeExperience/learningProviders';
const root = '/employeeExperience/learningCourseActivities';

type Case = readonly [method: string, path: string, operation: OperationId, keys: Readonly<Record<string, string>>];

const inProvider = { registrationId: provider };
const inUser = { userId: learner };

describe('the paths that clients use', () => {
  test.each<Case>([
    ['POST', `${providers}/${provider}/learningCourseActivities`, 'createLearningCourseActivity', inProvider],
    ['GET', `${providers}/${provider}/learningCourseActivities`, 'listProviderLearningCourseActivities', inProvider],
    ...(
      [
        ['GET', 'getProviderLearningCourseActivity'],
        ['PATCH', 'updateLearningCourseActivity'],
        ['DELETE', 'deleteLearningCourseActivity'],
      ] as const
    ).map(([method, operation]): Case => [
      method,
      `${providers}/${provider}/learningCourseActivities/${activity}`,
      operation,
      { ...inProvider, learningCourseActivityId: activity },
    ]),
    ['GET', `${root}/${activity}`, 'getLearningCourseActivity', { learningCourseActivityId: activity }],
    ['GET', `${root}/$count`, 'countLearningCourseActivities', {}],
    ['GET', `${root}(externalcourseActivityId='x')`, 'getLearningCourseActivityByExternalId', { externalId: 'x' }],
    ...(
      [
        ['PATCH', 'updateLearningCourseActivityByExternalId'],
        ['DELETE', 'deleteLearningCourseActivityByExternalId'],
      ] as const
    ).map(([method, operation]): Case => [
      method,
      `${providers}/${provider}/learningCourseActivities(externalcourseActivityId='x')`,
      operation,
      { ...inProvider, externalId: 'x' },
    ]),
    ['GET', `/me${root}`, 'listMyLearningCourseActivities', {}],
    ['GET', `/me${root}/${activity}`, 'getMyLearningCourseActivity', { learningCourseActivityId: activity }],
    ['GET', `/users/${learner}${root}`, 'listUserLearningCourseActivities', inUser],
    ['GET', `/users/${learner}${root}/$count`, 'countUserLearningCourseActivities', inUser],
    ['GET', `/users/ada@contoso.example${root}`, 'listUserLearningCourseActivities', { userId: 'ada@contoso.example' }],
    ['GET', `/users/${learner}`, 'getUser', inUser],
    ['GET', '/users', 'listUsers', {}],
    ['GET', '/me', 'getMe', {}],
    ['DELETE', `${providers}/${provider}`, 'deleteLearningProvider', inProvider],
    ['DELETE', `${providers}/${provider}/$ref`, 'deleteLearningProvider', inProvider],
    [
      'DELETE',
      `${providers}/${provider}/learningContents(externalId='LP4471')/$ref`,
      'deleteLearningContentByExternalId',
      { ...inProvider, externalId: 'LP4471' },
    ],
  ])('%s %s is %s', (...[method, path, operation, keys]) => {
    expect(match(method, path)).toMatchObject({ operation: { id: operation }, keys });
    expect(match(method, path).keys).toEqual(keys);
  });
});

describe('one key in all its spellings', () => {
  test.each([
    [`${providers}/${provider}`, 'a segment of its own'],
    [`${providers}('${provider}')`, 'in parentheses'],
    [`${providers}(${provider})`, 'without quotes'],
    [`${providers}(id='${provider}')`, 'by its name'],
    [`${providers}(ID='${provider}')`, 'by its name in another casing'],
    [`${providers}(%27${provider}%27)`, 'with encoded quotes'],
    [`${providers}%28'${provider}'%29`, 'with encoded parentheses'],
    [`${providers}/${provider}/`, 'with a slash at the end'],
    [`/${providers}//${provider}`, 'with slashes too many'],
    [`/EMPLOYEEexperience/learningproviders/${provider}`, 'with names in another casing'],
    [`/employee%45xperience/learningProviders/${provider}`, 'with an encoded letter in a name'],
  ])('%s: %s', (path) => {
    expect(match('GET', path)).toMatchObject({ operation: { id: 'getLearningProvider' }, keys: inProvider });
  });

  test.each([
    [`${root}/${activity}`],
    [`${root}/${activity.replace(':', '%3A')}`],
    [`${root}/${activity.replace(':', '%3a')}`],
    [`${root}('${activity}')`],
    [`${root}('${activity.replace(':', '%3A')}')`],
    [`${root}(id='${activity}')`],
    [`/employeeExperience/LearningCourseActivities/${activity}/`],
  ])('%s names one activity', (path) => {
    expect(match('GET', path).keys).toEqual({ learningCourseActivityId: activity });
  });
});

describe('literals of alternate keys', () => {
  test.each([
    ["externalcourseActivityId='x'", 'x', 'as the schema and generated clients spell the name'],
    ["externalCourseActivityId='x'", 'x', 'as the pages spell the name'],
    ["EXTERNALCOURSEACTIVITYID='x'", 'x', 'in any casing'],
    ['externalCourseActivityId=12a2228a-e020', '12a2228a-e020', 'without quotes, as older pages'],
    ['externalcourseActivityId=%27x%27', 'x', 'with encoded quotes'],
    ['externalcourseActivityId%3D%27x%27', 'x', 'with everything encoded'],
    ["externalcourseActivityId='it''s'", "it's", 'a doubled quote'],
    ['externalcourseActivityId=%27it%27%27s%27', "it's", 'an encoded doubled quote'],
    ["externalcourseActivityId='a%20b%2Fc'd%3A%C3%A9'", "a b/c'd:é", 'a lone quote, as one SDK sends it'],
    ["externalcourseActivityId='it's''x'", "it's''x", 'a lone quote says that none is doubled'],
    ["externalcourseActivityId=it''s", "it''s", 'nor is one without quotes around the key'],
    ["externalcourseActivityId='x", "'x", 'a quote at the start alone belongs to the key'],
    ["externalcourseActivityId=x'", "x'", 'and so does one at the end'],
    ["externalcourseActivityId='", "'", 'and a quote by itself'],
    ["externalcourseActivityId='a/b'", 'a/b', 'a raw slash'],
    ["externalcourseActivityId='a/b/c''d/e'", "a/b/c'd/e", 'raw slashes and a doubled quote'],
    ["externalcourseActivityId='a%252Fb'", 'a%2Fb', 'is decoded once'],
    ["externalcourseActivityId='a(b)c'", 'a(b)c', 'parentheses'],
    ["externalcourseActivityId='f(x)'", 'f(x)', 'parentheses at the end'],
    ["externalcourseActivityId='a=b'", 'a=b', 'an equals sign'],
    ["externalcourseActivityId='a+b'", 'a+b', 'a plus is a plus'],
    ["externalcourseActivityId='100%25'", '100%', 'a percent sign'],
    ["externalcourseActivityId='a%23b%26c%7Cd'", 'a#b&c|d', 'what a URL cannot hold'],
    ["externalcourseActivityId=''", '', 'empty'],
    ["externalcourseActivityId=''''", "'", 'one doubled quote'],
    ["externalcourseActivityId ='x'", 'x', 'a space after the name'],
    ["externalcourseActivityId='https%3A%2F%2Fa.example%2Fb%3Fc%3D1'", 'https://a.example/b?c=1', 'a whole URL'],
  ])('(%s) is %j: %s', (inside, externalId) => {
    const path = `${providers}/${provider}/learningCourseActivities(${inside})`;
    expect(match('GET', path)).toMatchObject({
      operation: { id: 'getProviderLearningCourseActivityByExternalId' },
      keys: { registrationId: provider, externalId },
    });
  });

  test('what follows a key that holds a slash is still found', () => {
    const path = `${providers}('${provider}')/learningContents(externalId='a/b')/$ref`;
    expect(match('DELETE', path).keys).toEqual({ registrationId: provider, externalId: 'a/b' });
  });

  test('any text comes back from a percent-encoded literal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (externalId) => {
        const literal = encodeURIComponent(`'${externalId.replaceAll("'", "''")}'`);
        const path = `${root}(externalcourseActivityId=${literal})`;
        expect(match('GET', path).keys).toEqual({ externalId });
      }),
    );
  });
});

describe('keys that are not checked here', () => {
  test.each([
    [`${providers}/no-guid`, { registrationId: 'no-guid' }],
    [`${providers}/learningContents`, { registrationId: 'learningContents' }],
    [`${providers}/%2F`, { registrationId: '/' }],
    [`${providers}/a%20b`, { registrationId: 'a b' }],
    [`${providers}/..`, { registrationId: '..' }],
    [`${providers}/%00`, { registrationId: '\u0000' }],
  ])('%s', (path, keys) => {
    expect(match('GET', path).keys).toEqual(keys);
  });
});

describe('refusals', () => {
  test.each([
    ['/nowhere', 'nowhere'],
    ['/', undefined],
    [`${providers}/${provider}/nothing`, 'nothing'],
    [`${providers}/$metadata`, '$metadata'],
    [`${providers}/%24metadata`, '$metadata'],
    [`${providers}/delta`, 'delta'],
    [`${providers}(externalId='x')`, "learningProviders(externalId='x')"],
    [`${root}/${activity}/more`, 'more'],
    ['/me(id)', 'me(id)'],
    ['/toString', 'toString'],
    ['/__proto__', '__proto__'],
  ])('%s: there is no such resource, or nothing to be done with it', (path, segment) => {
    const row = segment === undefined ? 'methodNotAllowed' : 'segmentNotFound';
    expect(() => match('GET', path)).toThrow(expect.objectContaining({ row }));
    if (segment !== undefined) expect(() => match('GET', path)).toThrow(`'${segment}'`);
  });

  test.each([
    [`${providers}/%`],
    [`${providers}/%zz`],
    [`${providers}('%C3')`],
    ['/%E0%A4%A'],
    ['/users/%FF'],
    [`${providers}('\ud800')`],
  ])('%s cannot be decoded', (path) =>
    expect(() => match('GET', path)).toThrow(expect.objectContaining({ row: 'urlMalformed' })),
  );

  test.each([
    ['POST', root, 'GET'],
    ['PATCH', `${root}/${activity}`, 'GET'],
    ['DELETE', `${root}/${activity}`, 'GET'],
    ['POST', `/me${root}`, 'GET'],
    ['PUT', `${providers}/${provider}`, 'GET, PATCH, DELETE'],
    ['POST', `${providers}/${provider}/learningContents`, 'GET'],
    ['GET', `${providers}/${provider}/$ref`, 'DELETE'],
    ['post', `${providers}/${provider}/learningCourseActivities`, 'POST, GET'],
  ])('%s %s is not allowed; Allow says %s', (method, path, allow) => {
    expect(() => match(method, path)).toThrow(expect.objectContaining({ row: 'methodNotAllowed', headers: { allow } }));
  });
});

test('a path of many keys that never end is refused at once', () => {
  const path = "/('".repeat(100_000);
  expect(() => match('GET', path)).toThrow(expect.objectContaining({ row: 'segmentNotFound' }));
}, 2_000);
