/** What can be asked of `npm run bench`. */
import { parseArgs } from 'node:util';

import { SCENARIOS } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';

export type Mode =
  'compare' | 'peers' | 'growth' | 'overload' | 'hostile' | 'workers' | 'imports' | 'disk' | 'profile' | 'help';

export interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly scenarios: readonly Scenario[];
  /** Whether these are all scenarios. */
  readonly isWhole: boolean;
  readonly mode: Mode;
  /** Activities of the last step of growth. */
  readonly max: number;
}

/** By flag; the first that is given. */
const MODES = ['help', 'profile', 'disk', 'hostile', 'workers', 'imports', 'overload', 'growth', 'peers'] as const;

const names = SCENARIOS.map(({ name }) => name).join(',');

export const HELP = `npm run bench -- [flags]

Measures Vivarium beside a bare node:http server, and prints each figure with its target.
Data lies in the folder for temporary files (TMPDIR), which has to be on a disk.

  --rounds N         rounds in which all contestants take their turn (5)
  --seconds N        seconds that each of them is loaded in a round (5)
  --only LIST        scenarios, of ${names}; results are printed and not kept
  --peers            installs SAP CAP, Prism and Azurite under bench/peers and measures Vivarium beside them instead
  --growth           fills the databases step by step and measures each operation at each step
  --max N            activities of the last step of --growth (10000000)
  --overload         sends creates at twice the rate that the server can answer, and at a tenth of it
  --hostile          measures the CPU time of requests that are made to cost much
  --workers          measures servers of one, two and four processes
  --imports          measures imports beside single creates, on both databases
  --disk             loads activities and prints the bytes that one takes, by table and index
  --profile          writes a V8 CPU profile of Vivarium for each scenario, and prints its top functions
  --help             prints this
`;

/** @throws a plain `Error` for flags that make no sense */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      only: { type: 'string' },
      max: { type: 'string', default: '10000000' },
      peers: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      overload: { type: 'boolean', default: false },
      hostile: { type: 'boolean', default: false },
      workers: { type: 'boolean', default: false },
      imports: { type: 'boolean', default: false },
      disk: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    rounds: readNumber('rounds', values.rounds),
    seconds: readNumber('seconds', values.seconds),
    max: readNumber('max', values.max),
    scenarios: readScenarios(values.only),
    isWhole: values.only === undefined,
    mode: MODES.find((mode) => values[mode]) ?? 'compare',
  };
}

function readNumber(flag: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${flag} needs a number above 0, not ${text}.`);
  return number;
}

function readScenarios(only: string | undefined): readonly Scenario[] {
  if (only === undefined) return SCENARIOS;
  return only.split(',').map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (found === undefined) throw new Error(`There is no scenario ${name}, only ${names}.`);
    return found;
  });
}
