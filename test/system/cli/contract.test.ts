import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkContract, knownDifferencesOf } from '../../../src/contract/check-contract.ts';
import type { SchemaDifference } from '../../../src/contract/compare.ts';
import { readCsdl } from '../../../src/contract/read-csdl.ts';
import type { Facts, SchemaFacts } from '../../../src/contract/schema-facts.ts';
import { API_VERSIONS, BETA, V1 } from '../../../src/model/versions.ts';
import type { ApiVersion } from '../../../src/model/versions.ts';
import { runVivarium } from '../../support/command.ts';
import type { Outcome } from '../../support/command.ts';
import { MUTATIONS, navigation } from '../../support/csdl-mutations.ts';
import type { Change } from '../../support/csdl-mutations.ts';
import { printCsdl } from '../../support/print-csdl.ts';

// What Microsoft publishes: printed by `npm run published -- v1.0-Prod.csdl`.
const golden = readFileSync(join(import.meta.dirname, '..', '..', 'golden', 'published.v1.0.json'), 'utf8');
const v1: SchemaFacts = new Map(Object.entries(JSON.parse(golden) as Record<string, Facts>));

/** The published beta schema has the same learning types, and leads to two more places. */
const beta: SchemaFacts = new Map([
  ...v1,
  ['employeeExperience/goals', navigation('graph.goals')],
  ['employeeExperienceUser/storyline', { ...navigation('graph.storyline'), Nullable: 'false' }],
]);
const published: Readonly<Record<ApiVersion, SchemaFacts>> = { [V1]: v1, [BETA]: beta };

describe.each(API_VERSIONS)('$metadata of %s', (version) => {
  const { differences, known } = checkContract(published[version], version);

  test('differs from the published schema in nothing that has no reason', () => {
    expect(differences).toEqual([]);
  });

  test('differs from the published schema in everything that has a reason', () => {
    const found = new Set(known.map(({ row }) => row));
    expect(knownDifferencesOf(version).filter((row) => !found.has(row))).toEqual([]);
  });
});

test('facts that were printed as CSDL are read as the same facts', () => {
  expect(Object.fromEntries(readCsdl(printCsdl(v1)))).toEqual(Object.fromEntries(v1));
});

function changed(change: Change): SchemaFacts {
  const facts = new Map(v1);
  for (const [subject, values] of Object.entries(change)) {
    if (values === undefined) {
      for (const each of v1.keys()) if (each === subject || each.startsWith(`${subject}/`)) facts.delete(each);
    } else {
      const merged = Object.entries({ ...v1.get(subject), ...values });
      facts.set(
        subject,
        Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== undefined)),
      );
    }
  }
  return facts;
}

test.each(MUTATIONS)('a published schema with %s differs in just that', (_, change, differences) => {
  expect(checkContract(readCsdl(printCsdl(changed(change))), V1).differences).toEqual(differences);
});

