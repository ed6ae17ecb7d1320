/** Seed file -> checked seed. All that is wrong with the file is said at once. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ErrorObject } from 'ajv';
import { parse } from 'yaml';

import { StartError } from '../base/start-error.ts';
import { SEED_SCHEMA } from './seed-schema.ts';
import type { Seed } from './seed-schema.ts';

/** @throws StartError in one line: the file, and each place in it with what is wrong there */
export function readSeed(path: string): Seed {
  const value = parseYaml(path, readText(path));
  const validate = new Ajv({ allErrors: true }).compile<Seed>(SEED_SCHEMA);
  if (!validate(value)) throw seedError(path, describe(validate.errors ?? []));
  return value;
}

export function seedError(path: string, problems: readonly string[]): StartError {
  return new StartError(`The seed file ${path} is not valid: ${problems.join('; ')}`);
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
    throw new StartError(`The seed file ${path} is not valid YAML: ${firstLine}`, { cause });
  }
}

function describe(errors: readonly ErrorObject[]): string[] {
  return errors.map(({ instancePath, message, params }) => {
    const place = instancePath.slice(1).replaceAll('/', '.') || 'the file';
    const name = (params['additionalProperty'] ?? params['propertyName'] ?? '') as string;
    const allowed = (params['allowedValues'] ?? []) as readonly string[];
    return `${place} ${message ?? 'is not valid'}${name && ` (${name})`}${allowed.length > 0 ? `: ${allowed.join(', ')}` : ''}`;
  });
}
