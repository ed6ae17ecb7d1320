/** Spellings and habits that the schema does not have: taken, and refused by a server that is strict. */
import { DEVIATION_SAMPLES, sentenceOf } from '../deviation-samples.ts';
import type { DeviationSample } from '../deviation-samples.ts';
import type { Row } from '../row.ts';

const titleOf = ({ name, found, expected }: DeviationSample): string =>
  `${name}: ${found === '' ? `no ${expected}` : found}`.replaceAll(/\{|\}/g, '');

const taken = (sample: DeviationSample, index: number): Row => ({
  id: `strict ${index + 1}a`,
  rule: `${titleOf(sample)} is taken`,
  ...(sample.settings !== undefined && { settings: sample.settings }),
  steps: [{ as: sample.as, send: sample.send, json: sample.json, gets: { status: sample.status } }],
});

/** The request as the schema has it comes after the refused one, so that it also shows that nothing was written. */
const refused = (sample: DeviationSample, index: number): Row => ({
  id: `strict ${index + 1}b`,
  rule: `${titleOf(sample)} is refused by a strict server`,
  settings: { ...sample.settings, strict: true },
  steps: [
    {
      as: sample.as,
      send: sample.send,
      json: sample.json,
      gets: {
        status: sample.refusal.status,
        part: { error: { message: sample.refusal.message, innerError: { deviations: [sentenceOf(sample)] } } },
      },
    },
    { as: sample.as, ...sample.right, gets: { status: sample.status } },
  ],
});

export const strictTable = {
  capability: 'what the schema has otherwise',
  rows: DEVIATION_SAMPLES.flatMap((sample, index) => [taken(sample, index), refused(sample, index)]),
};
