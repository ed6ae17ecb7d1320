import { expect, test } from 'vitest';
import { createTenantLabels } from './tenant-labels.ts';

test('the first tenants keep a label of their own, and all others share one', () => {
  const labelOf = createTenantLabels(2);
  expect(['a', 'b', 'c', 'a', 'd', 'b'].map(labelOf)).toEqual(['a', 'b', 'other', 'a', 'other', 'b']);
});
