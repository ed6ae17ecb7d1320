import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult, IViolation } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { afterAll, beforeAll, expect, test } from 'vitest';

// A rule that matches nothing looks like a rule that is kept. So a tree is planted in which every rule is broken once.

const root = join(import.meta.dirname, '..', '..');
const ruleFile = join(root, '.dependency-cruiser.cjs');

/** One file each: the rule that must catch it, where it stands, and the line it consists of. */
const planted: readonly (readonly [rule: string, file: string, line: string])[] = [
  ['no-cycles', 'src/model/first.ts', "import type { Second } from './second.ts';\nexport type First = Second | 1;"],
  ['no-cycles', 'src/model/second.ts', "import type { First } from './first.ts';\nexport type Second = First | 2;"],
  ['everything-resolves', 'src/lib/lost.ts', "import './nowhere.ts';"],
  ['lib-knows-its-rooms', 'src/lib/planted.ts', "import '../model/value.ts';"],
  ['config-knows-its-rooms', 'src/config/planted.ts', "import '../odata/value.ts';"],
  ['model-knows-its-rooms', 'src/model/planted.ts', "import type { Value } from '../odata/value.ts';"],
  ['odata-knows-its-rooms', 'src/odata/planted.ts', "import '../auth/value.ts';"],
  ['contract-knows-its-rooms', 'src/contract/planted.ts', "import '../graph/value.ts';"],
  ['auth-knows-its-rooms', 'src/auth/planted.ts', "import '../store/value.ts';"],
  ['telemetry-knows-its-rooms', 'src/telemetry/planted.ts', "import '../model/value.ts';"],
  ['sync-knows-its-rooms', 'src/sync/planted.ts', "import '../server/value.ts';"],
  ['sync-takes-types-only', 'src/sync/values.ts', "import { value } from '../store/value.ts';"],
  ['telemetry-takes-types-only', 'src/telemetry/values.ts', "import { value } from '../store/value.ts';"],
  ['issuer-knows-its-rooms', 'src/issuer/planted.ts', "import '../store/value.ts';"],
  ['store-knows-its-rooms', 'src/store/planted.ts', "import '../graph/value.ts';"],
  ['store-takes-types-only', 'src/store/values.ts', "import { value } from '../odata/value.ts';"],
  ['directory-knows-its-rooms', 'src/directory/planted.ts', "import '../graph/value.ts';"],
  ['directory-takes-types-only', 'src/directory/values.ts', "import { value } from '../store/value.ts';"],
  ['scim-knows-its-rooms', 'src/scim/planted.ts', "import '../server/value.ts';"],
  ['scim-takes-types-only', 'src/scim/values.ts', "import { value } from '../store/value.ts';"],
  ['graph-knows-its-rooms', 'src/graph/planted.ts', "import type { Value } from '../sandbox/value.ts';"],
  ['graph-takes-types-only', 'src/graph/values.ts', "import { value } from '../store/value.ts';"],
  ['control-knows-its-rooms', 'src/control/planted.ts', "import '../server/value.ts';"],
  ['admin-knows-its-rooms', 'src/admin/planted.ts', "import '../server/value.ts';"],
  ['admin-takes-types-only', 'src/admin/values.ts', "import { value } from '../config/value.ts';"],
  ['server-knows-its-rooms', 'src/server/planted.ts', "import type { Value } from '../store/value.ts';"],
  ['server-knows-its-rooms', 'src/server/beside.ts', "import type { Value } from '../sandbox/value.ts';"],
  ['server-takes-types-only', 'src/server/values.ts', "import { value } from '../control/value.ts';"],
  ['seed-knows-its-rooms', 'src/seed/planted.ts', "import '../graph/value.ts';"],
  ['seed-takes-types-only', 'src/seed/values.ts', "import { value } from '../store/value.ts';"],
  ['outward-knows-its-rooms', 'src/outward/planted.ts', "import '../graph/value.ts';"],
  ['outward-takes-types-only', 'src/outward/values.ts', "import { value } from '../store/value.ts';"],
  ['record-knows-its-rooms', 'src/record/planted.ts', "import '../server/value.ts';"],
  ['record-takes-types-only', 'src/record/planted-store.ts', "import { value } from '../store/value.ts';"],
  ['sandbox-knows-its-rooms', 'src/sandbox/planted.ts', "import '../auth/value.ts';"],
  ['sandbox-takes-types-only', 'src/sandbox/values.ts', "export { value } from '../server/value.ts';"],
  ['notifications-knows-its-rooms', 'src/notifications/planted.ts', "import '../server/value.ts';"],
  ['notifications-takes-types-only', 'src/notifications/values.ts', "await import('../store/value.ts');"],
  ['bulk-knows-its-rooms', 'src/bulk/planted.ts', "import '../server/value.ts';"],
  ['bulk-takes-types-only', 'src/bulk/values.ts', "import { value } from '../store/value.ts';"],
  ['forward-proxy-knows-its-rooms', 'src/forward-proxy/planted.ts', "import '../server/value.ts';"],
  ['conformance-knows-its-rooms', 'src/conformance/planted.ts', "import '../cli/value.ts';"],
  ['conformance-takes-types-only', 'src/conformance/values.ts', "import { value } from '../seed/value.ts';"],
  ['cli-knows-its-rooms', 'src/cli/planted.ts', "import '../store/value.ts';"],
  ['unknown-rooms-import-nothing', 'src/attic/planted.ts', "import '../lib/value.ts';"],
  ['main-starts-the-cli', 'src/main.ts', "import './lib/value.ts';"],
  ['library-knows-its-rooms', 'src/library/planted.ts', "import '../store/value.ts';"],
  ['package-opens-the-library', 'src/index.ts', "import './lib/value.ts';"],
  ['app-is-below-its-users', 'src/app.ts', "import './cli/value.ts';"],
  ['app-is-for-its-users', 'src/server/app.ts', "import type { Value } from '../app.ts';"],
  ['app-is-for-its-users', 'src/server/command.ts', "import '../app/commands/value.ts';"],
  ['app-has-its-doors', 'src/cli/inner.ts', "import { Value } from '../app/value.ts';"],
  ['src-stands-alone', 'src/lib/test.ts', "import '../../test/value.ts';"],
  ['src-has-its-packages', 'src/lib/vitest.ts', "import 'vitest';"],
  ['clients-stand-outside', 'acceptance/planted.ts', "import type { Value } from '../src/lib/value.ts';"],
  ['node-sqlite-has-one-room', 'src/store/sql.ts', "import { DatabaseSync } from 'node:sqlite';"],
  ['undici-has-one-room', 'src/auth/undici.ts', "import 'undici';"],
  ['csv-parse-has-one-room', 'src/cli/csv.ts', "import 'csv-parse/sync';"],
  ['luxon-has-one-room', 'src/odata/luxon.ts', "import { DateTime } from 'luxon';"],
  ['pg-has-one-room', 'src/store/pool.ts', "import type { Pool } from 'pg';"],
  ['umzug-has-one-room', 'src/cli/umzug.ts', "import 'umzug';"],
  ['fastify-has-one-room', 'src/graph/fastify.ts', "import type { FastifyRequest } from 'fastify';"],
  ['jose-has-one-room', 'src/server/jose.ts', "import 'jose';"],
  ['x509-has-one-room', 'src/auth/x509.ts', "import '@peculiar/x509';"],
  ['pino-has-one-room', 'src/server/pino.ts', "import type { Logger } from 'pino';"],
  ['opentelemetry-has-one-room', 'src/server/traces.ts', "import '@opentelemetry/api';"],
  ['prom-client-has-one-room', 'src/server/metrics.ts', "import { Counter } from 'prom-client';"],
  ['commander-has-one-room', 'src/config/commander.ts', "import 'commander';"],
  ['saxes-has-one-room', 'src/odata/saxes.ts', "import { SaxesParser } from 'saxes';"],
  ['proxy-chain-has-one-room', 'src/server/proxy-chain.ts', "import 'proxy-chain';"],
  ['mcp-has-one-room', 'src/cli/planted-mcp.ts', "import type { McpServer } from '@modelcontextprotocol/server';"],
  ['yaml-has-one-room', 'src/server/yaml.ts', "import 'yaml';"],
];

