import { expect, test } from 'vitest';

import { findNearest } from './nearest.ts';
import type { Candidate } from './nearest.ts';

const ID = '7ba2228a-e020-11ec-9d64-0242ac120002';
const candidates: readonly Candidate[] = [
  { texts: ['cea1684d-57dc-438d-a9d1-e666ec1a7f3d', 'assigner', 'Alex Assigner'], label: 'assigner' },
  { texts: [ID, 'learner', 'Lee Learner'], label: 'learner' },
  { texts: ['3c1f0a52-e020-11ec-9d64-0242ac120002', 'unlicensed'], label: 'unlicensed' },
  { texts: [], label: 'nameless' },
];

test.each([
  ['one digit is another', ID.replace('7', '9'), 'learner'],
  ['the end is missing', ID.slice(0, -4), 'learner'],
  ['the beginning is missing', ID.slice(4), 'learner'],
  ['a part was left out', ID.replace('-e020', ''), 'learner'],
  ['two digits changed places', '7ba2228a-e020-11ec-9d64-0242ac210002', 'learner'],
  ['the casing is another', 'LEE LEARNER', 'learner'],
  ['a letter is missing', 'lerner', 'learner'],
  ['nothing is alike', '00000000-0000-4000-8000-000000000000', undefined],
  ['there is no text', '', undefined],
])('when %s, %s is nearest to %s', (_, written, label) => {
  expect(findNearest(written, candidates)?.label).toBe(label);
});

test('there is nothing near nothing', () => {
  expect(findNearest(ID, [])).toBeUndefined();
});
