/** Whether a published schema is the one that this server speaks. */
import { DEFAULT_BEHAVIOUR } from '../model/behaviour.ts';
import { KNOWN_DIFFERENCES } from '../model/contract.ts';
import type { KnownDifferenceRow } from '../model/contract.ts';
import { createSchema } from '../model/schema.ts';
import type { ApiVersion } from '../model/versions.ts';
import { printMetadata } from '../odata/metadata.ts';
import { compareSchemas } from './compare.ts';
import type { SchemaDifference } from './compare.ts';
import { readCsdl } from './read-csdl.ts';
import type { SchemaFacts } from './schema-facts.ts';

export interface ContractCheck {
  /** Those that nobody has given a reason for. */
  readonly differences: readonly SchemaDifference[];
  readonly known: readonly KnownDifference[];
}

export interface KnownDifference {
  readonly difference: SchemaDifference;
  readonly row: KnownDifferenceRow;
}

export function checkContract(published: SchemaFacts, version: ApiVersion): ContractCheck {
  const rows = knownDifferencesOf(version);
  const found = compareSchemas(published, readServed(version)).map((difference) => ({
    difference,
    row: rows.find(({ subject, fact }) => subject === difference.subject && fact === difference.fact),
  }));
  return {
    differences: found.filter(({ row }) => row === undefined).map(({ difference }) => difference),
    known: found.filter((each): each is KnownDifference => each.row !== undefined),
  };
}

export function knownDifferencesOf(version: ApiVersion): readonly KnownDifferenceRow[] {
  return KNOWN_DIFFERENCES.filter(({ versions }) => versions?.includes(version) ?? true);
}

/** The schema as clients get it: switches of the behaviour do not change it. */
export function readServed(version: ApiVersion): SchemaFacts {
  return readCsdl(printMetadata(createSchema(version, DEFAULT_BEHAVIOUR)));
}
