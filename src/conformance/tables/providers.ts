/** Learning providers. */

import { admin, contentReader, learner, providerReader, reader, writer } from '../callers.ts';
import { having, including, matching, not } from '../match.ts';
import {
  E1,
  E11,
  E12,
  E13,
  E2,
  E3,
  E5,
  NO_PROVIDER,
  empty,
  invalidField,
  refused,
  required,
  tooLong,
  unknown,
} from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A6,
  ACTIVITIES,
  ASSIGNMENT,
  FOREIGN_PROVIDER,
  UNKNOWN_ID,
  P1,
  P1_ACTIVITIES,
  P1_CONTENTS,
  P2,
  P3,
  PROVIDER,
  PROVIDERS,
  without,
} from '../setup.ts';
import type { JsonObject } from '../../odata/payload.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const context = '{root}/$metadata#learningProviders/$entity';
const done: Expected = { status: 204, headers: { 'content-type': null } };

const creates = (json: JsonObject, gets: Expected): RuleStep => ({ as: admin, send: `POST ${PROVIDERS}`, json, gets });
const updates = (json: JsonObject, gets: Expected): RuleStep => ({
  as: admin,
  send: `PATCH ${PROVIDERS}/${P1}`,
  json,
  gets,
});
const shows = (part: JsonObject): RuleStep => ({
  as: admin,
  send: `GET ${PROVIDERS}/${P1}`,
  gets: { status: 200, part },
});

const fabrikam = {
  id: P1,
  displayName: 'Fabrikam Learning',
  isCourseActivitySyncEnabled: true,
  loginWebUrl: 'https://fabrikam.example/login',
  longLogoWebUrlForDarkTheme: 'https://fabrikam.example/logos/long-dark.png',
  longLogoWebUrlForLightTheme: 'https://fabrikam.example/logos/long-light.png',
  squareLogoWebUrlForDarkTheme: 'https://fabrikam.example/logos/square-dark.png',
  squareLogoWebUrlForLightTheme: 'https://fabrikam.example/logos/square-light.png',
};

