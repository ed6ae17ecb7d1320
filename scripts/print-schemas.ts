// schemas/*.json, printed from the shapes that the files are checked against.
import { MAPPING } from '../src/bulk/mapping-schema.ts';
import type { FieldRows } from '../src/config/entry-fields.ts';
import { describeType } from '../src/config/read-value.ts';
import { SETTINGS } from '../src/config/settings.ts';
import type { Setting } from '../src/config/settings.ts';
import { AUTO } from '../src/config/setting-type.ts';
import { TARGET_FIELDS } from '../src/config/sync-targets.ts';
import { ISSUER_FIELDS } from '../src/config/trusted-issuers.ts';
import { schemaIdOf } from '../src/lib/schema-files.ts';
import type { SchemaName } from '../src/lib/schema-files.ts';
import { FAULT_ORDER } from '../src/sandbox/faults/fault-rule.ts';
import { SEED_SCHEMA } from '../src/seed/seed-schema.ts';

/** By path from the root. */
export function printSchemas(): Readonly<Record<string, () => string>> {
  const documents: Readonly<Record<SchemaName, () => object>> = {
    seed: () => SEED_SCHEMA,
    settings: describeSettings,
    mapping: () => ({
      title: 'Vivarium mapping',
      description: 'How an import reads a file of another system.',
      ...MAPPING,
    }),
    fault: () => ({ title: 'Vivarium fault', description: 'What a sandbox does to calls that match.', ...FAULT_ORDER }),
  };
  return Object.fromEntries(
    Object.entries(documents).map(([name, describe]) => [
      `schemas/${name}.json`,
      () => {
        // The draft that the language servers of editors know.
        const head = { $schema: 'http://json-schema.org/draft-07/schema#', $id: schemaIdOf(name as SchemaName) };
        return `${JSON.stringify({ ...head, ...describe() }, null, 2)}\n`;
      },
    ]),
  );
}

function describeSettings(): object {
  const shown = SETTINGS.filter(({ isNotForFile }) => isNotForFile !== true);
  return {
    type: 'object',
    title: 'Vivarium settings',
    description: 'The configuration file, as docs/settings.md has it. A null counts as not given.',
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(shown.map((setting) => [setting.name, describeSetting(setting)])),
    },
    additionalProperties: false,
  };
}

function describeSetting(setting: Setting): object {
  const { description, default: value } = setting;
  const about = { description: `${description} (${describeType(setting)})` };
  return {
    ...about,
    anyOf: [...describeForms(setting), { type: 'null' }],
    ...(value !== undefined && { default: value }),
  };
}

/** What may stand in the file: a value of the kind, and texts that are read as one. */
function describeForms(setting: Setting): readonly object[] {
  switch (setting.type) {
    case 'integer':
      return [
        { type: 'integer', minimum: setting.range[0], maximum: setting.range[1] },
        { type: 'string', pattern: '^-?\\d+$' },
      ];
    case 'count':
      return [{ type: 'integer', minimum: setting.range[0], maximum: setting.range[1] }, { enum: [AUTO] }];
    case 'boolean':
      return [{ type: 'boolean' }, { enum: ['true', 'false'] }];
    case 'choice':
      return [{ enum: [...setting.values] }];
    case 'list':
      return [{ type: 'array', items: { type: 'string' } }, { type: 'string' }];
    case 'issuers':
      return describeEntries(ISSUER_FIELDS);
    case 'targets':
      return describeEntries(TARGET_FIELDS);
    case 'text':
    case 'host':
    case 'url':
    case 'database':
    case 'path':
      return [{ type: 'string', minLength: 1 }];
    default:
      return setting satisfies never;
  }
}

/** A list of objects, one object, or either as JSON in a text. */
function describeEntries(fields: FieldRows): readonly object[] {
  const entry = {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, { value, description }]) => [
        name,
        { description: `${description} (${value})` },
      ]),
    ),
    required: Object.entries(fields).flatMap(([name, { isRequired }]) => (isRequired === true ? [name] : [])),
    additionalProperties: false,
  };
  return [{ type: 'array', items: entry }, entry, { type: 'string' }];
}
