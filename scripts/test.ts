// What decides whether a change can go in, then one line that says how it went: everything, or with `check` what answers
// within a minute or two while one works. Checks and clients run beside the tests, which leave cores idle now and then.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names of scripts of package.json, each of which counts as one check, and projects of vitest.config.ts. */
const RUNS = {
  check: { checks: ['types', 'types:site', 'lint'], projects: ['unit', 'server'], hasClients: false },
  test: {
    checks: ['format:check', 'lint', 'lint:openapi', 'types', 'types:site', 'house', 'unused', 'docs:check'],
    projects: ['system', 'postgres', 'server', 'unit'],
    hasClients: true,
  },
} as const;

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

const { checks, projects, hasClients } = RUNS[process.argv[2] === 'check' ? 'check' : 'test'];
const tallies = await Promise.all([runTests(), runBeside()]);
const passed = sum(tallies.map((tally) => tally.passed));
const failed = sum(tallies.map((tally) => tally.failed));
const skipped = sum(tallies.map((tally) => tally.skipped));
if (skipped > 0) console.log('\nA skipped test proves nothing: the run fails.');
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed + skipped > 0 ? 1 : 0;

async function runBeside(): Promise<Tally> {
  let failures = 0;
  for (const check of checks) {
    const { exitCode, output } = await runScript(check);
    console.log(exitCode === 0 ? `\npassed ${check}` : `\nFAILED ${check}\n${output}`);
    if (exitCode !== 0) failures += 1;
  }
  const clients = hasClients ? await runAcceptance() : { passed: 0, failed: 0 };
  return {
    passed: checks.length - failures + clients.passed,
    failed: failures + clients.failed,
    skipped: 0,
  };
}

async function runTests(): Promise<Tally> {
  const directory = await mkdtemp(join(tmpdir(), 'vivarium-test-'));
  try {
    const reportFile = join(directory, 'report.json');
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${reportFile}`];
    const chosen = projects.map((project) => `--project=${project}`);
    const { exitCode } = await runScript('test:files', { args: [...chosen, ...reporters], isShown: true });
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
  console.log(`\nFAILED tests: ${problem}`);
  return 1;
}

/** The clients, by the line that their suite closes with. Their cases are shown when one of them fails. */
async function runAcceptance(): Promise<Pick<Tally, 'passed' | 'failed'>> {
  const { exitCode, output } = await runScript('acceptance');
  const [, passed = '0', failed = '0'] = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1) ?? [];
  console.log(exitCode === 0 ? `\npassed acceptance: ${passed} cases` : `\nFAILED acceptance\n${output}`);
  // A run that broke off counts as one failure, whatever it had counted by then.
  return { passed: Number(passed), failed: exitCode === 0 ? 0 : Math.max(1, Number(failed)) };
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