/** What the rules must let pass. */
const allowed: readonly (readonly [file: string, line: string])[] = [
  ['src/config/allowed.ts', "import { value } from '../model/value.ts';\nimport 'yaml';"],
  ['src/app/commands/allowed.ts', "import '../value.ts';\nimport '../../store/value.ts';"],
  ['src/app/allowed.ts', "import { value } from '../store/value.ts';\nimport '../server/value.ts';"],
  [
    'src/cli/allowed.ts',
    "import { value } from '../app.ts';\nimport '../app/commands/value.ts';\nimport '../library/value.ts';\nimport '../contract/value.ts';\nimport 'commander';",
  ],
  ['src/library/allowed.ts', "import { value } from '../app.ts';\nimport '../config/value.ts';"],
  ['src/testing.ts', "import './library/value.ts';\nimport './index.ts';"],
  ['src/server/allowed.ts', "import type { Value } from '../control/value.ts';\nimport fastify from 'fastify';"],
  ['src/graph/allowed.ts', "import type { Value } from '../store/value.ts';\nimport '../odata/value.ts';"],
  [
    'src/store/allowed.ts',
    "import type { Value } from '../odata/value.ts';\nexport type { Value as V } from '../odata/value.ts';",
  ],
  ['src/store/sqlite.ts', "import { DatabaseSync } from 'node:sqlite';"],
  ['src/lib/allowed.test.ts', "import { value } from './value.ts';\nimport { test } from 'vitest';"],
  ['test/allowed.ts', "import '../src/app.ts';\nimport '../src/store/value.ts';"],
];

