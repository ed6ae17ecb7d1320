/** Which operations, refusals, switches and facts the tables reach. Computed from the tables, not from a run. */
import { describe, expect, test } from 'vitest';

import { BEHAVIOUR_SWITCHES } from '../../src/model/behaviour.ts';
import { ERRORS } from '../../src/model/errors.ts';
import { OPERATIONS } from '../../src/model/operations.ts';
import { FACTS, UNSEEN } from '../../src/conformance/facts.ts';
import type { Covers } from '../../src/conformance/row.ts';
import { RULE_TABLES } from '../../src/conformance/tables/all.ts';
import { CELLS } from '../../src/conformance/tables/permissions.ts';
import { SLOW_ROWS, WIRE_ROWS } from '../../src/conformance/wire.ts';

const CASES = 112;
/** `ingestion.test.ts`: a script, and no table. */
const CASES_ELSEWHERE = ['112'];

/** `subscriptions.test.ts`: with an endpoint; `database-trouble.test.ts`: behind a proxy that breaks connections. */
const ERRORS_ELSEWHERE = ['subscriptionEndpointInvalid', 'writeInDoubt'];

/** `subscriptions.test.ts`: with an endpoint that answers. */
const OPERATIONS_ELSEWHERE = [
  'createSubscription',
  'getSubscription',
  'updateSubscription',
  'deleteSubscription',
  'reauthorizeSubscription',
];

interface Claim {
  readonly id: string;
  readonly covers?: Covers;
}

const rows = RULE_TABLES.flatMap((table) => table.rows);
const claims: readonly Claim[] = [...rows, ...WIRE_ROWS, ...SLOW_ROWS];

/** The ids of the rows that reach each name. */
function reach(
  names: readonly string[],
  find: (claim: Claim) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(names.map((name) => [name, claims.filter((claim) => find(claim).includes(name)).map(({ id }) => id)]));
}

/** One line with the sum, and one for each name with the first of its rows. */
function print(what: string, reached: ReadonlyMap<string, readonly string[]>): void {
  const covered = [...reached].filter(([, ids]) => ids.length > 0);
  const lines = [...reached].map(([name, ids]) => `  ${name}: ${[...new Set(ids)].slice(0, 8).join(', ') || 'NONE'}`);
  process.stdout.write(`\n${what} covered ${covered.length} / ${reached.size}\n${lines.join('\n')}\n`);
}

function missing(reached: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...reached].filter(([, ids]) => ids.length === 0).map(([name]) => name);
}

test('every operation has a row in which it succeeds', () => {
  const operations = OPERATIONS.map(({ id }) => id);
  const reached = reach(operations, ({ covers }) => covers?.operations ?? []);
  print('operations', reached);
  expect(missing(reached)).toEqual(OPERATIONS_ELSEWHERE);
});

test('every operation has its permissions', () => {
  expect(new Set(CELLS.map(({ operation }) => operation))).toEqual(new Set(OPERATIONS.map(({ id }) => id)));
});

test('every refusal of the catalogue has a row that meets it', () => {
  const reached = reach(Object.keys(ERRORS), ({ covers }) => covers?.errors ?? []);
  print('errors', reached);
  expect(missing(reached)).toEqual(ERRORS_ELSEWHERE);
});

test('every switch of the behaviour is turned by a row', () => {
  const names = Object.keys(BEHAVIOUR_SWITCHES) as (keyof typeof BEHAVIOUR_SWITCHES)[];
  const turned = names.filter((name) =>
    rows.some(({ settings = {} }) => name in settings && settings[name] !== BEHAVIOUR_SWITCHES[name].default),
  );
  expect(turned).toEqual(names);
});

describe('every case of the specification', () => {
  test('has a row', () => {
    const numbers = new Set(rows.map(({ id }) => /^\d+/.exec(id)?.[0]).concat(CASES_ELSEWHERE));
    const cases = Array.from({ length: CASES }, (_, index) => String(index + 1));
    expect(cases.filter((number) => !numbers.has(number))).toEqual([]);
  });
});

describe('facts', () => {
  const cited = new Set(rows.flatMap(({ cites = [] }) => cites));

  test('are shown by a row, or have a reason why none can', () => {
    expect(Object.keys(FACTS).filter((name) => !cited.has(name))).toEqual(Object.keys(UNSEEN));
  });

  test('are cited by their names', () => {
    expect([...cited].filter((name) => !(name in FACTS))).toEqual([]);
  });
});

test('a row has an id of its own, but for rows that differ by version', () => {
  const ids = [...rows, ...WIRE_ROWS, ...SLOW_ROWS].map(
    (row) => `${row.id} ${'versions' in row ? row.versions?.join() : ''}`,
  );
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});
