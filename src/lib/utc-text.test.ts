import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { formatUtcMilliseconds, formatUtcSeconds } from './utc-text.ts';

test('instants of all years are written as Date writes them', () => {
  const instants = fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('+012345-01-01T00:00:00Z') });
  fc.assert(
    fc.property(instants, (epochMs) => {
      const text = new Date(epochMs).toISOString();
      expect(formatUtcMilliseconds(epochMs)).toBe(text);
      expect(formatUtcSeconds(epochMs)).toBe(text.replace(/\.\d+/, ''));
    }),
  );
});
