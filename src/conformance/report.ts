/** The results of a run, as lines for people and as JSON. */
import { describeValue } from './match.ts';
import { RULE_SECTIONS } from './rules.ts';
import type { RuleBreak } from './place.ts';
import type { RuleProblem, RuleResult } from './session.ts';

export interface RunCounts {
  readonly passed: number;
  readonly failed: number;
  readonly leftOut: number;
}

export function countResults(results: readonly RuleResult[]): RunCounts {
  const count = (kind: RuleResult['outcome']['kind']): number =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  return { passed: count('passed'), failed: count('failed'), leftOut: count('left out') };
}

/** One line: how many rules hold, of those that were checked. */
export function summariseRun(results: readonly RuleResult[], versions: readonly string[]): string {
  const { passed, failed, leftOut } = countResults(results);
  const checked = passed + failed;
  const rest = leftOut === 0 ? '' : `, ${leftOut} left out`;
  return `${versions.join(' and ')}: ${passed} of ${checked} rules passed${rest}`;
}

/** What https://shields.io/badges/endpoint-badge draws a badge from. */
export function describeBadge(results: readonly RuleResult[]): object {
  const { passed, failed } = countResults(results);
  const color = failed > 0 ? 'red' : passed > 0 ? 'brightgreen' : 'lightgrey';
  return { schemaVersion: 1, label: 'Viva Learning API', message: `${passed}/${passed + failed} rules`, color };
}

/** Grouped by section: the failures in full, what was left out by its reason. */
export function formatRun(results: readonly RuleResult[]): readonly string[] {
  return RULE_SECTIONS.flatMap(({ name, title }) => {
    const own = results.filter(({ rule }) => rule.section === name);
    if (own.length === 0) return [];
    const { passed, failed, leftOut } = countResults(own);
    const counts = [
      `${passed} passed`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(leftOut > 0 ? [`${leftOut} left out`] : []),
    ];
    const head = `${title} (${name}): ${counts.join(', ')}`;
    return [head, ...own.flatMap(formatFailure), ...formatLeftOut(own)];
  });
}

function formatFailure({ rule, version, outcome }: RuleResult): readonly string[] {
  if (outcome.kind !== 'failed') return [];
  const lines = [`FAILED  ${rule.id} in ${version}: ${rule.rule}`, ...formatProblem(outcome.problem)];
  return [...lines, `  source    ${rule.source}`].map((line) => `  ${line}`);
}

function formatProblem(problem: RuleProblem): readonly string[] {
  if (problem.kind === 'trouble') return [`  trouble   ${problem.text}`];
  const { request, answer, path, expected, got } = describeBreak(problem.broken);
  const { method, url, headers, body } = request;
  return [
    `  request   ${method} ${url}`,
    ...Object.entries(headers).map(([name, value]) => `            ${name}: ${value}`),
    ...(body === undefined ? [] : [`            ${body}`]),
    `  expected  ${path}: ${expected}`,
    `  got       ${path}: ${got}`,
    `  answer    ${answer.status} ${answer.text}`,
  ];
}

/** The rules of a reason in one line. */
function formatLeftOut(results: readonly RuleResult[]): readonly string[] {
  const byReason = new Map<string, Set<string>>();
  for (const { rule, outcome } of results) {
    if (outcome.kind !== 'left out') continue;
    byReason.set(outcome.reason, (byReason.get(outcome.reason) ?? new Set()).add(rule.id));
  }
  return [...byReason].map(([reason, ids]) => `  left out: ${[...ids].join(', ')}: needs ${reason}`);
}

/** For programs; the order of its members is an interface. */
export function describeResult({ rule, version, outcome, durationMs }: RuleResult): object {
  const { id, section, source } = rule;
  const result = { id, section, version, outcome: outcome.kind, rule: rule.rule, source };
  const spent = { durationMs: Math.round(durationMs) };
  if (outcome.kind === 'left out') return { ...result, needs: outcome.reason, ...spent };
  if (outcome.kind === 'passed') return { ...result, ...spent };
  const { problem } = outcome;
  return {
    ...result,
    ...(problem.kind === 'trouble' ? { trouble: problem.text } : describeBreak(problem.broken)),
    ...spent,
  };
}

interface DescribedBreak extends Pick<RuleBreak, 'path' | 'expected' | 'got'> {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | undefined;
  };
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly text: string;
  };
}

/** Without what opens anything: tokens, secrets and passwords. */
function describeBreak({ call, answer, path, expected, got }: RuleBreak): DescribedBreak {
  const { method, url, headers, body } = call;
  const sent = typeof body === 'string' || body === undefined ? body : `${body.length} bytes`;
  return {
    request: { method, url, headers: redactHeaders(headers), body: sent && cut(redact(sent)) },
    path,
    expected: redact(expected),
    got: redact(got),
    answer: { status: answer.status, headers: answer.headers, text: cut(redact(answer.text)) },
  };
}

const MAX_PRINTED = 2000;

function cut(text: string): string {
  return text.length > MAX_PRINTED ? `${text.slice(0, MAX_PRINTED)}…` : text;
}

/** Flawed headers of rows are not secret, but who reads a report cannot tell. */
function redactHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      name.toLowerCase() === 'authorization' ? REDACTED : redact(value),
    ]),
  );
}

const REDACTED = '<redacted>';

function redact(text: string): string {
  return text
    .replaceAll(/("(?:secretText|password|client_secret|access_token)"\s*:\s*")[^"]*/g, `$1${REDACTED}`)
    .replaceAll(/\b(Bearer )[\w-]+\.[\w-]+\.[\w-]*/gi, `$1${REDACTED}`);
}

/** For a message: the first problem, in a line. */
export function describeProblem(problem: RuleProblem): string {
  if (problem.kind === 'trouble') return problem.text;
  const { path, expected, got } = describeBreak(problem.broken);
  return `${path}: expected ${expected}, got ${describeValue(got)}`;
}
