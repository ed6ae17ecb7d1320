/** Deviations of a request from the schema: each is accepted or refused, by the level of its row. */
import { fillTemplate } from '../lib/fill-template.ts';
import type { Tolerance } from '../model/behaviour.ts';
import { DEVIATION_TEXTS, DEVIATIONS } from '../model/deviations.ts';
import type { DeviationName, DeviationRow } from '../model/deviations.ts';
import { GraphError } from '../model/graph-error.ts';
import type { Explanation, GraphErrorOptions } from '../model/graph-error.ts';
import type { Deviation } from './message.ts';

/** So many are shown of what was sent, and of what was expected. */
const SHOWN_CHARACTERS = 200;

/**
 * Collects deviations while a path, a query or a body is read. Reading is synchronous, so one collector serves all requests,
 * one after the other, and a request without a deviation costs nothing.
 */
export interface DeviationNotes {
  /** Whether this server refuses deviations of the row. */
  refuses(name: DeviationName): boolean;
  add(deviation: Deviation): void;
  /** As `add`; where the server refuses it, throws the first refusal of the deviation's row, explained. */
  addOrRefuse(deviation: Deviation, options: Pick<GraphErrorOptions, 'values' | 'headers'>): void;
  /** What was added since the last call and is accepted; clears both lists. Call before reading, and after it. */
  take(): readonly Deviation[] | undefined;
  /** What was added since the last call and is refused. */
  takeRefused(): readonly Deviation[] | undefined;
}

export function createDeviationNotes(tolerance: Tolerance = 'default'): DeviationNotes {
  const refusedNames = listRefused(tolerance);
  let accepted: Deviation[] | undefined;
  let refused: Deviation[] | undefined;
  const add = ({ name, found: sent, expected }: Deviation): void => {
    const deviation = { name, found: shorten(sent), expected: shorten(expected) };
    if (refusedNames.has(name)) (refused ??= []).push(deviation);
    else (accepted ??= []).push(deviation);
  };
  const takeRefused = (): readonly Deviation[] | undefined => {
    const taken = refused;
    refused = undefined;
    return taken;
  };
  return {
    refuses: (name) => refusedNames.has(name),
    add,
    addOrRefuse: (deviation, options) => {
      if (!refusedNames.has(deviation.name)) return add(deviation);
      const [row] = DEVIATIONS[deviation.name].refusals;
      throw new GraphError(row, { ...options, explanation: explainDeviations([deviation]) });
    },
    take: () => {
      const taken = accepted;
      accepted = undefined;
      refused = undefined;
      return taken;
    },
    takeRefused,
  };
}

function listRefused(tolerance: Tolerance): ReadonlySet<DeviationName> {
  const rows = Object.entries(DEVIATIONS) as readonly (readonly [DeviationName, DeviationRow])[];
  const refused = rows.filter(
    ([, { level }]) => tolerance === 'strict' || (tolerance === 'default' && level === 'lenient'),
  );
  return new Set(refused.map(([name]) => name));
}

/** What `innerError` says of a refusal for these; nothing when there are none. */
export function explainDeviations(deviations: readonly Deviation[]): Explanation {
  return deviations.length === 0 ? {} : { deviations: deviations.map(describeDeviation) };
}

/** In one sentence. */
export function describeDeviation({ name, found, expected }: Deviation): string {
  const kind = found === '' ? 'missing' : expected === '' ? 'extra' : 'other';
  return fillTemplate(DEVIATION_TEXTS[kind], { name, found: shorten(found), expected: shorten(expected) });
}

function shorten(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : text;
}
