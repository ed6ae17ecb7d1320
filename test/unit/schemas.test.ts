/** The schemas that editors complete files with, against the files that are there. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { SCHEMA_NAMES, SCHEMAS_FOLDER, schemaIdOf } from '../../src/lib/schema-files.ts';
import type { SchemaName } from '../../src/lib/schema-files.ts';
import { FAULT_PRESETS } from '../../src/sandbox/faults/fault-presets.ts';

const root = join(import.meta.dirname, '..', '..');

function readSchema(name: SchemaName): object {
  return JSON.parse(readFileSync(join(SCHEMAS_FOLDER, `${name}.json`), 'utf8')) as object;
}

const validators = new Map<SchemaName, ValidateFunction>(
  SCHEMA_NAMES.map((name) => [
    name,
    new Ajv({ allErrors: true, strictTypes: false, discriminator: true }).compile(readSchema(name)),
  ]),
);

/** What is wrong with a value; nothing when it is as the schema has it. */
function problemsOf(name: SchemaName, value: unknown): readonly string[] {
  const validate = validators.get(name) as ValidateFunction;
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(root, folder)).flatMap((file) => (file.endsWith('.yaml') ? [`${folder}/${file}`] : []));

/** Every file that comes along, by the schema of its kind. */
const SAMPLES = [
  ...filesOf('seeds').map((file) => ({ file, name: 'seed' as const })),
  ...filesOf('profiles').map((file) => ({ file, name: 'mapping' as const })),
  { file: 'deploy/compose/vivarium.yaml', name: 'settings' as const },
];

test.each(SCHEMA_NAMES)('the schema %s has the id that it is found by', (name) => {
  expect(readSchema(name)).toMatchObject({ $id: schemaIdOf(name), title: `Vivarium ${name}` });
});

test.each(SAMPLES)('$file names the schema $name, and is as it says', ({ file, name }) => {
  const text = readFileSync(join(root, file), 'utf8');
  const [, named = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
  expect(relative(root, resolve(root, dirname(file), named))).toBe(`schemas/${name}.json`);
  expect(problemsOf(name, parse(text, { schema: 'core' }))).toEqual([]);
});

test.each(FAULT_PRESETS)('the preset $name is a fault', ({ rule }) => {
  expect(problemsOf('fault', rule)).toEqual([]);
});

describe('what a schema refuses', () => {
  test.each<[SchemaName, unknown, string]>([
    ['seed', { tenants: [] }, '/tenants must NOT have fewer than 1 items'],
    ['settings', { prot: 8443 }, ' must NOT have additional properties'],
    ['settings', { port: 70_000 }, '/port must be <= 65535'],
    ['settings', { trustedIssuers: [{ tenants: [] }] }, "/trustedIssuers/0 must have required property 'issuer'"],
    ['mapping', { kind: 'courses' }, '/kind must be equal to one of the allowed values'],
    ['fault', { probability: 2 }, '/probability must be <= 1'],
  ])('%s: %j', (name, value, problem) => {
    expect(problemsOf(name, value)).toContain(problem);
  });

  test.each<[SchemaName, unknown]>([
    ['settings', { port: '9443', sandbox: 'true', seed: null, audiences: 'a,b' }],
    ['settings', { $schema: './schemas/settings.json', workers: 'auto' }],
  ])('%s takes what the server takes: %j', (name, value) => {
    expect(problemsOf(name, value)).toEqual([]);
  });
});
