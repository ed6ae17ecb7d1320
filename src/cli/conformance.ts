/** `vivarium conformance`: the rules against a server, and what is said of it. */
import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { readConformanceSeed } from '../app/commands/conformance-seed.ts';
import type { Settings } from '../config/settings.ts';
import { formatJunit } from '../conformance/junit.ts';
import { countResults, describeBadge, describeResult, formatRun, summariseRun } from '../conformance/report.ts';
import { findUnknownRules, selectRules } from '../conformance/rules.ts';
import type { ConformanceRule } from '../conformance/rules.ts';
import { runRules } from '../conformance/session.ts';
import type { RuleResult } from '../conformance/session.ts';
import { StartError } from '../lib/start-error.ts';
import { findSimilar } from '../lib/suggest.ts';
import type { ApiVersion } from '../model/versions.ts';
import { versionsOf } from './conformance-input.ts';
import type { ConformanceInput } from './conformance-input.ts';
import { openConformance } from './open-conformance.ts';
import { findConformanceTarget } from './conformance-target.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { SERVE_STOP_SIGNALS } from './stop-signals.ts';

/** Gives the exit code. @throws UnreachableError when there is no such server */
export async function checkConformance(
  input: ConformanceInput,
  settings: Settings,
  fail: (message: string) => never,
): Promise<number> {
  const rules = chooseRules(input, fail);
  const versions = versionsOf(input);
  if (input.list === true) return listRules(rules, settings);
  const target = findConformanceTarget(input, settings);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  // The first one ends the run in order; a second one finds no listener and ends the process.
  for (const signal of SERVE_STOP_SIGNALS) process.once(signal, onSignal);
  await using opened = await openConformance({ input, settings, target, seed: readConformanceSeed() });
  const results: RuleResult[] = [];
  let left: readonly string[] = [];
  try {
    const parts = { ...opened, findRoot: target.findRoot, settings: input.with ?? {}, signal: stop.signal };
    for await (const result of runRules(rules, versions, parts)) results.push(result);
  } finally {
    left = await opened.ground.close();
    for (const signal of SERVE_STOP_SIGNALS) process.off(signal, onSignal);
  }
  const run: FinishedRun = { target: target.baseUrl, versions, results, left, isStopped: stop.signal.aborted };
  writeReports(input, run);
  print(run, input, settings);
  const { passed, failed } = countResults(results);
  const isSound = failed === 0 && passed > 0 && left.length === 0 && !run.isStopped;
  return isSound ? EXIT_CODES.ok : EXIT_CODES.failure;
}

function chooseRules({ only = [] }: ConformanceInput, fail: (message: string) => never): readonly ConformanceRule[] {
  const [unknown] = findUnknownRules(only);
  if (unknown === undefined) return selectRules(only);
  const sections = [...new Set(selectRules([]).map(({ section }) => section))];
  const similar = findSimilar(unknown, sections);
  return fail(
    `--only ${unknown} names neither a section nor a rule${similar === undefined ? `; sections: ${sections.join(', ')}` : ` (Did you mean ${similar}?)`}`,
  );
}

function listRules(rules: readonly ConformanceRule[], { output }: Settings): number {
  const listed = rules.map(({ id, section, rule, source, versions }) => ({ id, section, versions, rule, source }));
  if (output === 'json') console.log(JSON.stringify({ rules: listed }));
  else for (const { id, section, rule, source } of listed) console.log(`${section}  ${id}: ${rule}\n    ${source}`);
  return EXIT_CODES.ok;
}

interface FinishedRun {
  readonly target: string;
  readonly versions: readonly ApiVersion[];
  readonly results: readonly RuleResult[];
  /** URLs of what the run has made and could not remove. */
  readonly left: readonly string[];
  /** By a signal. */
  readonly isStopped: boolean;
}

function print(run: FinishedRun, { summary = false }: ConformanceInput, { output }: Settings): void {
  const { results, versions } = run;
  if (output === 'json') console.log(JSON.stringify(summary ? describeBadge(results) : describeRun(run)));
  else if (summary) console.log(summariseRun(results, versions));
  else for (const line of formatText(run)) console.log(line);
}

function formatText({ target, versions, results, left, isStopped }: FinishedRun): readonly string[] {
  return [
    ...formatRun(results),
    ...left.map((url) => `Still at the target, as its removal was refused: ${url}`),
    ...(isStopped ? ['Stopped: the rules that followed were not checked.'] : []),
    ...(countResults(results).passed + countResults(results).failed === 0 ? ['No rule could be checked.'] : []),
    `${target}, ${summariseRun(results, versions)}.`,
  ];
}

function describeRun({ target, versions, results, left, isStopped }: FinishedRun): object {
  return { target, versions, ...countResults(results), isStopped, left, rules: results.map(describeResult) };
}

function writeReports({ report: files = [], badge }: ConformanceInput, run: FinishedRun): void {
  const { results, target } = run;
  for (const file of files) {
    const ending = extname(file).toLowerCase();
    if (ending === '.xml') write(file, formatJunit(results, target));
    else if (ending === '.json') write(file, `${JSON.stringify(describeRun(run), null, 2)}\n`);
    else write(file, `${formatText(run).join('\n')}\n`);
  }
  if (badge !== undefined) write(badge, `${JSON.stringify(describeBadge(results))}\n`);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(`${file} cannot be written (${code}).`, { hint: 'Name another file.', cause });
  }
}