describe('vivarium contract diff', () => {
  let directory: string;
  const run = (...args: readonly string[]): Promise<Outcome> =>
    runVivarium(['contract', 'diff', ...args], { directory });
  const write = (file: string, text: string): Promise<void> => writeFile(join(directory, file), text);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vivarium-contract-'));
    await write('v1.0-Prod.csdl', printCsdl(v1));
    await write('Beta-Prod.csdl', printCsdl(beta));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('finds all that a changed schema has different, and nothing else', async () => {
    const change: Record<string, Change[string]> = {};
    for (const [subject, values] of MUTATIONS.flatMap(([, each]) => Object.entries(each))) {
      change[subject] = values && { ...change[subject], ...values };
    }
    await write('changed.csdl', printCsdl(changed(change)));
    const { exitCode, stdout, stderr } = await run('changed.csdl', '--output', 'json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    const { differences, ...rest } = JSON.parse(stdout) as { readonly differences: readonly SchemaDifference[] };
    expect(rest).toEqual({ file: 'changed.csdl', apiVersion: V1 });
    expect(sorted(differences)).toEqual(sorted(MUTATIONS.flatMap(([, , each]) => each)));
  });

  test('prints a line each for a person', async () => {
    const change = {
      'learningContent/title': { MaxLength: '400' },
      'courseStatus/waived': { is: 'Member', Value: '4' },
      'learningProvider/loginWebUrl': undefined,
    };
    await write('three.csdl', printCsdl(changed(change)));
    expect(await run('three.csdl')).toEqual({
      exitCode: 1,
      stdout: [
        'NEW        courseStatus/waived           Member Value="4"',
        'DIFFERENT  learningContent/title         MaxLength: "400" in the file, not set on this server',
        'GONE       learningProvider/loginWebUrl  Property Type="Edm.String"',
        'three.csdl and v1.0 of this server differ in 3 places; known differences: 6 (--all lists them).',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  test('ends with 0 where all differences are known, and lists them when asked', async () => {
    const summary = 'v1.0-Prod.csdl and v1.0 of this server agree; known differences: 6';
    expect(await run('v1.0-Prod.csdl')).toEqual({
      exitCode: 0,
      stdout: `${summary} (--all lists them).\n`,
      stderr: '',
    });
    const { exitCode, stdout } = await run('v1.0-Prod.csdl', '--all');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^KNOWN GONE .+\nKNOWN DIFFERENT .+\n(KNOWN NEW .+\n){4}/);
    expect(stdout).toContain('  Leads to Viva Engage, not to learning.\n');
    expect(stdout).toMatch(new RegExp(`\n${summary}\\.\n$`));
    const { known } = JSON.parse((await run('v1.0-Prod.csdl', '--all', '--output', 'json')).stdout) as {
      readonly known: readonly object[];
    };
    expect(known).toContainEqual({
      kind: 'new',
      subject: 'employeeExperience/roles',
      published: 'NavigationProperty Type="Collection(graph.engagementRole)" ContainsTarget="true"',
      reason: 'Leads to Viva Engage, not to learning.',
    });
  });

  test('takes the version from the name of the file, unless it is given', async () => {
    expect(await run('Beta-Prod.csdl')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('and beta of') });
    const { exitCode, stdout } = await run('Beta-Prod.csdl', '--api-version', V1);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^NEW {2}employeeExperience\/goals .+\nNEW {2}employeeExperienceUser\/storyline .+\n/);
  });

  test.each([
    ['missing.csdl', undefined, 'cannot read missing.csdl (ENOENT)'],
    ['page.html', '<!DOCTYPE html><html><body>Sign in<br></body></html>', 'its root element is <html>'],
    ['schema.json', '{ "$Version": "4.0" }', 'is not well-formed XML: line 1, column'],
    ['cut.csdl', '<edmx:Edmx Version="4.0"\n  xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">\n', 'line 3'],
    ['empty.csdl', '', 'is not well-formed XML: line 1'],
    ['old.xml', '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"/>', 'OData 4'],
    [
      'other.xml',
      '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"/>',
      'has no schema of the namespace microsoft.graph',
    ],
  ])('says what is wrong with %s, and ends with 2', async (file, text, problem) => {
    if (text !== undefined) await write(file, text);
    const { exitCode, stdout, stderr } = await run(file);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^vivarium: .*Name a schema in CSDL XML\. See vivarium contract diff --help\.\n$/);
    expect(stderr).toContain(file);
    expect(stderr).toContain(problem);
  });

  test.each([[[]], [['v1.0-Prod.csdl', '--api-version', 'v2.0']]])('refuses the arguments %j with 2', async (args) => {
    expect(await run(...args)).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

function sorted(differences: readonly SchemaDifference[]): readonly SchemaDifference[] {
  const key = ({ subject, fact = '' }: SchemaDifference): string => `${subject} ${fact}`;
  return differences.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}
