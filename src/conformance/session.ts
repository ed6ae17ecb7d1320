/** A run: every selected rule against one target, one after another, with what became of each. */
import { isDeepStrictEqual } from 'node:util';

import { monotonicMs } from '../lib/clock.ts';
import type { ApiVersion } from '../model/versions.ts';
import type { RuleClient } from './client.ts';
import { EVERY_ANSWER } from './every-answer.ts';
import type { RuleGround } from './ground.ts';
import { changesSomething, findNeededCallers } from './needs.ts';
import type { NeededCaller } from './needs.ts';
import type { RuleRow } from './row.ts';
import type { ConformanceRule } from './rules.ts';
import { runRow } from './run-row.ts';
import type { RowRun, RuleBreak, RulePlace } from './place.ts';
import { runWire, sendsToken, WIRE_CALLER } from './run-wire.ts';
import { describeCaller } from './tokens.ts';
import type { CallerTokens } from './tokens.ts';
import type { WireRow } from './wire.ts';

export interface RunParts {
  readonly client: Pick<RuleClient, 'send' | 'sendText'>;
  readonly tokens: CallerTokens;
  readonly ground: RuleGround;
  readonly findRoot: RulePlace['findRoot'];
  /** That the target was started with, beside its defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether the target is a Vivarium, which has more than Microsoft Graph. */
  readonly hasExtensions: boolean;
  /** Ends the run before the next rule. */
  readonly signal: AbortSignal;
}

export interface RuleResult {
  readonly rule: ConformanceRule;
  readonly version: ApiVersion;
  readonly outcome: RuleOutcome;
  readonly durationMs: number;
}

export type RuleOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly problem: RuleProblem }
  /** `reason` completes "needs …". */
  | { readonly kind: 'left out'; readonly reason: string };

export type RuleProblem =
  | { readonly kind: 'answer'; readonly broken: RuleBreak }
  /** The target did not answer, or refused what the rule begins from. */
  | { readonly kind: 'trouble'; readonly text: string };

/** Gives each result as it comes; those of the rules for every answer come last. */
export async function* runRules(
  rules: readonly ConformanceRule[],
  versions: readonly ApiVersion[],
  parts: RunParts,
): AsyncGenerator<RuleResult> {
  const everyAnswer = new Map<string, RuleBreak>();
  let answers = 0;
  for (const version of versions) {
    for (const rule of inOrder(rules.filter((one) => one.versions.includes(version)))) {
      if (parts.signal.aborted) return;
      if (rule.check.kind === 'every answer') continue;
      const startedAt = monotonicMs();
      const run = await runOne(rule, version, parts);
      answers += run.answers;
      for (const broken of run.others) if (!everyAnswer.has(broken.id)) everyAnswer.set(broken.id, broken);
      yield { rule, version, outcome: run.outcome, durationMs: monotonicMs() - startedAt };
    }
  }
  const [version] = versions;
  if (version === undefined) return;
  for (const rule of rules.filter(({ check }) => check.kind === 'every answer')) {
    yield { rule, version, outcome: judgeEveryAnswer(everyAnswer.get(rule.id), answers), durationMs: 0 };
  }
}

function judgeEveryAnswer(broken: RuleBreak | undefined, answers: number): RuleOutcome {
  if (broken !== undefined) return { kind: 'failed', problem: { kind: 'answer', broken } };
  return answers > 0 ? { kind: 'passed' } : { kind: 'left out', reason: 'answers to rules of other sections' };
}

/** Those that change nothing first, so that they share what they begin from. */
function inOrder(rules: readonly ConformanceRule[]): readonly ConformanceRule[] {
  const isChange = ({ check }: ConformanceRule): number =>
    Number(check.kind === 'requests' && changesSomething(check.row));
  return rules.toSorted((a, b) => isChange(a) - isChange(b));
}

const EXTENSION = 'a Vivarium: Microsoft Graph has nothing of the kind';

interface OneRun {
  readonly outcome: RuleOutcome;
  /** Rules for every answer that were broken on the way. */
  readonly others: readonly RuleBreak[];
  /** How many there were. */
  readonly answers: number;
}

