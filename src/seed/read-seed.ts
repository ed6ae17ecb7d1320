/** Seed file -> checked seed. All that is wrong with the file is said at once. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

import { StartError } from '../lib/start-error.ts';
import { describeErrors } from '../lib/schema-problems.ts';
import { SeedError } from './seed-error.ts';
import { SEED_SCHEMA } from './seed-schema.ts';
import type { Seed } from './seed-schema.ts';

/** A seed, and what it is called: paths in it start where that lies. */
export interface StartSeed {
  readonly seed: Seed;
  readonly path: string;
}

const validate = new Ajv({ allErrors: true }).compile<Seed>(SEED_SCHEMA);

/** @throws StartError in one line: the file, and each place in it with what is wrong there */
export function readSeed(path: string): Seed {
  return parseSeed(readText(path), path);
}

/** The text of a seed file. @throws SeedError */
export function parseSeed(text: string, path: string): Seed {
  return checkSeed(parseYaml(path, text), path);
}

/** What a seed file would hold. @throws StartError as {@link readSeed}, with `path` as the file's name */
export function checkSeed(value: unknown, path: string): Seed {
  if (!validate(value)) throw new SeedError(path, describeErrors(validate.errors ?? [], 'the file'));
  return value;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new StartError(`The seed file ${path} cannot be read: ${code}.`, { cause });
  }
}

function parseYaml(path: string, text: string): unknown {
  try {
    // Dates stay the text that they are.
    return parse(text, { schema: 'core' });
  } catch (cause) {
    const [firstLine] = (cause as Error).message.split('\n');
    throw new SeedError(path, [`not valid YAML: ${firstLine}`], { cause });
  }
}
