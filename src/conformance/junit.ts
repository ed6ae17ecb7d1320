/** The results of a run in the XML that CI systems read: a suite a section, a test case a rule and version. */
import { describeProblem, formatRun } from './report.ts';
import { RULE_SECTIONS } from './rules.ts';
import type { RuleResult } from './session.ts';

export function formatJunit(results: readonly RuleResult[], target: string): string {
  const suites = RULE_SECTIONS.flatMap(({ name, title }) => {
    const own = results.filter(({ rule }) => rule.section === name);
    return own.length === 0 ? [] : [formatSuite(`${name}: ${title}`, own)];
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escape(`Conformance of ${target}`)}">\n${suites.join('\n')}\n</testsuites>\n`;
}

function formatSuite(name: string, results: readonly RuleResult[]): string {
  const failures = results.filter(({ outcome }) => outcome.kind === 'failed').length;
  const skipped = results.filter(({ outcome }) => outcome.kind === 'left out').length;
  const counts = `tests="${results.length}" failures="${failures}" skipped="${skipped}"`;
  return `  <testsuite name="${escape(name)}" ${counts}>\n${results.map(formatCase).join('\n')}\n  </testsuite>`;
}

function formatCase(result: RuleResult): string {
  const { rule, version, outcome, durationMs } = result;
  const name = escape(`${rule.id}: ${rule.rule}`);
  const head = `    <testcase classname="${escape(`${version}.${rule.section}`)}" name="${name}" time="${(durationMs / 1000).toFixed(3)}"`;
  if (outcome.kind === 'passed') return `${head}/>`;
  const inner =
    outcome.kind === 'left out'
      ? `<skipped message="${escape(`needs ${outcome.reason}`)}"/>`
      : `<failure message="${escape(describeProblem(outcome.problem))}">${escape(formatRun([result]).slice(1).join('\n'))}</failure>`;
  return `${head}>${inner}</testcase>`;
}

/** Characters that XML 1.0 cannot hold become a replacement. */
function escape(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
