import { expect, test } from 'vitest';

import { createDeviationNotes } from './deviation-notes.ts';

test('what was found in one request is not found in the next', () => {
  const notes = createDeviationNotes('strict');
  notes.add({ name: 'dateForm', found: '2026', expected: '2026-01-01T00:00:00Z' });
  expect(notes.take()).toBeUndefined();
  expect(notes.takeRefused()).toBeUndefined();
});
