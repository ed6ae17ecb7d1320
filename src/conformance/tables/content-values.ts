/** Properties of learning contents. */
import { writer } from '../callers.ts';
import { stored, upserts } from '../content-steps.ts';
import { E11, E12, empty, invalidField, refused, tooLong, unknown } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import { CONTENT, K1, K3, P1_CONTENTS } from '../setup.ts';
import type { JsonObject } from '../../odata/payload.ts';

const updates = (json: JsonObject, gets: Expected): RuleStep => ({
  as: writer,
  send: `PATCH ${P1_CONTENTS}/${K1}`,
  json,
  gets,
});

const rows: readonly RuleRow[] = [
  {
    id: '86',
    rule: 'a level may come in any casing',
    cites: ['C27'],
    covers: { operations: ['updateLearningContent'] },
    steps: [updates({ level: 'Advanced' }, { status: 202, whole: { ...stored, level: 'advanced' } })],
  },
  {
    id: '86b',
    rule: 'an unknown level is refused, and the sentinel counts as not sent',
    covers: { errors: ['fieldsInvalid'] },
    steps: [
      updates({ level: 'expert' }, refused(E11, invalidField('level'))),
      updates({ level: 'unknownFutureValue' }, { status: 202, part: { level: 'beginner' } }),
      upserts('NEW4', { ...CONTENT, level: 'unknownFutureValue' }, refused(E11, invalidField('level'))),
    ],
  },
  {
    id: '87',
    rule: 'a duration is of ISO 8601',
    cites: ['C28'],
    covers: { errors: ['fieldsInvalid'] },
    steps: [
      ...['PDT1H', '20M', 'P', 'PT', '1:30', 'P1M', 90].map((duration) =>
        updates({ duration }, refused(E11, invalidField('duration'))),
      ),
      ...['PT20M', 'PT1H30M', 'P1DT2H', 'PT0.5S'].map((duration) =>
        updates({ duration }, { status: 202, part: { duration } }),
      ),
    ],
  },
  {
    id: '87b',
    rule: 'dates may lack offset, time and seconds, and come back in UTC',
    cites: ['C28', 'B4', 'O7'],
    steps: [
      { sent: '2018-01-01T00:00:00', shown: '2018-01-01T00:00:00Z' },
      { sent: '2022-07-16', shown: '2022-07-16T00:00:00Z' },
      { sent: '2021-04-01T04:26:06.1995367Z', shown: '2021-04-01T04:26:06.1995367Z' },
      { sent: '2021-04-01T04:26:06.000Z', shown: '2021-04-01T04:26:06Z' },
      { sent: '2021-04-01T04:26:06.5+02:00', shown: '2021-04-01T02:26:06.5Z' },
    ].map(({ sent, shown }) => updates({ createdDateTime: sent }, { status: 202, part: { createdDateTime: shown } })),
  },
  {
    id: '87c',
    rule: 'a text that is not a date is refused',
    covers: { errors: ['fieldsInvalid'] },
    steps: ['yesterday', '2021-02-30', '2021-04-01T25:00:00Z', '', 0].map((createdDateTime) =>
      updates({ createdDateTime }, refused(E11, invalidField('createdDateTime'))),
    ),
  },
  {
    id: '87d',
    rule: 'the number of pages may come as text, and comes back as a number',
    cites: ['O6'],
    steps: [
      updates({ numberOfPages: '1' }, { status: 202, part: { numberOfPages: 1 } }),
      updates({ numberOfPages: -1 }, refused(E11, invalidField('numberOfPages'))),
      updates({ numberOfPages: 'many' }, refused(E11, invalidField('numberOfPages'))),
    ],
  },
  {
    id: '87e',
    rule: 'the old name of the contributors is taken and never answered with',
    cites: ['C29'],
    steps: [
      updates({ contributor: 'Lina' }, { status: 202, part: { contributors: ['Lina'] }, lacks: ['contributor'] }),
    ],
  },
  {
    id: '87f',
    rule: 'collections are replaced whole, null clears, and what is required stays',
    cites: ['B3'],
    covers: { errors: ['fieldsEmpty', 'fieldsInvalid'] },
    steps: [
      updates(
        { additionalTags: ['new'], skillTags: [] },
        { status: 202, part: { additionalTags: ['new'], skillTags: [] } },
      ),
      updates(
        { description: null, level: null, numberOfPages: null },
        { status: 202, part: { description: null, level: null, numberOfPages: null } },
      ),
      updates({ title: null }, refused(E12, empty('title'))),
      updates({ languageTag: '' }, refused(E12, empty('languageTag'))),
      updates({ additionalTags: 'one' }, refused(E11, invalidField('additionalTags'))),
      updates({ additionalTags: [7] }, refused(E11, invalidField('additionalTags'))),
      updates({ isActive: 'yes' }, refused(E11, invalidField('isActive'))),
      updates({ contentWebUrl: 'nowhere' }, refused(E11, invalidField('contentWebUrl'))),
      updates({ id: K3 }, refused(E11, invalidField('id'))),
    ],
  },
  {
    id: '87g',
    rule: 'texts have limits, each its own',
    steps: [
      updates(
        { title: 'x'.repeat(513), description: 'x'.repeat(8193), skillTags: ['x'.repeat(129)] },
        refused(E12, tooLong('title', 512), tooLong('description', 8192), tooLong('skillTags', 128)),
      ),
      updates({ title: 'x'.repeat(512) }, { status: 202 }),
    ],
  },
  {
    id: '87h',
    rule: 'a property that contents do not have is named',
    covers: { errors: ['propertyUnknown'] },
    steps: [updates({ foo: 1 }, unknown('foo', 'learningContent'))],
  },
];

export const contentValueTable: RuleTable = {
  section: 'content-values',
  title: 'properties of contents',
  source: 'Microsoft Graph reference: learningContent resource type, properties',
  rows,
};
