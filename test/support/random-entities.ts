/** Entities as the property tables allow them, with values in which a codec could go wrong. */
import * as fc from 'fast-check';

import type { PropertyRow } from '../../src/model/rows.ts';
import { getEntity } from '../../src/model/schema.ts';
import type { EntityName, Schema } from '../../src/model/schema.ts';
import { ENUMS } from '../../src/model/value-types.ts';

/** Quotes, patterns, JSON, line ends, and characters beyond the basic plane; never NUL or half a surrogate pair. */
const text = fc.oneof(
  fc.uuid(),
  fc.uuid().map((guid) => guid.toUpperCase()),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((value) => !value.includes('\u0000')),
  fc.constantFrom(
    "it's",
    "''",
    '"',
    '\\',
    '%',
    '_',
    ':p',
    '?',
    '$1',
    '😀',
    '\uFFFD',
    ' ',
    '\r\n',
    'null',
    '{"a":1}',
    '0',
  ),
);

/** Canonical, with up to seven digits. */
const dateTime = fc
  .tuple(
    fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
    fc.option(fc.stringMatching(/^\d{0,6}[1-9]$/)),
  )
  .map(([date, digits]) => date.toISOString().slice(0, 19) + (digits === null ? '' : `.${digits}`));

const enumMember = (name: keyof typeof ENUMS) =>
  fc.constantFrom(...ENUMS[name].filter((member) => !('isSentinel' in member)).map((member) => member.name));

function valueOf(row: PropertyRow): fc.Arbitrary<unknown> {
  if (row.type in ENUMS) return enumMember(row.type as keyof typeof ENUMS);
  switch (row.type) {
    case 'Edm.String':
      if (row.isGuid === true) return fc.uuid();
      return row.mayBeEmpty === true ? fc.oneof(text, fc.constant('')) : text;
    case 'Edm.Boolean':
      return fc.boolean();
    case 'Edm.Int32':
      return fc.integer({ min: row.range?.[0] ?? -(2 ** 31), max: row.range?.[1] ?? 2 ** 31 - 1 });
    case 'Edm.DateTimeOffset':
      return dateTime;
    case 'Edm.Duration':
      return fc.constantFrom('PT20M', 'P1DT2H', '-PT0.5S');
    case 'Collection(Edm.String)':
      return fc.array(fc.oneof(text, fc.constant('')), { maxLength: 4 });
    case 'graph.dateTimeTimeZone':
      return fc.record({
        dateTime: dateTime.map((value) => `${value.slice(0, 19)}.0000000`),
        timeZone: fc.constantFrom('UTC', 'Pacific Standard Time', 'Europe/Berlin'),
      });
    case 'graph.itemBody':
      return fc.record({
        contentType: enumMember('graph.bodyType'),
        content: fc.option(fc.oneof(text, fc.constant(''))),
      });
    default:
      throw new Error(`No values for ${row.type}`);
  }
}

/** Every property of the type, null where the table allows it. */
export function entityArbitrary<Name extends EntityName>(
  schema: Schema,
  name: Name,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const rows = getEntity(schema, name).properties;
  return fc.record(
    Object.fromEntries(
      rows.map((row) => [row.name, row.nullable ? fc.option(valueOf(row), { freq: 4 }) : valueOf(row)] as const),
    ),
  );
}
