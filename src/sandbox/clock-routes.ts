/** The control API's paths of the clock and of ids. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import type { SandboxClock } from './clock.ts';
import { readInstant } from './faults/fault.ts';
import type { SandboxIds } from './ids.ts';
import { readDuration } from './duration.ts';
import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';

const closed = { additionalProperties: false } as const;

const INSTANT = Type.String({ format: 'date-time', description: 'A date and time, such as 2026-01-02T03:04:05Z.' });

export const CLOCK = Type.Object(
  {
    mode: Type.Enum(['real', 'running', 'frozen']),
    now: Type.String({ format: 'date-time' }),
    factor: Type.Number({ description: 'How many times as fast as real time: 1 when real, 0 when frozen.' }),
    offsetMs: Type.Integer({ description: 'By how much it is ahead of real time at this moment.' }),
  },
  { ...closed, description: 'The clock of rules, tokens and answers.' },
);

const CLOCK_CHANGE = Type.Object(
  {
    frozenAt: Type.Optional(Type.Unsafe<string>({ ...INSTANT, description: 'Stands still there.' })),
    now: Type.Optional(Type.Unsafe<string>({ ...INSTANT, description: 'Goes on from there.' })),
    factor: Type.Optional(Type.Number({ description: 'Goes so many times as fast as real time.' })),
    mode: Type.Optional(Type.Enum(['real', 'frozen'], { description: 'Real time again, or still where it is.' })),
  },
  { ...closed, description: 'One of them; now and factor go together.' },
);

const MILLISECONDS = Type.Object({ ms: Type.Integer() }, closed);

const ADVANCE = Type.Object(
  {
    by: Type.Union([
      Type.String({ description: 'An ISO 8601 duration without months: PT1H30M, P2D, -PT5M.' }),
      MILLISECONDS,
    ]),
  },
  closed,
);

const IDS = Type.Object(
  {
    seed: Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Null()], {
      description: 'The same requests get the same ids for the same seed; null for ids by chance.',
    }),
  },
  closed,
);

const ANSWER = { status: 200, description: 'The clock as it is now.', schema: CLOCK } as const;

export function clockRoutes(clock: SandboxClock): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'getClock',
      method: 'GET',
      path: '/clock',
      summary: 'Shows the clock.',
      answer: ANSWER,
      run: () => ({ body: clock.describe() }),
    }),
    controlRoute({
      id: 'changeClock',
      method: 'PATCH',
      path: '/clock',
      summary: 'Sets the clock, stops it, changes its pace, or goes back to real time.',
      body: CLOCK_CHANGE,
      answer: ANSWER,
      run: ({ body }) => {
        inRange(() => changeClock(clock, body));
        return { body: clock.describe() };
      },
    }),
    controlRoute({
      id: 'advanceClock',
      method: 'POST',
      path: '/clock/advance',
      summary: 'Puts the clock forward, or back by a negative duration.',
      body: ADVANCE,
      answer: ANSWER,
      run: ({ body: { by } }) => {
        inRange(() => clock.advance(typeof by === 'string' ? getDuration(by) : by.ms));
        return { body: clock.describe() };
      },
    }),
  ];
}

export function idRoutes(ids: SandboxIds): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'seedIds',
      method: 'PUT',
      path: '/ids',
      summary: 'Seeds the id generator.',
      body: IDS,
      answer: { status: 204, description: 'Nothing.' },
      run: ({ body: { seed } }) => {
        ids.seed(seed);
        return {};
      },
    }),
  ];
}

function changeClock(clock: SandboxClock, change: Static<typeof CLOCK_CHANGE>): void {
  const { frozenAt, now, factor, mode } = change;
  const ways = [frozenAt, now ?? factor, mode].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw invalid('the body needs one of frozenAt, mode, and now or factor or both');
  }
  // What can be refused comes first, so that a refused change has changed nothing.
  const at = now === undefined ? undefined : getInstant('now', now);
  if (factor !== undefined) clock.run(factor);
  if (at !== undefined) clock.set(at);
  if (frozenAt !== undefined) clock.freeze(getInstant('frozenAt', frozenAt));
  if (mode === 'frozen') clock.freeze();
  if (mode === 'real') clock.reset();
}

function getInstant(name: string, text: string): number {
  const instant = readInstant(text);
  if (instant === undefined) throw invalid(`${name} must be a date and time; got ${text}`);
  return instant;
}

function getDuration(text: string): number {
  const duration = readDuration(text);
  if (duration === undefined) throw invalid(`by must be an ISO 8601 duration of weeks, days and times; got ${text}`);
  return duration;
}

/** What the clock cannot show or do is the mistake of who asked. */
function inRange(change: () => void): void {
  try {
    change();
  } catch (thrown) {
    throw thrown instanceof RangeError ? invalid(thrown.message) : thrown;
  }
}

function invalid(problem: string): ControlError {
  return new ControlError(400, 'The request is not valid.', [problem]);
}
