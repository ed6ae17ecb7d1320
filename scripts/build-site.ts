// Makes `dist/site/`, the documents as pages that a server serves at /docs. A dead link ends it.
import { join } from 'node:path';
import { build } from 'vitepress';

await build(join(import.meta.dirname, '..', 'site'));
