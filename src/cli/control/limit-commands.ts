/** `vivarium limit` */
import { Argument, Option } from 'commander';
import type { Limit } from '../../library/control-types.ts';
import { pick } from '../flags.ts';
import { formatTable } from '../print-table.ts';
import { readCount, readNumber } from '../read-argument.ts';
import type { ControlCommand, ControlGroup } from './control-command.ts';
import { callMatchFlags, readCallMatch } from './match-flags.ts';
import { describeLimit } from './rule-text.ts';

const PER = ['app', 'tenant', 'user', 'operation'] as const;

const add: ControlCommand = {
  summary: 'Add a limit, and print its id.',
  options: [
    new Option('--preset <limit-preset>', 'What fault presets lists of limits, such as 429After20PerMinute.'),
    new Option('--name <name>', 'Its id. Default: derived from the preset.'),
    new Option('--requests <n>', 'Requests allowed in a window.').argParser(readCount),
    new Option('--window-seconds <seconds>', 'Length of a window.').argParser(readCount),
    new Option(
      '--per <scopes>',
      `What to count separately, by commas: ${PER.join(', ')}; all: a single count. Default: app,tenant.`,
    ),
    new Option(
      '--early-factor <n>',
      'An app that calls before its Retry-After is over gets a Retry-After this many times as long.',
    ).argParser(readNumber),
    ...callMatchFlags(),
  ],
  run: async ({ control, options }) => {
    const { per } = options;
    const match = readCallMatch(options);
    const order = {
      ...pick(options, ['preset', 'name', 'requests', 'windowSeconds', 'earlyFactor']),
      ...(typeof per === 'string' && { per: per === 'all' ? [] : per.split(',') }),
      ...(Object.keys(match).length > 0 && { match }),
    };
    const limit = (await control.call({ method: 'POST', path: '/limits', json: order })) as Limit;
    return { json: limit, text: `Added ${limit.id}: ${describeLimit(limit)}` };
  },
};

const list: ControlCommand = {
  summary: 'List the limits with the numbers of matching, refused and early calls.',
  run: async ({ control }) => {
    const limits = await control.sandbox.limits.list();
    if (limits.length === 0) return { json: limits, text: 'There are no limits.' };
    const rows = limits.map((limit) => [
      limit.id,
      String(limit.matchedCalls),
      String(limit.refusedCalls),
      String(limit.earlyCalls),
      describeLimit(limit),
    ]);
    return { json: limits, text: formatTable([['ID', 'CALLS', 'REFUSED', 'EARLY', 'RULE'], ...rows]).join('\n') };
  },
};

const remove: ControlCommand = {
  summary: 'Remove a limit.',
  args: [new Argument('<limit>', 'Id of the limit, as limit list shows it.')],
  run: async ({ control, args: [id = ''] }) => {
    await control.sandbox.limits.remove(id);
    return { json: {}, text: `Removed ${id}.` };
  },
};

const clear: ControlCommand = {
  summary: 'Remove all limits.',
  run: async ({ control }) => {
    await control.sandbox.limits.clear();
    return { json: {}, text: 'Removed all limits.' };
  },
};

export const LIMIT_COMMANDS: ControlGroup = {
  name: 'limit',
  summary: 'Answer 429 to requests beyond a number in a time window.',
  commands: { add, list, remove, clear },
};