const rows: readonly RuleRow[] = [
  {
    id: '76',
    rule: 'a provider is created with an id of its own and answered with as it was sent',
    cites: ['C5', 'C46', 'O2'],
    covers: { operations: ['createLearningProvider', 'getLearningProvider'] },
    steps: [
      {
        ...creates(PROVIDER, {
          status: 201,
          headers: { location: matching(/\/employeeExperience\/learningProviders\('[0-9a-f-]{36}'\)$/) },
          whole: { '@odata.context': context, id: matching(GUID), ...PROVIDER },
        }),
        keep: { id: 'id', location: 'header:location' },
      },
      {
        as: admin,
        send: `GET ${PROVIDERS}/{id}`,
        gets: { status: 200, whole: { '@odata.context': context, id: '{id}', ...PROVIDER } },
      },
      { as: admin, send: 'GET {location}', gets: { status: 200, part: { id: '{id}' } } },
    ],
  },
  {
    id: '76b',
    rule: 'either of two directory roles may register a provider, no other user',
    cites: ['C46'],
    covers: { errors: ['accessDenied', 'noServicePlan'] },
    steps: [
      {
        as: { user: 'globalAdmin', scopes: ['LearningProvider.ReadWrite'] },
        send: `POST ${PROVIDERS}`,
        json: PROVIDER,
        gets: { status: 201 },
      },
      {
        as: { user: 'learner', scopes: ['LearningProvider.ReadWrite'] },
        send: `POST ${PROVIDERS}`,
        json: PROVIDER,
        gets: refused(E2),
      },
      ...['unlicensedAdmin', 'seeded'].map((user) => ({
        as: { user, scopes: ['LearningProvider.ReadWrite'] },
        send: `POST ${PROVIDERS}`,
        json: PROVIDER,
        gets: refused(E3),
      })),
      { as: providerReader, send: `POST ${PROVIDERS}`, json: PROVIDER, gets: refused(E2) },
    ],
  },
  {
    id: '77',
    rule: 'a provider is switched off unless it says otherwise, null included, and optional properties are null',
    steps: [
      creates(
        { ...PROVIDER, isCourseActivitySyncEnabled: null },
        { status: 201, part: { isCourseActivitySyncEnabled: false } },
      ),
      creates(without(PROVIDER, 'isCourseActivitySyncEnabled', 'loginWebUrl'), {
        status: 201,
        part: { isCourseActivitySyncEnabled: false, loginWebUrl: null },
      }),
    ],
  },
  {
    id: '77b',
    rule: 'the misspelled name of the switch is taken and never answered with',
    cites: ['C5'],
    steps: [
      creates(
        { ...without(PROVIDER, 'isCourseActivitySyncEnabled'), isCourseAcitvitySyncEnabled: true },
        { status: 201, part: { isCourseActivitySyncEnabled: true }, lacks: ['isCourseAcitvitySyncEnabled'] },
      ),
      updates({ isCourseAcitvitySyncEnabled: false }, done),
      shows({ isCourseActivitySyncEnabled: false }),
    ],
  },
  {
    id: '77c',
    rule: 'removed and read-only properties are passed over',
    cites: ['C29'],
    steps: [
      creates(
        { ...PROVIDER, isEnabled: true, id: P1, '@odata.type': '#microsoft.graph.learningProvider' },
        {
          status: 201,
          part: { id: not(matching(P1)) },
          lacks: ['isEnabled'],
        },
      ),
    ],
  },
  {
    id: '78',
    rule: 'a provider needs its logos',
    covers: { errors: ['fieldValidationFailed'] },
    steps: [
      creates(
        without(PROVIDER, 'squareLogoWebUrlForDarkTheme'),
        refused(E13, required('squareLogoWebUrlForDarkTheme')),
      ),
      creates(
        {},
        {
          status: 400,
          part: { error: { details: [{ target: 'displayName' }, {}, {}, {}, {}] } },
        },
      ),
    ],
  },
  {
    id: '78b',
    rule: 'a logo is an address of the web',
    covers: { errors: ['fieldsInvalid'] },
    steps: ['/logo.png', 'ftp://x.example/a', 'logo', 7].map((url) =>
      creates(
        { ...PROVIDER, longLogoWebUrlForLightTheme: url },
        refused(E11, invalidField('longLogoWebUrlForLightTheme')),
      ),
    ),
  },
  {
    id: '78c',
    rule: 'names and addresses have limits',
    steps: [
      creates(
        { ...PROVIDER, displayName: 'x'.repeat(257), loginWebUrl: `https://x.example/${'x'.repeat(2048)}` },
        refused(E13, tooLong('displayName', 256), tooLong('loginWebUrl', 2048)),
      ),
    ],
  },
  {
    id: '78d',
    rule: 'the address to sign in may be empty, the name not',
    steps: [
      creates({ ...PROVIDER, loginWebUrl: '' }, { status: 201, part: { loginWebUrl: '' } }),
      creates({ ...PROVIDER, displayName: '' }, refused(E13, empty('displayName'))),
      creates({ ...PROVIDER, displayName: null }, refused(E13, empty('displayName'))),
      creates(
        { ...PROVIDER, isCourseActivitySyncEnabled: 'true' },
        refused(E11, invalidField('isCourseActivitySyncEnabled')),
      ),
    ],
  },
  {
    id: '78e',
    rule: 'a property that providers do not have is named',
    covers: { errors: ['propertyUnknown'] },
    steps: [creates({ ...PROVIDER, foo: 1 }, unknown('foo', 'learningProvider'))],
  },
  {
    id: '80',
    rule: 'providers are listed with all their properties',
    cites: ['C5', 'O9'],
    covers: { operations: ['listLearningProviders', 'countLearningProviders'] },
    steps: [
      {
        as: admin,
        send: `GET ${PROVIDERS}`,
        gets: {
          status: 200,
          whole: {
            '@odata.context': '{root}/$metadata#learningProviders',
            value: including([
              fabrikam,
              having({ id: P2, isCourseActivitySyncEnabled: false }),
              having({ id: P3, loginWebUrl: null }),
            ]),
          },
        },
      },
      { as: providerReader, send: `GET ${PROVIDERS}/$count`, gets: { status: 200, text: '3' } },
    ],
  },
  {
    id: '80b',
    rule: 'one provider is got with all its properties, or those selected',
    covers: { operations: ['getLearningProvider'], errors: ['providerNotFound'] },
    steps: [
      {
        as: providerReader,
        send: `GET ${PROVIDERS}/${P1}`,
        gets: { status: 200, whole: { '@odata.context': context, ...fabrikam } },
      },
      { as: providerReader, send: `GET ${PROVIDERS}('${P1.toUpperCase()}')`, gets: { status: 200, part: { id: P1 } } },
      {
        as: providerReader,
        send: `GET ${PROVIDERS}/${P1}?$select=displayName`,
        gets: {
          status: 200,
          whole: {
            '@odata.context': '{root}/$metadata#learningProviders(displayName)/$entity',
            displayName: 'Fabrikam Learning',
          },
        },
      },
      { as: providerReader, send: `GET ${PROVIDERS}/${UNKNOWN_ID}`, gets: refused(NO_PROVIDER) },
      { as: providerReader, send: `GET ${PROVIDERS}/${FOREIGN_PROVIDER}`, gets: refused(NO_PROVIDER) },
      { as: providerReader, send: `GET ${PROVIDERS}/abc`, gets: refused(NO_PROVIDER) },
    ],
  },
  {
    id: '81',
    rule: 'an update changes what it names and nothing else',
    cites: ['C39', 'O1'],
    covers: { operations: ['updateLearningProvider'] },
    steps: [updates({ displayName: 'Renamed' }, done), shows({ ...fabrikam, displayName: 'Renamed' })],
  },
  {
    id: '81b',
    rule: 'an update clears what may be null and refuses to empty the rest',
    covers: { errors: ['fieldsEmpty', 'fieldsInvalid'] },
    steps: [
      updates({ loginWebUrl: null, isCourseActivitySyncEnabled: null }, done),
      shows({ loginWebUrl: null, isCourseActivitySyncEnabled: null }),
      updates({ displayName: null }, refused(E12, empty('displayName'))),
      updates({ squareLogoWebUrlForDarkTheme: '' }, refused(E12, empty('squareLogoWebUrlForDarkTheme'))),
      updates({ id: P2 }, refused(E11, invalidField('id'))),
      updates({ id: P1.toUpperCase() }, done),
      updates({}, done),
    ],
  },
  {
    id: '81c',
    rule: 'an unknown provider is not updated',
    covers: { errors: ['providerNotFound'] },
    steps: [UNKNOWN_ID, FOREIGN_PROVIDER, 'abc'].map((id) => ({
      as: admin,
      send: `PATCH ${PROVIDERS}/${id}`,
      json: { displayName: 'x' },
      gets: refused(NO_PROVIDER),
    })),
  },
  {
    id: '81d',
    rule: 'an update is answered with the object when that is preferred',
    steps: [
      {
        ...updates(
          { displayName: 'Renamed' },
          {
            status: 200,
            headers: { 'preference-applied': 'return=representation' },
            whole: { '@odata.context': context, ...fabrikam, displayName: 'Renamed' },
          },
        ),
        headers: { prefer: 'return=representation' },
      },
    ],
  },
  {
    id: '81e',
    rule: 'switching a provider off closes it to activities at once, and leaves reading open',
    covers: { errors: ['providerNotEnabled'] },
    steps: [
      updates({ isCourseActivitySyncEnabled: false }, done),
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: ASSIGNMENT,
        gets: { status: 400, part: { error: { message: "This provider isn't enabled for the given tenant." } } },
      },
      { as: reader, send: `GET ${P1_ACTIVITIES}/${A1}`, gets: { status: 200 } },
      { as: contentReader, send: `GET ${P1_CONTENTS}`, gets: { status: 200, part: { value: [{}] } } },
    ],
  },
  {
    id: '82',
    rule: 'a provider is deleted, also by the path that ends in /$ref',
    cites: ['C26', 'O2'],
    covers: { operations: ['deleteLearningProvider'], errors: ['providerNotFound'] },
    steps: [
      { as: admin, send: `DELETE ${PROVIDERS}/${P2}`, gets: done },
      { as: admin, send: `DELETE ${PROVIDERS}/${P3}/$ref`, gets: done },
      { as: admin, send: `DELETE ${PROVIDERS}/${P2}`, gets: refused(NO_PROVIDER) },
      { as: admin, send: `GET ${PROVIDERS}`, gets: { status: 200, part: { value: [{ id: P1 }] } } },
    ],
  },
  {
    id: '82b',
    rule: 'contents and activities go with their provider',
    steps: [
      { as: admin, send: `DELETE ${PROVIDERS}/${P1}`, gets: done },
      { as: reader, send: `GET ${ACTIVITIES}/${A1}`, gets: { status: 404 } },
      { as: learner, send: `GET /me${ACTIVITIES}`, gets: { status: 200, part: { value: [] } } },
      { as: contentReader, send: `GET ${P1_CONTENTS}`, gets: refused(E5) },
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: ASSIGNMENT, gets: refused(E5) },
      { as: reader, send: `GET ${ACTIVITIES}/${A6}`, gets: { status: 200 } },
    ],
  },
  {
    id: '82c',
    rule: 'providers take no other methods',
    covers: { errors: ['methodNotAllowed'] },
    steps: [
      {
        as: admin,
        send: `PUT ${PROVIDERS}/${P1}`,
        json: PROVIDER,
        gets: { ...refused(E1), headers: { allow: 'GET, PATCH, DELETE' } },
      },
      { as: admin, send: `DELETE ${PROVIDERS}`, gets: { ...refused(E1), headers: { allow: 'GET, POST' } } },
    ],
  },
];

export const providerTable: RuleTable = {
  section: 'providers',
  title: 'providers',
  source: 'Microsoft Graph reference: list, create, get, update and delete learningProvider',
  rows,
};