async function runOne({ check, isExtension }: ConformanceRule, version: ApiVersion, parts: RunParts): Promise<OneRun> {
  if (isExtension && !parts.hasExtensions) {
    return { outcome: { kind: 'left out', reason: EXTENSION }, others: [], answers: 0 };
  }
  switch (check.kind) {
    case 'requests':
      return runRequests(check.row, version, parts);
    case 'wire':
      return { outcome: await runText(check, version, parts), others: [], answers: 0 };
    case 'every answer':
      throw new Error('These rules are judged by the answers to others.');
    default:
      throw new Error(`Unknown check ${JSON.stringify(check satisfies never)}`);
  }
}

async function runRequests(row: RuleRow, version: ApiVersion, parts: RunParts): Promise<OneRun> {
  const reason = findLack(row, parts) ?? (await findLackingCaller(findNeededCallers(row), parts));
  if (reason !== undefined) return { outcome: { kind: 'left out', reason }, others: [], answers: 0 };
  let run: RowRun = { exchanges: [], breaks: [] };
  let outcome: RuleOutcome = { kind: 'passed' };
  try {
    const rename = await parts.ground.prepare(row);
    run = await runRow(row, version, placeOf(parts, { rename, callers: findNeededCallers(row) }));
    const broken = run.breaks.find(({ id }) => id === row.id);
    if (broken !== undefined) outcome = { kind: 'failed', problem: { kind: 'answer', broken } };
  } catch (error) {
    outcome = { kind: 'failed', problem: { kind: 'trouble', text: (error as Error).message } };
  }
  await parts.ground.finish(row, run.exchanges, outcome.kind === 'failed');
  const others = run.breaks.filter(({ id }) => id !== row.id && EVERY_ANSWER.some((every) => every.id === id));
  return { outcome, others, answers: run.exchanges.length };
}

/** What the row needs of the target's start. */
function findLack(row: RuleRow, { settings, ground }: RunParts): string | undefined {
  if (row.fault !== undefined) return FAULT_NEEDS[row.fault];
  const needed = row.settings ?? {};
  if (!isDeepStrictEqual(needed, settings)) return describeSettings(needed);
  return ground.findLack(row);
}

const FAULT_NEEDS = {
  databaseLocked: 'a database that another process has locked',
  tableDropped: 'a database that has lost a table',
} as const;

function describeSettings(settings: Readonly<Record<string, unknown>>): string {
  const named = Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  if (named.length === 0) return 'a server with its default settings';
  return `a server with ${named.join(' and ')}: start it so, and name that with --with`;
}

async function findLackingCaller(callers: readonly NeededCaller[], { tokens }: RunParts): Promise<string | undefined> {
  for (const needed of callers) {
    if ((await tokens.find(needed)) === undefined) return describeCaller(needed.caller);
  }
  return undefined;
}

interface PlaceOptions {
  readonly rename: RulePlace['rename'];
  readonly callers: readonly NeededCaller[];
}

function placeOf({ client, tokens, findRoot }: RunParts, { rename, callers }: PlaceOptions): RulePlace {
  return {
    findRoot,
    rename,
    send: (call) => client.send(call),
    authorize: async (caller) => {
      const name = JSON.stringify(caller);
      const needed = callers.find((one) => JSON.stringify(one.caller) === name) ?? { caller, isExact: false };
      return (await tokens.find(needed)) ?? '';
    },
  };
}

/** A connection over TLS cannot be closed by one side alone. */
const PLAIN = 'a --target with an http URL: one side of a TLS connection cannot be closed alone';

async function runText(
  { row, lack }: { readonly row: WireRow; readonly lack?: string },
  version: ApiVersion,
  parts: RunParts,
): Promise<RuleOutcome> {
  const callers = sendsToken(row) ? [WIRE_CALLER] : [];
  const isSecure = parts.findRoot(version).startsWith('https:');
  const reason = lack ?? (row.isEnded === true && isSecure ? PLAIN : await findLackingCaller(callers, parts));
  if (reason !== undefined) return { kind: 'left out', reason };
  try {
    const place = placeOf(parts, { rename: (text) => text, callers });
    const broken = await runWire(row, version, { ...place, sendText: parts.client.sendText });
    return broken === undefined ? { kind: 'passed' } : { kind: 'failed', problem: { kind: 'answer', broken } };
  } catch (error) {
    return { kind: 'failed', problem: { kind: 'trouble', text: (error as Error).message } };
  }
}