/** What the lines above import; a room's `value.ts` stands in every directory of src. */
const VALUE = 'export const value = 1;\nexport type Value = typeof value;\n';

let tree: string;
let rules: readonly string[];
let violations: readonly IViolation[];

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'import-rules-'));
  await plant(tree);
  const options = await extractDepcruiseOptions(ruleFile);
  rules = (options.ruleSet?.forbidden ?? []).map(({ name = 'a rule without a name' }) => name);
  const { output } = await cruise(['src', 'test', 'acceptance'], { ...options, baseDir: tree });
  violations = (output as ICruiseResult).summary.violations;
});

afterAll(() => rm(tree, { recursive: true, force: true }));

test('every rule has a planted violation', () => {
  expect([...new Set(planted.map(([rule]) => rule))].toSorted()).toEqual(rules.toSorted());
});

test.each(planted)('%s catches %s', (rule, file) => {
  const caught = violations.filter((found) => found.rule.name === rule);
  expect(caught.flatMap(({ from, cycle = [] }) => [from, ...cycle.map(({ name }) => name)])).toContain(file);
});

test.each(allowed)('%s breaks no rule', (file) => {
  expect(violations.filter(({ from }) => from === file)).toEqual([]);
});

async function plant(directory: string): Promise<void> {
  const files = new Map([...planted.map(([, file, line]) => [file, line] as const), ...allowed]);
  for (const file of [...files.keys(), 'test/value.ts']) files.set(join(dirname(file), 'value.ts'), VALUE);
  files.set('src/app.ts', `${VALUE}${files.get('src/app.ts')}`);
  for (const [file, text] of files) {
    await mkdir(join(directory, dirname(file)), { recursive: true });
    await writeFile(join(directory, file), text);
  }
  await copyFile(join(root, 'package.json'), join(directory, 'package.json'));
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction');
}
