import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PLANTED_FAULTS } from '../../scripts/planted-fault-list.ts';

// The faults themselves are planted by `npm run planted-faults`, which takes minutes.

const root = join(import.meta.dirname, '..', '..');

test('each planted fault changes a text that its file has once, and names a test that exists', () => {
  const lost = PLANTED_FAULTS.filter(({ file, find, test: named }) => {
    const source = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
    return source.split(find).length !== 2 || !existsSync(join(root, named));
  });
  expect(lost.map(({ name }) => name)).toEqual([]);
});
