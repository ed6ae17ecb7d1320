/** What the package says of itself. */
import { readFileSync } from 'node:fs';

interface PackageFacts {
  readonly version: string;
  readonly description: string;
}

/** Read, not imported: the compiler would take a module of JSON for a source of its own. */
export const PACKAGE = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as PackageFacts;
