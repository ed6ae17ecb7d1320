/** Mappings that come along, for files of known systems. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

import { describeErrors } from '../lib/schema-problems.ts';
import { MappingError } from './mapping.ts';
import { MAPPING } from './mapping-schema.ts';
import type { Mapping } from './mapping-schema.ts';

const FOLDER = new URL('../../profiles/', import.meta.url);
const EXTENSION = '.yaml';
/** What the documentation calls properties, of each kind. */
const GRAPH = 'graph';

/** @throws MappingError */
function readMapping(value: unknown): Mapping {
  const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(MAPPING);
  if (!validate(value)) throw new MappingError(describeErrors(validate.errors ?? [], 'the mapping'));
  return value;
}

export function listProfiles(): readonly string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(EXTENSION));
  return [GRAPH, ...files.map((file) => file.slice(0, -EXTENSION.length)).toSorted()];
}

/** The text of the file. `undefined` when there is no such profile with a file. */
function findProfileText(name: string): string | undefined {
  return listProfiles().slice(1).includes(name) ? readFileSync(new URL(name + EXTENSION, FOLDER), 'utf8') : undefined;
}

/** @param kind of the profile that fits all kinds; `undefined` when there is no such profile */
export function findProfile(name: string, kind: Mapping['kind']): Mapping | undefined {
  if (name === GRAPH) return { kind, asIs: true };
  const text = findProfileText(name);
  return text === undefined ? undefined : readMapping(parse(text));
}
