import { expect, test } from 'vitest';

import { readFormat } from './format.ts';

test.each([
  [undefined, 'minimal'],
  ['*/*', 'minimal'],
  ['application/json', 'minimal'],
  ['application/json;odata.metadata=minimal', 'minimal'],
  ['application/json;odata.metadata=none', 'none'],
  ['application/json;odata.metadata=full', 'full'],
  ['application/json; ODATA.Metadata = "Full"', 'full'],
  ['application/json;odata.metadata=nonesuch', 'minimal'],
  ['application/json;odata.metadata=', 'minimal'],
  ['text/plain;q=0.9', 'minimal'],
  ['application/xml', 'minimal'],
  ['text/html, application/json;odata.metadata=none;q=0.5', 'none'],
  ['', 'minimal'],
])('Accept: %s gets JSON with %s metadata', (accept, level) => {
  expect(readFormat(accept)).toEqual({
    level,
    contentType: `application/json;odata.metadata=${level};odata.streaming=true;IEEE754Compatible=false;charset=utf-8`,
  });
});

test.each([
  ['application/json;IEEE754Compatible=true', 'true'],
  ['application/json;ieee754compatible="TRUE"', 'true'],
  ['application/json;IEEE754Compatible=false', 'false'],
  ['application/json;IEEE754Compatible=truely', 'false'],
])('Accept: %s is told IEEE754Compatible=%s', (accept, isCompatible) => {
  expect(readFormat(accept).contentType).toContain(`;IEEE754Compatible=${isCompatible};`);
});
