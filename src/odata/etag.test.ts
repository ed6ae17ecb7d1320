import { expect, test } from 'vitest';

import { etagOf, isNotModified, requireMatch } from './etag.ts';

test('a tag is weak and names the version', () => {
  expect(etagOf(7)).toBe('W/"7"');
});

test.each([
  ['W/"7"', true],
  ['"7"', true],
  ['*', true],
  [' W/"7" ', true],
  ['W/"6", W/"7"', true],
  ['"6","7"', true],
  ['W/"6", *', true],
  ['W/"8"', false],
  ['W/"77"', false],
  ['7', false],
  ['w/"7"', false],
  ['', false],
  [',', false],
  ['anything', false],
])('%s names version 7: %s', (header, isNamed) => {
  expect(isNotModified({ 'if-none-match': header }, 7)).toBe(isNamed);
  const condition = () => requireMatch({ 'if-match': header }, 7);
  if (isNamed) expect(condition).not.toThrow();
  else expect(condition).toThrow(expect.objectContaining({ row: 'preconditionFailed', status: 412 }));
});

test('without the headers there is no condition', () => {
  expect(isNotModified({}, 7)).toBe(false);
  expect(() => requireMatch({}, 7)).not.toThrow();
});
