/** What is found in a request that the schema has otherwise. */
import { fillTemplate } from '../base/fill-template.ts';
import { DEVIATION_TEXTS, DEVIATIONS } from '../model/deviations.ts';
import { GraphError } from '../model/graph-error.ts';
import type { Explanation, GraphErrorOptions } from '../model/graph-error.ts';
import type { Deviation } from './message.ts';

/** Of what was sent, and of what should have been: enough to tell them apart. */
const SHOWN_CHARACTERS = 200;

/**
 * Collects deviations while a path, a query or a body is read. That is done in one go, without waiting for anything: so
 * one collector serves all requests, one after the other, and a request without a deviation costs nothing.
 */
export interface DeviationNotes {
  readonly isStrict: boolean;
  add(deviation: Deviation): void;
  /** As `add`; where the server is strict, throws the first refusal of the deviation's row, explained. */
  addOrRefuse(deviation: Deviation, options: Pick<GraphErrorOptions, 'values' | 'headers'>): void;
  /** What was added since it was last taken: to be done before reading, and after it. */
  take(): readonly Deviation[] | undefined;
}

export function createDeviationNotes(isStrict: boolean): DeviationNotes {
  let found: Deviation[] | undefined;
  const add = ({ name, found: sent, expected }: Deviation): void => {
    (found ??= []).push({ name, found: shorten(sent), expected: shorten(expected) });
  };
  return {
    isStrict,
    add,
    addOrRefuse: (deviation, options) => {
      if (!isStrict) return add(deviation);
      const [row] = DEVIATIONS[deviation.name].refusals;
      throw new GraphError(row, { ...options, explanation: explainDeviations([deviation]) });
    },
    take: () => {
      const taken = found;
      found = undefined;
      return taken;
    },
  };
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
