import { expect, test } from 'vitest';

import { pairId } from './directory-ids.ts';

test('the id of a licence is made of tenant and SKU, as in the example of the page', () => {
  const tenant = 'dcd219dd-bc68-4b9b-bf0b-4a33a796be35';
  expect(pairId(tenant, 'c7df2760-2c81-4ef7-b578-5b5392b571df')).toBe('3RnS3Gi8m0u_C0ozp5a-NWAn38eBLPdOtXhbU5K1cd8');
  expect(pairId(tenant, '725422ed-e205-400e-ab0a-3899d8a398ca')).toBe('3RnS3Gi8m0u_C0ozp5a-Ne0iVHIF4g5Aqwo4mdijmMo');
});
