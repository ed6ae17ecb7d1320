/** Requests about learning contents, and the content that is there, for the tables that share them. */
import { writer } from './callers.ts';
import type { Expected, RuleStep } from './row.ts';
import { K1, P1, P1_CONTENTS } from './setup.ts';
import type { JsonObject } from '../odata/payload.ts';

export const context = `{root}/$metadata#learningProviders('${P1}')/learningContents/$entity`;
export const byKey = (externalId: string): string => `${P1_CONTENTS}(externalId='${externalId}')`;

export const upserts = (externalId: string, json: JsonObject, gets: Expected): RuleStep => ({
  as: writer,
  send: `PATCH ${byKey(externalId)}`,
  json,
  gets,
});

/** K1 as a request gets it. */
export const stored = {
  '@odata.context': context,
  id: K1,
  externalId: 'LP4471',
  title: 'Manage classes',
  contentWebUrl: 'https://fabrikam.example/courses/LP4471',
  languageTag: 'en-us',
  additionalTags: ['planning', 'assessment'],
  contributors: ['Fabrikam Learning'],
  createdDateTime: '2018-01-01T00:00:00Z',
  description: 'A course about running a class.',
  duration: 'PT20M',
  format: 'Course',
  isActive: true,
  isPremium: false,
  isSearchable: true,
  lastModifiedDateTime: '2021-04-01T04:26:06.1995367Z',
  level: 'beginner',
  numberOfPages: 9,
  skillTags: ['teaching'],
  sourceName: 'Fabrikam Learning',
  thumbnailWebUrl: 'https://fabrikam.example/courses/LP4471.png',
};
