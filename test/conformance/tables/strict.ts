/** Requests that the schema has otherwise, on a server with its defaults, a lenient one and a strict one. */
import type { Tolerance } from '../../../src/model/behaviour.ts';
import { DEVIATION_SAMPLES, findRefused, sentenceOf, settingsOf, TOLERANCES } from '../deviation-samples.ts';
import type { DeviationSample, Finding } from '../deviation-samples.ts';
import type { Row, Step } from '../row.ts';

const titleOf = ({ name, found, expected }: DeviationSample): string =>
  `${name}: ${found === '' ? `no ${expected}` : found}`.replaceAll(/\{|\}/g, '');

const SERVERS: Readonly<Record<Tolerance, string>> = {
  default: 'by default',
  lenient: 'by a lenient server',
  strict: 'by a strict server',
};

const taken = ({ as, send, json, status }: DeviationSample): readonly Step[] => [{ as, send, json, gets: { status } }];

/** The request as the schema has it comes after the refused one, so that it also shows that nothing was written. */
const refused = (sample: DeviationSample, finding: Finding): readonly Step[] => {
  const { as, send, json, right, status } = sample;
  const { refusal } = finding;
  const error = { message: refusal.message, innerError: { deviations: [sentenceOf(finding)] } };
  const refusedStep: Step = { as, send, json, gets: { status: refusal.status, part: { error } } };
  return finding === sample ? [refusedStep, { as, ...right, gets: { status } }] : [refusedStep];
};

const rowOf = (sample: DeviationSample, number: number, tolerance: Tolerance): Row => {
  const finding = findRefused(sample, tolerance);
  const settings = settingsOf(sample, tolerance);
  return {
    id: `strict ${number} ${tolerance}`,
    rule: `${titleOf(sample)} is ${finding === undefined ? 'taken' : 'refused'} ${SERVERS[tolerance]}`,
    ...(Object.keys(settings).length > 0 && { settings }),
    steps: finding === undefined ? taken(sample) : refused(sample, finding),
  };
};

export const strictTable = {
  capability: 'what the schema has otherwise',
  rows: DEVIATION_SAMPLES.flatMap((sample, index) =>
    TOLERANCES.map((tolerance) => rowOf(sample, index + 1, tolerance)),
  ),
};
