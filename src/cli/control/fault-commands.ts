/** `vivarium fault` */
import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Fault } from '../../library/control-types.ts';
import { collect, pick } from '../flags.ts';
import type { Options } from '../flags.ts';
import { formatTable } from '../print-table.ts';
import { readCount, readJson, readNumber } from '../read-argument.ts';
import type { CommandOutcome } from '../server-command.ts';
import type { ControlCommand, ControlGroup } from './control-command.ts';
import { callMatchFlags, readCallMatch } from './match-flags.ts';
import { describeFault } from './rule-text.ts';

const ID = [new Argument('<fault>', 'Id of the fault, as fault list shows it.')];

const counted = (flag: string, description: string): Option => new Option(flag, description).argParser(readCount);

const ADD_FLAGS: readonly Option[] = [
  new Option('--preset <fault-preset>', 'A name of fault presets: a published error, or a network failure.'),
  new Option('--name <name>', 'Its id. Default: derived from the preset or the effect.'),
  new Option('--disabled', 'Add it switched off.'),
  new Option('--endpoint <name>', 'Which requests: of the API or for tokens. Default: graph.').choices([
    'graph',
    'token',
  ]),
  ...callMatchFlags(),
  new Option('--grant-type <grant-type>', 'Of token requests: client_credentials, refresh_token and so on.').argParser(
    collect,
  ),
  counted('--nth <n>', 'Only the nth of these calls.'),
  counted('--every <n>', 'Each nth of these calls.'),
  counted('--first <n>', 'The first so many of these calls.'),
  counted('--after <n>', 'Those after so many of these calls.'),
  new Option('--probability <p>', 'Probability that the fault applies to a matching call, from 0 to 1.').argParser(
    readNumber,
  ),
  counted('--chance-seed <n>', 'Seed of the random draws.'),
  new Option('--from <time>', 'Active from then on, by the clock of the sandbox.'),
  new Option('--until <time>', 'Until then.'),
  new Option('--latency <ms>', 'Latency in milliseconds, or a range such as 100-500.'),
  new Option('--error <error>', 'Refuse: a row of docs/errors.md; with --endpoint token, of its token errors.'),
  counted('--gateway <status>', 'Answer as a proxy in front.'),
  new Option('--reset <when>', 'Reset the connection before or after the call is run.').choices(['before', 'after']),
  counted('--truncate <bytes>', 'End the connection after so many bytes of the body.'),
  new Option('--malformed', 'Send half of the JSON.'),
  counted('--slow-body <bytes>', 'Send so many bytes of the body a second.'),
  counted('--stale <writes>', 'Answer reads with the state before the last N writes.'),
  new Option(
    '--visible-after <duration>',
    'Answer reads with the state this long ago, such as PT2H, by the clock of the sandbox.',
  ),
  new Option(
    '--retry-after <when>',
    'Retry-After of the refusal: seconds such as 1 or 1.5, date:5 for an HTTP-date in 5 seconds, none for no header.',
  ).argParser(readRetryAfter),
  new Option('--rule <json>', 'The whole rule in JSON, see docs/sandbox.md; flags override its members.').argParser(
    readJson,
  ),
];

const add: ControlCommand = {
  summary: 'Add a fault, and print its id.',
  options: ADD_FLAGS,
  run: async ({ control, options, fail }) => {
    const effects = listEffects(options);
    if (effects.length > 1) return fail(`give only one of ${effects.map(({ flag }) => flag).join(' and ')}`);
    const order = readOrder(options, effects[0]?.effect);
    const fault = await control.sandbox.faults.add(order);
    return { json: fault, text: `Added ${fault.id}: ${describeFault(fault)}` };
  },
};

const list: ControlCommand = {
  summary: 'List the faults in the order of evaluation, with how often each applied.',
  run: async ({ control }) => {
    const faults = await control.sandbox.faults.list();
    if (faults.length === 0) return { json: faults, text: 'There are no faults.' };
    const rows = faults.map((fault) => [
      fault.id,
      fault.enabled ? 'on' : 'off',
      String(fault.matchedCalls),
      String(fault.hits),
      describeFault(fault),
    ]);
    return { json: faults, text: formatTable([['ID', 'STATE', 'CALLS', 'HITS', 'RULE'], ...rows]).join('\n') };
  },
};

const remove: ControlCommand = {
  summary: 'Remove a fault.',
  args: ID,
  run: async ({ control, args: [id = ''] }) => {
    await control.sandbox.faults.remove(id);
    return { json: {}, text: `Removed ${id}.` };
  },
};

