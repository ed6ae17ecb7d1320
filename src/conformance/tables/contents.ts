/** Learning contents. */

import { contentReader, none, reader, stranger, writer } from '../callers.ts';
import { byKey, context, stored, upserts } from '../content-steps.ts';
import { containing, matching } from '../match.ts';
import {
  CONTENT_CONFLICT,
  E1,
  E10,
  E11,
  E13,
  E2,
  E5,
  NO_CONTENT,
  invalidField,
  refused,
  required,
} from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import { A1, ACTIVITIES, CONTENT, K1, K3, UNKNOWN_ID, P1, P1_CONTENTS, PROVIDERS, without } from '../setup.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const reads = (path: string, gets: Expected): RuleStep => ({ as: contentReader, send: `GET ${path}`, gets });

/** What a new content has beside what was sent. */
const defaults = {
  additionalTags: [],
  contributors: [],
  createdDateTime: null,
  description: null,
  duration: null,
  format: null,
  isActive: true,
  isPremium: false,
  isSearchable: true,
  lastModifiedDateTime: null,
  level: null,
  numberOfPages: null,
  skillTags: [],
  sourceName: null,
  thumbnailWebUrl: null,
};

const rows: readonly RuleRow[] = [
  {
    id: '83',
    rule: 'an external id that is not there creates a content, answered with 202 and the object',
    cites: ['C25', 'C40', 'O1', 'O2'],
    covers: { operations: ['upsertLearningContentByExternalId', 'getLearningContent'] },
    steps: [
      {
        ...upserts('NEW1', CONTENT, {
          status: 202,
          headers: { 'content-type': containing('application/json'), 'odata-version': '4.0' },
          whole: {
            '@odata.context': context,
            id: matching(GUID),
            externalId: 'NEW1',
            ...CONTENT,
            ...defaults,
          },
        }),
        keep: { id: 'id' },
      },
      reads(`${P1_CONTENTS}/{id}`, { status: 200, part: { externalId: 'NEW1', ...CONTENT } }),
    ],
  },
  {
    id: '84',
    rule: 'an external id that is there is updated, and what is not sent stays',
    cites: ['C24'],
    covers: { operations: ['upsertLearningContentByExternalId'] },
    steps: [
      { ...upserts('NEW1', CONTENT, { status: 202 }), keep: { id: 'id' } },
      upserts('NEW1', { title: 'Renamed' }, { status: 202, part: { ...CONTENT, id: '{id}', title: 'Renamed' } }),
      upserts('LP4471', {}, { status: 202, whole: stored }),
    ],
  },
  {
    id: '85',
    rule: 'a new content needs title, address and language',
    covers: { errors: ['requiredFieldsMissing'] },
    steps: [
      upserts('NEW2', without(CONTENT, 'title'), refused(E10, required('title'))),
      upserts('NEW2', {}, refused(E10, required('title'), required('contentWebUrl'), required('languageTag'))),
      reads(byKey('NEW2'), refused(NO_CONTENT)),
    ],
  },
  {
    id: '85b',
    rule: 'the external id of the body must be that of the path',
    covers: { errors: ['fieldsInvalid'] },
    steps: [
      upserts('NEW3', { ...CONTENT, externalId: 'OTHER' }, refused(E11, invalidField('externalId'))),
      upserts('NEW3', { ...CONTENT, externalId: 'NEW3' }, { status: 202, part: { externalId: 'NEW3' } }),
      upserts('NEW3', { externalId: 'OTHER' }, refused(E11, invalidField('externalId'))),
      upserts('NEW3', { externalId: 'new3' }, refused(E11, invalidField('externalId'))),
    ],
  },
  {
    id: '88',
    rule: 'a content is the same by id and by external id',
    cites: ['C18'],
    covers: { operations: ['getLearningContent', 'getLearningContentByExternalId'] },
    steps: [
      reads(`${P1_CONTENTS}/${K1}`, { status: 200, whole: stored }),
      reads(byKey('LP4471'), { status: 200, whole: stored }),
      reads(`${P1_CONTENTS}(EXTERNALID=LP4471)`, { status: 200, whole: stored }),
      reads(`${P1_CONTENTS}('${K1}')`, { status: 200, whole: stored }),
    ],
  },
  {
    id: '88b',
    rule: 'an unknown content is told, after an unknown provider',
    covers: { errors: ['contentNotFound', 'registrationIdInvalid'] },
    steps: [
      ...[`${P1_CONTENTS}/${UNKNOWN_ID}`, `${P1_CONTENTS}/abc`, `${P1_CONTENTS}/${K3}`, byKey('lp4471'), byKey('')].map(
        (path) => reads(path, refused(NO_CONTENT)),
      ),
      reads(`${PROVIDERS}/${UNKNOWN_ID}/learningContents/${K1}`, refused(E5)),
      reads(`${PROVIDERS}/abc/learningContents(externalId='LP4471')`, refused(E5)),
      { as: stranger, send: `GET ${P1_CONTENTS}/${K1}`, gets: refused(E5) },
    ],
  },
  {
    id: '88c',
    rule: 'external ids that are addresses are created and found again',
    cites: ['P1', 'P4'],
    steps: [
      upserts('https%3A%2F%2Flearn.contoso.example%2Fa%3Fb%3D1', CONTENT, {
        status: 202,
        part: { externalId: 'https://learn.contoso.example/a?b=1' },
      }),
      reads(byKey('https%3A%2F%2Flearn.contoso.example%2Fa%3Fb%3D1'), { status: 200 }),
      upserts('it%27%27s', CONTENT, { status: 202, part: { externalId: "it's" } }),
      reads(byKey("it''s"), { status: 200 }),
    ],
  },
  {
    id: '88d',
    rule: 'a content has its own properties selected',
    steps: [
      reads(`${P1_CONTENTS}/${K1}?$select=title,externalId`, {
        status: 200,
        whole: {
          '@odata.context': `{root}/$metadata#learningProviders('${P1}')/learningContents(title,externalId)/$entity`,
          title: 'Manage classes',
          externalId: 'LP4471',
        },
      }),
    ],
  },
  {
    id: '89',
    rule: 'contents are listed under their provider',
    cites: ['O9'],
    covers: { operations: ['listLearningContents', 'countLearningContents'], errors: ['registrationIdInvalid'] },
    steps: [
      reads(P1_CONTENTS, {
        status: 200,
        whole: {
          '@odata.context': `{root}/$metadata#learningProviders('${P1}')/learningContents`,
          value: [without(stored, '@odata.context')],
        },
      }),
      reads(`${P1_CONTENTS}/$count`, { status: 200, text: '1' }),
      reads(`${PROVIDERS}/${UNKNOWN_ID}/learningContents`, refused(E5)),
      reads(`${PROVIDERS}/${UNKNOWN_ID}/learningContents/$count`, refused(E5)),
      reads(`${PROVIDERS}/${UNKNOWN_ID}/learningContents?$top=0`, refused(E5)),
    ],
  },
  {
    id: '90',
    rule: 'a content is deleted by either key, with and without /$ref',
    cites: ['C26', 'O2'],
    covers: { operations: ['deleteLearningContent', 'deleteLearningContentByExternalId'], errors: ['contentNotFound'] },
    steps: [
      ...['N1', 'N2', 'N3'].map((name) => ({ ...upserts(name, CONTENT, { status: 202 }), keep: { [name]: 'id' } })),
      { as: writer, send: `DELETE ${byKey('N1')}/$ref`, gets: { status: 204 } },
      { as: writer, send: `DELETE ${byKey('N2')}`, gets: { status: 204 } },
      { as: writer, send: `DELETE ${P1_CONTENTS}/{N3}/$ref`, gets: { status: 204 } },
      { as: writer, send: `DELETE ${P1_CONTENTS}/${K1}`, gets: { status: 204 } },
      { as: writer, send: `DELETE ${P1_CONTENTS}/${K1}`, gets: refused(NO_CONTENT) },
      { as: writer, send: `DELETE ${byKey('N1')}`, gets: refused(NO_CONTENT) },
      reads(`${P1_CONTENTS}/$count`, { status: 200, text: '0' }),
      { as: reader, send: `GET ${ACTIVITIES}/${A1}`, gets: { status: 200, part: { learningContentId: K1 } } },
    ],
  },
  {
    id: '90b',
    rule: 'an unknown content is neither updated nor deleted by its id',
    covers: { errors: ['contentNotFound', 'registrationIdInvalid'] },
    steps: [
      { as: writer, send: `PATCH ${P1_CONTENTS}/${UNKNOWN_ID}`, json: CONTENT, gets: refused(NO_CONTENT) },
      { as: writer, send: `PATCH ${P1_CONTENTS}/${K3}`, json: CONTENT, gets: refused(NO_CONTENT) },
      { as: writer, send: `DELETE ${P1_CONTENTS}/${K3}`, gets: refused(NO_CONTENT) },
      {
        as: writer,
        send: `PATCH ${PROVIDERS}/${UNKNOWN_ID}/learningContents(externalId='X')`,
        json: CONTENT,
        gets: refused(E5),
      },
    ],
  },
  {
    id: '90c',
    rule: 'a write reaches the content whose key was sent, not one whose key it would be when decoded once more',
    cites: ['P1'],
    steps: [
      { ...upserts('a%2Fb', { ...CONTENT, title: 'First' }, { status: 202 }), keep: { id: 'id' } },
      { as: writer, send: `DELETE ${byKey('a%252Fb')}/$ref`, gets: refused(NO_CONTENT) },
      upserts('a%252Fb', { title: 'No content yet' }, refused(E10, required('contentWebUrl'), required('languageTag'))),
      upserts('a%252Fb', { ...CONTENT, externalId: 'a/b' }, refused(E11, invalidField('externalId'))),
      upserts('a%252Fb', CONTENT, { status: 202, part: { externalId: 'a%2Fb' } }),
      { as: writer, send: `DELETE ${byKey('a%252Fb')}/$ref`, gets: { status: 204 } },
      reads(byKey('a%252Fb'), { status: 200, part: { id: '{id}', title: 'First' } }),
    ],
  },
  {
    id: '91c',
    rule: 'contents take the permissions for contents',
    covers: { errors: ['accessDenied'] },
    steps: [
      { as: none, send: `GET ${P1_CONTENTS}`, gets: refused(E2) },
      { as: reader, send: `GET ${P1_CONTENTS}`, gets: refused(E2) },
      { as: contentReader, send: `PATCH ${P1_CONTENTS}/${K1}`, json: {}, gets: refused(E2) },
      { as: contentReader, send: `DELETE ${P1_CONTENTS}/${K1}`, gets: refused(E2) },
    ],
  },
  {
    id: '92',
    rule: 'contents are not created by POST',
    cites: ['C25'],
    covers: { errors: ['methodNotAllowed'] },
    steps: [
      {
        as: writer,
        send: `POST ${P1_CONTENTS}`,
        json: { externalId: 'X', ...CONTENT },
        gets: { ...refused(E1), headers: { allow: 'GET' } },
      },
      {
        as: writer,
        send: `PUT ${P1_CONTENTS}/${K1}`,
        json: CONTENT,
        gets: { ...refused(E1), headers: { allow: 'GET, PATCH, DELETE' } },
      },
    ],
  },
  {
    id: '92b',
    rule: 'with a setting contents are created by POST',
    cites: ['C25'],
    settings: { contentPost: true },
    covers: {
      operations: ['createLearningContent'],
      errors: ['contentConflict', 'fieldValidationFailed', 'registrationIdInvalid'],
    },
    steps: [
      {
        as: writer,
        send: `POST ${P1_CONTENTS}`,
        json: { externalId: 'X', ...CONTENT },
        gets: {
          status: 201,
          headers: { location: matching(/learningContents\('[0-9a-f-]{36}'\)$/) },
          whole: {
            '@odata.context': context,
            id: matching(GUID),
            externalId: 'X',
            ...CONTENT,
            ...defaults,
          },
        },
      },
      {
        as: writer,
        send: `POST ${P1_CONTENTS}`,
        json: { externalId: 'X', ...CONTENT },
        gets: refused(CONTENT_CONFLICT),
      },
      { as: writer, send: `POST ${P1_CONTENTS}`, json: CONTENT, gets: refused(E13, required('externalId')) },
      { as: writer, send: `POST ${PROVIDERS}/${UNKNOWN_ID}/learningContents`, json: CONTENT, gets: refused(E5) },
    ],
  },
  {
    id: '92c',
    rule: 'an upsert is answered without the object only when that is preferred',
    steps: [
      {
        ...upserts('NEW5', CONTENT, {
          status: 202,
          text: '',
          headers: { 'preference-applied': 'return=minimal', 'content-type': null },
        }),
        headers: { prefer: 'return=minimal' },
      },
    ],
  },
  {
    id: '92d',
    rule: 'two providers may use the same external id',
    steps: [
      upserts('SHARED', CONTENT, { status: 202 }),
      {
        as: writer,
        send: `PATCH ${PROVIDERS}/4b7c1d9e-6f20-4a83-b1c5-9e0d2a3f4c56/learningContents(externalId='SHARED')`,
        json: { ...CONTENT, title: 'Other' },
        gets: { status: 202, part: { title: 'Other' } },
      },
      reads(byKey('SHARED'), { status: 200, part: { title: CONTENT.title } }),
    ],
  },
];

export const contentTable: RuleTable = {
  section: 'contents',
  title: 'contents',
  source: 'Microsoft Graph reference: get, list, update and delete learningContent',
  rows,
};
