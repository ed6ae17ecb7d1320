/** `vivarium clock` and `vivarium ids` */
import { Argument, Option } from 'commander';
import type { ClockDescription } from '../../library/control-types.ts';
import { formatTable } from '../print-table.ts';
import { checked, readNumber } from '../read-argument.ts';
import type { CommandOutcome } from '../server-command.ts';
import type { ControlCommand, ControlGroup } from './control-command.ts';

const MOMENT = 'Date and time, such as 2030-01-02T03:04:05Z.';

const show: ControlCommand = {
  summary: 'Show the clock of the sandbox, which rules, tokens and answers use.',
  run: async ({ control }) => tell(await control.sandbox.clock.show()),
};

const freeze: ControlCommand = {
  summary: 'Freeze the clock, now or at a time.',
  args: [new Argument('[time]', MOMENT)],
  run: async ({ control, args: [at] }) => tell(await control.sandbox.clock.freeze(at)),
};

const set: ControlCommand = {
  summary: 'Set the clock; it runs on from there.',
  args: [new Argument('<time>', MOMENT)],
  run: async ({ control, args: [at = ''] }) => tell(await control.sandbox.clock.set(at)),
};

const advance: ControlCommand = {
  summary: 'Move the clock forward, also while it is frozen.',
  args: [new Argument('<duration>', 'ISO 8601 duration, such as PT1H30M or P2D; or milliseconds.')],
  options: [new Option('--back', 'Move it back instead.')],
  run: async ({ control, args: [by = ''], options }) => {
    const signed = options['back'] === true ? `-${by}` : by;
    return tell(await control.sandbox.clock.advance(/^-?\d+$/.test(signed) ? Number(signed) : signed));
  },
};

const run: ControlCommand = {
  summary: 'Run the clock at a multiple of real time.',
  args: [new Argument('<factor>', 'Such as 60: a second of real time is a minute.').argParser(checked(readNumber))],
  run: async ({ control, args: [factor] }) => tell(await control.sandbox.clock.run(Number(factor))),
};

const real: ControlCommand = {
  summary: 'Go back to real time.',
  run: async ({ control }) => tell(await control.sandbox.clock.real()),
};

export const CLOCK_COMMANDS: ControlGroup = {
  name: 'clock',
  summary: 'Stop, set and move the clock of the sandbox.',
  commands: { show, freeze, set, advance, run, real },
};

export const IDS_COMMAND: ControlCommand = {
  summary: 'Seed the id generator: the same text gives the same ids.',
  args: [new Argument('[seed]', 'Any text.')],
  options: [new Option('--random', 'Go back to random ids.')],
  run: async ({ control, args: [seed], options, fail }) => {
    const isRandom = options['random'] === true;
    if ((seed === undefined) !== isRandom) return fail('give a seed text, or --random');
    await control.sandbox.seedIds(seed ?? null);
    return { json: {}, text: seed === undefined ? 'Ids are random.' : `Ids are made from "${seed}".` };
  },
};

export function describeClock({ mode, now, factor }: ClockDescription): string {
  if (mode !== 'running') return `${now}, ${mode === 'frozen' ? 'frozen' : 'real time'}`;
  return `${now}, going ${factor === 1 ? '' : `${factor} times `}as fast as real time`;
}

function tell(clock: ClockDescription): CommandOutcome {
  return { json: clock, text: formatTable([['Clock', describeClock(clock)]]).join('\n') };
}
