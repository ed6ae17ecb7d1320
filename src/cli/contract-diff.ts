/** `vivarium contract diff`: how a published schema differs from what this server speaks. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { checkContract } from '../contract/check-contract.ts';
import type { KnownDifference } from '../contract/check-contract.ts';
import type { SchemaDifference } from '../contract/compare.ts';
import { CsdlError, readCsdl } from '../contract/read-csdl.ts';
import type { SchemaFacts } from '../contract/schema-facts.ts';
import { BETA, V1 } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { formatTable } from './print-table.ts';

export interface ContractInput {
  readonly file: string;
  readonly version: ApiVersion | undefined;
  /** Whether known differences are listed. */
  readonly isAll: boolean;
  /** Ends with a line about the usage. */
  readonly fail: (message: string) => never;
}

/** Prints the differences and gives the exit code. */
export function diffContract({ file, version, isAll, fail }: ContractInput, { output }: Settings): number {
  const apiVersion = version ?? guessVersion(file);
  const { differences, known } = checkContract(readSchema(file, fail), apiVersion);
  if (output === 'json') {
    const listed = known.map(({ difference, row }) => ({ ...difference, reason: row.reason }));
    console.log(JSON.stringify({ file, apiVersion, differences, ...(isAll && { known: listed }) }));
  } else {
    for (const line of formatTable(differences.map((difference) => formatDifference(difference)))) console.log(line);
    if (isAll) for (const line of formatTable(known.map(formatKnown))) console.log(line);
    console.log(summarise({ name: `${file} and ${apiVersion} of this server`, differences, known, isAll }));
  }
  return differences.length === 0 ? EXIT_CODES.ok : EXIT_CODES.failure;
}

/** By the file's name: nothing in a schema says which version it is of. */
export function guessVersion(file: string): ApiVersion {
  return basename(file).toLowerCase().includes(BETA) ? BETA : V1;
}

function readSchema(file: string, fail: ContractInput['fail']): SchemaFacts {
  try {
    return readCsdl(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof CsdlError) return fail(`${file} ${error.message}. Name a schema in CSDL XML`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail(`cannot read ${file} (${code}). Name a schema in CSDL XML`);
  }
}

function formatDifference({ kind, subject, fact, published, served }: SchemaDifference): readonly string[] {
  if (fact === undefined) return [kind.toUpperCase(), subject, published ?? served ?? ''];
  return [kind.toUpperCase(), subject, `${fact}: ${quote(published)} in the file, ${quote(served)} on this server`];
}

function formatKnown({ difference: { kind, subject, fact = '' }, row }: KnownDifference): readonly string[] {
  return [`KNOWN ${kind.toUpperCase()}`, subject, fact, row.reason];
}

function quote(value: string | undefined): string {
  return value === undefined ? 'not set' : `"${value}"`;
}

interface Summary {
  readonly name: string;
  readonly differences: readonly SchemaDifference[];
  readonly known: readonly KnownDifference[];
  readonly isAll: boolean;
}

function summarise({ name, differences, known, isAll }: Summary): string {
  const count = differences.length;
  const found = count === 0 ? 'agree' : `differ in ${count} ${count === 1 ? 'place' : 'places'}`;
  if (known.length === 0) return `${name} ${found}.`;
  return `${name} ${found}; known differences: ${known.length}${isAll ? '' : ' (--all lists them)'}.`;
}
