/** The catalogue of rules: each with its section, its source, and the requests that show it. */
import { ERRORS } from '../model/errors.ts';
import { OPERATIONS } from '../model/operations.ts';
import { API_VERSIONS } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import { EVERY_ANSWER } from './every-answer.ts';
import { FACTS } from './facts.ts';
import type { Covers, RuleRow } from './row.ts';
import { RULE_TABLES } from './tables/all.ts';
import { SLOW_ROWS, WIRE_ROWS } from './wire.ts';
import type { WireRow } from './wire.ts';

export interface ConformanceRule {
  /** Never reused. */
  readonly id: string;
  readonly section: string;
  readonly rule: string;
  /** The pages and specifications that it rests on, in words. */
  readonly source: string;
  readonly versions: readonly ApiVersion[];
  /** About what Microsoft Graph does not have. */
  readonly isExtension: boolean;
  readonly check: RuleCheck;
}

export type RuleCheck =
  | { readonly kind: 'requests'; readonly row: RuleRow }
  | { readonly kind: 'wire'; readonly row: WireRow; readonly lack?: string }
  /** Judged by the answers to all others. */
  | { readonly kind: 'every answer' };

export interface RuleSection {
  readonly name: string;
  readonly title: string;
  readonly rules: readonly ConformanceRule[];
}

const WIRE_SOURCE = 'RFC 9112, message format; Microsoft Graph: error responses and resource types';

const tableSections = RULE_TABLES.map(({ section, title, source, isExtension = false, rows }): RuleSection => ({
  name: section,
  title,
  rules: rows.map((row) => ({
    id: row.id,
    section,
    rule: row.rule,
    source: describeSource(source, row),
    versions: row.versions ?? API_VERSIONS,
    isExtension: row.isExtension ?? isExtension,
    check: { kind: 'requests', row },
  })),
}));

const wireSection: RuleSection = {
  name: 'wire',
  title: 'requests on the bare connection',
  rules: [
    ...WIRE_ROWS.map((row) => wireRule(row, {})),
    ...SLOW_ROWS.map((row) => wireRule(row, { lack: 'a server that waits only for a moment' })),
  ],
};

const everySection: RuleSection = {
  name: 'every-answer',
  title: 'every answer',
  rules: EVERY_ANSWER.map(({ id, rule, source }) => ({
    id,
    section: 'every-answer',
    rule,
    source,
    versions: API_VERSIONS,
    isExtension: false,
    check: { kind: 'every answer' },
  })),
};

export const RULE_SECTIONS: readonly RuleSection[] = [...tableSections, wireSection, everySection];

function wireRule(row: WireRow, lack: { readonly lack?: string }): ConformanceRule {
  return {
    id: row.id,
    section: 'wire',
    rule: row.rule,
    source: describeSource(WIRE_SOURCE, row),
    versions: API_VERSIONS,
    isExtension: false,
    check: { kind: 'wire', row, ...lack },
  };
}

/** The section's source, then what the row's own operations, refusals and facts rest on. */
function describeSource(
  source: string,
  { covers = {}, cites = [] }: { readonly covers?: Covers; readonly cites?: readonly string[] },
): string {
  const operations = OPERATIONS.filter(({ id }) => covers.operations?.includes(id)).map((row) =>
    describePage(row.source),
  );
  const errors = (covers.errors ?? []).map((name) => `refusal ${ERRORS[name].code}: ${ERRORS[name].source}`);
  const facts = cites.map((name) => `${name}: ${FACTS[name]}`);
  return [source, ...new Set([...operations, ...errors, ...facts])].join('; ');
}

function describePage(source: string): string {
  return source.startsWith('api/') ? `reference page ${source.slice('api/'.length)}` : source;
}

/** Those that one of the words names: a section, or a rule by its id. */
export function selectRules(only: readonly string[]): readonly ConformanceRule[] {
  const all = RULE_SECTIONS.flatMap(({ rules }) => rules);
  return only.length === 0 ? all : all.filter(({ id, section }) => only.includes(id) || only.includes(section));
}

/** The words that name neither a section nor a rule. */
export function findUnknownRules(only: readonly string[]): readonly string[] {
  const known = new Set(RULE_SECTIONS.flatMap(({ name, rules }) => [name, ...rules.map(({ id }) => id)]));
  return only.filter((word) => !known.has(word));
}
