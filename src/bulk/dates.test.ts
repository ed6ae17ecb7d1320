import { expect, test } from 'vitest';

import { findDateProblem, readDate } from './dates.ts';

test.each(['de_DE', 'x'])('the locale %s is reported before a row is read', (locale) => {
  expect(findDateProblem({ formats: ['d MMMM yyyy'], zone: 'UTC', locale })).toBe(`the locale ${locale} is not valid`);
});

test('names of months are read in a locale', () => {
  const rules = { formats: ['d MMMM yyyy'], zone: 'UTC', locale: 'de-DE' };
  expect(findDateProblem(rules)).toBeUndefined();
  expect(readDate('2 Mai 2026', rules)).toBe('2026-05-02T00:00:00Z');
});
