/**
 * Plants the faults of planted-fault-list.ts, one at a time, in a copy of the working tree, and runs the test that has to
 * fail with each. Arguments are parts of names: only faults with one of them are planted.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PLANTED_FAULTS } from './planted-fault-list.ts';
import type { PlantedFault } from './planted-fault-list.ts';

const ROOT = join(import.meta.dirname, '..');
/** A fault may keep a test from ever ending. */
const MAX_RUN_MS = 600_000;

/** Unclear: the test does not pass without the fault, or does not run with it. */
type Outcome = 'killed' | 'SURVIVED' | 'UNCLEAR';

const parts = process.argv.slice(2);
const faults = PLANTED_FAULTS.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
const problems = faults.length === 0 ? ['No fault has such a name.'] : faults.flatMap(findProblems);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? await plantAll() : 2;

function findProblems({ name, file, find, replacement, test }: PlantedFault): readonly string[] {
  const text = existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : '';
  const count = text.split(find).length - 1;
  return [
    ...(count === 1 ? [] : [`${name}: ${file} must have this text once, and has it ${count} times: ${find}`]),
    ...(find === replacement ? [`${name}: the replacement changes nothing.`] : []),
    ...(existsSync(join(ROOT, test)) ? [] : [`${name}: ${test} does not exist.`]),
  ];
}

/** Gives the exit code: 0 when every test passes without its fault and fails with it. */
async function plantAll(): Promise<number> {
  const copy = mkdtempSync(join(tmpdir(), 'vivarium-faults-'));
  try {
    copyTree(copy);
    const outcomes: Outcome[] = [];
    const knownToPass = new Set<string>();
    for (const fault of faults) {
      const choice = `${fault.test} ${fault.title ?? ''}`;
      const isSound = knownToPass.has(choice) || (await passes(copy, fault));
      if (isSound) knownToPass.add(choice);
      const outcome = isSound ? await plant(copy, fault) : 'UNCLEAR';
      outcomes.push(outcome);
      console.log(`${outcome} ${fault.name}`);
    }
    const count = (outcome: Outcome) => outcomes.filter((one) => one === outcome).length;
    console.log(`\n${count('killed')} killed, ${count('SURVIVED')} survived, ${count('UNCLEAR')} unclear`);
    return count('killed') === outcomes.length ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** What git has or would take, as it is in the working tree. */
function copyTree(copy: string): void {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
  const files = list.toString().split('\0');
  for (const file of files) if (file !== '' && existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(copy, file));
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
}

async function passes(copy: string, fault: PlantedFault): Promise<boolean> {
  const { passed, failed } = await runTests(copy, fault);
  return passed.length > 0 && failed.length === 0;
}

async function plant(copy: string, fault: PlantedFault): Promise<Outcome> {
  const path = join(copy, fault.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(fault.find, () => fault.replacement),
  );
  try {
    const { passed, failed } = await runTests(copy, fault);
    if (failed.length > 0) return 'killed';
    return passed.length > 0 ? 'SURVIVED' : 'UNCLEAR';
  } finally {
    writeFileSync(path, text);
  }
}

interface Results {
  /** Names of tests. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** The part of Vitest's JSON report that is read. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

async function runTests(copy: string, { test, title }: PlantedFault): Promise<Results> {
  const reportFile = join(copy, 'report.json');
  rmSync(reportFile, { force: true });
  const titles = title === undefined ? [] : ['-t', RegExp.escape(title)];
  const isOnPostgres = test.startsWith('test/postgres/') || title?.includes('postgres') === true;
  const projects = ['--project', isOnPostgres ? 'postgres' : '!postgres'];
  const args = ['run', test, ...projects, ...titles, '--reporter=json', `--outputFile.json=${reportFile}`];
  await new Promise<void>((resolve, reject) => {
    const program = join(copy, 'node_modules', 'vitest', 'vitest.mjs');
    const child = spawn(process.execPath, [program, ...args], { cwd: copy, stdio: 'ignore', timeout: MAX_RUN_MS });
    child.on('error', reject);
    child.on('close', () => resolve());
  });
  const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, 'utf8')) as Report) : undefined;
  const results = report?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? [];
  const namesOf = (status: string) => results.filter((one) => one.status === status).map(({ fullName }) => fullName);
  return { passed: namesOf('passed'), failed: namesOf('failed') };
}
