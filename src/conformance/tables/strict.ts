/** Requests that the schema has otherwise, on a server with its defaults, a lenient one and a strict one. */
import type { Tolerance } from '../../model/behaviour.ts';
import { DEVIATION_SAMPLES, findRefused, sentenceOf, settingsOfSample, TOLERANCES } from './deviation-samples.ts';
import type { DeviationSample, DeviationFinding } from './deviation-samples.ts';
import type { RuleRow, RuleStep, RuleTable } from '../row.ts';

const titleOf = ({ name, found, expected }: DeviationSample): string =>
  `${name}: ${found === '' ? `no ${expected}` : found}`.replaceAll(/\{|\}/g, '');

const SERVERS: Readonly<Record<Tolerance, string>> = {
  default: 'by default',
  lenient: 'by a lenient server',
  strict: 'by a strict server',
};

const taken = ({ as, send, json, status }: DeviationSample): readonly RuleStep[] => [
  { as, send, json, gets: { status } },
];

/** The request as the schema has it comes after the refused one, so that it also shows that nothing was written. */
const refused = (sample: DeviationSample, finding: DeviationFinding): readonly RuleStep[] => {
  const { as, send, json, right, status } = sample;
  const { refusal } = finding;
  const error = { message: refusal.message, innerError: { deviations: [sentenceOf(finding)] } };
  const refusedStep: RuleStep = { as, send, json, gets: { status: refusal.status, part: { error } } };
  return finding === sample ? [refusedStep, { as, ...right, gets: { status } }] : [refusedStep];
};

const rowOf = (sample: DeviationSample, number: number, tolerance: Tolerance): RuleRow => {
  const finding = findRefused(sample, tolerance);
  const settings = settingsOfSample(sample, tolerance);
  return {
    id: `strict-${number}-${tolerance}`,
    rule: `${titleOf(sample)} is ${finding === undefined ? 'taken' : 'refused'} ${SERVERS[tolerance]}`,
    ...(Object.keys(settings).length > 0 && { settings }),
    steps: finding === undefined ? taken(sample) : refused(sample, finding),
  };
};

export const strictTable: RuleTable = {
  section: 'strict',
  title: 'forms outside the schema',
  source:
    'docs/strict.md of Vivarium: what the schema of Microsoft Graph has otherwise, and what it was seen to refuse',
  rows: DEVIATION_SAMPLES.flatMap((sample, index) =>
    TOLERANCES.map((tolerance) => rowOf(sample, index + 1, tolerance)),
  ),
};
