// The one test command: every check of the project, the tests, real clients, then one line that says how it went.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Scripts of package.json; each counts as one check. */
const CHECKS = ['format:check', 'lint', 'lint:openapi', 'types', 'house', 'unused', 'docs:check'];
const CHECKS_AT_A_TIME = 2;

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of Vitest's JSON report that is counted. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const tallies = [await runChecks(), await runTests(), await runAcceptance()];
const passed = sum(tallies.map((tally) => tally.passed));
const failed = sum(tallies.map((tally) => tally.failed));
const skipped = sum(tallies.map((tally) => tally.skipped));
if (skipped > 0) console.log('\nA skipped test proves nothing: the run fails.');
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed + skipped > 0 ? 1 : 0;

async function runChecks(): Promise<Tally> {
  const waiting = [...CHECKS];
  let failures = 0;
  const lane = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { exitCode, output } = await runScript(check);
      console.log(exitCode === 0 ? `passed ${check}` : `FAILED ${check}\n${output}`);
      if (exitCode !== 0) failures += 1;
    }
  };
  await Promise.all(Array.from({ length: CHECKS_AT_A_TIME }, lane));
  return { passed: CHECKS.length - failures, failed: failures, skipped: 0 };
}

async function runTests(): Promise<Tally> {
  const directory = await mkdtemp(join(tmpdir(), 'vivarium-test-'));
  try {
    const reportFile = join(directory, 'report.json');
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${reportFile}`];
    const { exitCode } = await runScript('unit', { args: reporters, isShown: true });
    return countTests(exitCode, await readReport(reportFile));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Counts tests, and what goes wrong beside them: a file that does not load, a crash, an error nobody caught, no tests. */
function countTests(exitCode: number, report: Report | undefined): Tally {
  if (report === undefined) return { passed: 0, failed: complain('Vitest left no report.'), skipped: 0 };
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((result) => result.status !== 'failed'),
  ).length;
  const counted: Tally = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  if (counted.passed + counted.failed === 0) return { ...counted, failed: complain('No test ran.') };
  if (counted.failed === 0 && exitCode !== 0) return { ...counted, failed: complain(`Vitest ended with ${exitCode}.`) };
  return counted;
}

/** Says what is wrong and counts it as one failure. */
function complain(problem: string): number {
  console.log(`\nFAILED unit: ${problem}`);
  return 1;
}

/** The clients, by the line that their suite closes with. Their cases are shown when one of them fails. */
async function runAcceptance(): Promise<Tally> {
  const { exitCode, output } = await runScript('acceptance');
  const [, passed = '0', failed = '0'] = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1) ?? [];
  console.log(exitCode === 0 ? `\npassed acceptance: ${passed} cases` : `\nFAILED acceptance\n${output}`);
  // A run that broke off counts as one failure, whatever it had counted by then.
  return { passed: Number(passed), failed: exitCode === 0 ? 0 : Math.max(1, Number(failed)), skipped: 0 };
}

/** Gives undefined when Vitest did not live to write its report. */
async function readReport(file: string): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

function runScript(
  script: string,
  { args = [], isShown = false }: { readonly args?: readonly string[]; readonly isShown?: boolean } = {},
): Promise<{ readonly exitCode: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--run', script, '--', ...args], {
      stdio: isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