const clear: ControlCommand = {
  summary: 'Remove all faults.',
  run: async ({ control }) => {
    await control.sandbox.faults.clear();
    return { json: {}, text: 'Removed all faults.' };
  },
};

const presets: ControlCommand = {
  summary: 'List the presets of faults and limits.',
  run: async ({ control }) => {
    const found = await control.sandbox.faults.listPresets();
    const rows = found.map(({ name, kind, what }) => [name, kind, what]);
    return { json: found, text: formatTable([['PRESET', 'OF', 'WHAT HAPPENS'], ...rows]).join('\n') };
  },
};

export const FAULT_COMMANDS: ControlGroup = {
  name: 'fault',
  summary: 'Inject faults: published errors, slow and broken connections, stale reads.',
  commands: { add, list, enable: switchTo(true), disable: switchTo(false), remove, clear, presets },
};

function switchTo(isEnabled: boolean): ControlCommand {
  const word = isEnabled ? 'on' : 'off';
  return {
    summary: `Switch a fault ${word}; its counters stay.`,
    args: ID,
    run: async ({ control, args: [id = ''] }): Promise<CommandOutcome> => {
      const fault: Fault = await control.sandbox.faults.setEnabled(id, isEnabled);
      return { json: fault, text: `${fault.id} is ${word}.` };
    },
  };
}

/** What was not given is no member. */
function readOrder(options: Options, effect: object | undefined): object {
  const { rule, disabled, retryAfter, chanceSeed, latency } = options;
  const { match, calls, window, effect: ruledEffect, ...members } = (rule ?? {}) as Readonly<Record<string, object>>;
  return {
    ...members,
    ...pick(options, ['preset', 'name', 'endpoint', 'probability']),
    ...(disabled === true && { enabled: false }),
    ...(chanceSeed !== undefined && { seed: chanceSeed }),
    ...(typeof latency === 'string' && { latency: readLatency(latency) }),
    ...together('match', match, { ...readCallMatch(options), ...pick(options, ['grantType']) }),
    ...together('calls', calls, pick(options, ['nth', 'every', 'first', 'after'])),
    ...together('window', window, pick(options, ['from', 'until'])),
    ...together('effect', ruledEffect, {
      ...effect,
      ...(retryAfter as object | undefined),
    }),
  };
}

/** Members of an effect. */
function readRetryAfter(text: string): object {
  if (text === 'none') return { retryAfterSeconds: null };
  const [, isDate, seconds] = /^(date:)?(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (seconds === undefined) {
    throw new InvalidArgumentError('It must be seconds such as 1 or 1.5, date:5 for an HTTP-date, or none.');
  }
  return { retryAfterSeconds: Number(seconds), ...(isDate !== undefined && { retryAfterForm: 'date' }) };
}

/** A member of the rule, with what flags say of it. */
function together(name: string, ruled: object | undefined, flagged: object): object {
  const members = { ...ruled, ...flagged };
  return Object.keys(members).length === 0 ? {} : { [name]: members };
}

/** What is neither a number nor a range is left to the server to refuse. */
function readLatency(text: string): object {
  const [, minimum, maximum] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (minimum !== undefined) return { kind: 'uniform', minMs: Number(minimum), maxMs: Number(maximum) };
  return { kind: 'fixed', ms: /^\d+$/.test(text) ? Number(text) : text };
}

interface FlaggedEffect {
  readonly flag: string;
  readonly effect: object;
}

function listEffects(options: Options): readonly FlaggedEffect[] {
  const { error, gateway, reset, truncate, malformed, slowBody, stale, visibleAfter } = options;
  const all: readonly (FlaggedEffect & { readonly given: unknown })[] = [
    { given: error, flag: '--error', effect: { kind: 'error', row: error } },
    { given: gateway, flag: '--gateway', effect: { kind: 'gateway', status: gateway } },
    { given: reset, flag: '--reset', effect: { kind: 'reset', when: reset } },
    { given: truncate, flag: '--truncate', effect: { kind: 'truncate', bytes: truncate } },
    { given: malformed, flag: '--malformed', effect: { kind: 'malformed' } },
    { given: slowBody, flag: '--slow-body', effect: { kind: 'slowBody', bytesPerSecond: slowBody } },
    { given: stale, flag: '--stale', effect: { kind: 'stale', writes: stale } },
    { given: visibleAfter, flag: '--visible-after', effect: { kind: 'stale', visibleAfter } },
  ];
  return all.filter(({ given }) => given !== undefined);
}
