import { expect, test } from 'vitest';

import { readPreferences } from './preferences.ts';

const none = { returns: undefined, showsHiddenMembers: false, maxPageSize: undefined };

test.each([
  ['return=representation', { returns: 'representation' }],
  ['return=minimal', { returns: 'minimal' }],
  ['Return = "Minimal"', { returns: 'minimal' }],
  ['return=nothing', {}],
  ['return', {}],
  ['include-unknown-enum-members', { showsHiddenMembers: true }],
  ['Include-Unknown-Enum-Members', { showsHiddenMembers: true }],
  ['odata.maxpagesize=5', { maxPageSize: 5 }],
  ['maxpagesize=5', { maxPageSize: 5 }],
  ['odata.maxpagesize="5"', { maxPageSize: 5 }],
  ['odata.maxpagesize=0', {}],
  ['odata.maxpagesize=-5', {}],
  ['odata.maxpagesize=5.5', {}],
  ['odata.maxpagesize=all', {}],
  ['odata.maxpagesize=', {}],
  ['odata.maxpagesize', {}],
  ['respond-async, wait=10', {}],
  ['', {}],
  [',;=,', {}],
  [
    'return=representation, include-unknown-enum-members; odata.maxpagesize=2',
    { returns: 'representation', showsHiddenMembers: true, maxPageSize: 2 },
  ],
] as const)('Prefer: %s', (header, wishes) => {
  expect(readPreferences({ prefer: header })).toEqual({ ...none, ...wishes });
});

test('the header is also called Preference, and both may come', () => {
  const headers = { prefer: 'return=minimal', preference: 'include-unknown-enum-members' };
  expect(readPreferences(headers)).toEqual({ ...none, returns: 'minimal', showsHiddenMembers: true });
});

test('without the header nothing is preferred', () => {
  expect(readPreferences({})).toEqual(none);
});
