/** What a row needs of the server that it runs against, read from its steps. */
import type { RuleCaller } from './callers.ts';
import { Pattern } from './match.ts';
import type { RuleRow, RuleStep } from './row.ts';
import { E2 } from './refusals.ts';

/** Whether requests of the row are other than reads, whatever becomes of them. */
export function sendsWrites({ steps }: RuleRow): boolean {
  return steps.some((step) => !isRead(step));
}

/** Whether something is other than before when the server does what the row expects. */
export function changesSomething({ changesNothing = false, steps }: RuleRow): boolean {
  return !changesNothing && steps.some((step) => !isRead(step) && step.gets.status < 400);
}

const READ = /^(GET|HEAD|OPTIONS) /;
const BATCH = /^POST \/(\$|%24)batch$/i;

function isRead({ send, json }: RuleStep): boolean {
  if (READ.test(send)) return true;
  const { requests } = Object(json) as { readonly requests?: unknown };
  return BATCH.test(send) && Array.isArray(requests) && requests.every((item) => Object(item)['method'] === 'GET');
}

/** A caller, and whether it must hold nothing more than the row says. */
export interface NeededCaller {
  readonly caller: RuleCaller;
  readonly isExact: boolean;
}

/** Each caller once. Where a step is refused for what its caller lacks, more than that would be an answer. */
export function findNeededCallers({ steps }: RuleRow): readonly NeededCaller[] {
  const found = new Map<string, NeededCaller>();
  for (const { as, gets } of steps) {
    if (as === undefined) continue;
    const name = JSON.stringify(as);
    const isExact = 'roles' in as || isOfPermission(gets) || (found.get(name)?.isExact ?? false);
    found.set(name, { caller: as, isExact });
  }
  return [...found.values()];
}

function isOfPermission({ status, refusal }: RuleStep['gets']): boolean {
  return status === E2.status && (refusal === undefined || refusal.message === E2.message);
}

/** Those of the texts that occur anywhere in what the row sends and expects, in any casing, encoded or not. */
export function findMentioned({ steps }: RuleRow, texts: readonly string[]): readonly string[] {
  const said = steps.map((step) => JSON.stringify(step, (_name, value: unknown) => readable(value))).join('\n');
  const forms = [said, decode(said), decode(decode(said))].map((form) => form.toLowerCase());
  return texts.filter((text) => forms.some((form) => form.includes(text.toLowerCase())));
}

function readable(value: unknown): unknown {
  if (value instanceof Pattern) return value.text;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
}

/** Of ASCII characters: ids have no others. */
function decode(text: string): string {
  return text.replaceAll(/%([2-7][0-9a-f])/gi, (_found, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
