/** `vivarium sync`: what is sent to other tenants. */
import { Argument, Option } from 'commander';
import type { SyncItem, SyncRun, SyncTargetStatus, SyncCall } from '../../library/admin-types.ts';
import { readWord } from '../../lib/read-filled.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { formatTable } from '../print-table.ts';
import { readCount } from '../read-argument.ts';
import type { AdminCommand } from './admin-command.ts';
import { diff, pull } from './outward-walk-commands.ts';

const TARGET = new Argument('<target>', 'Its name in syncTargets.');
const pathOf = (target = '', path = ''): string => `/sync/targets/${encodeURIComponent(target)}${path}`;

const status: AdminCommand = {
  summary: 'Show the state of sync targets, or the dead letters and waiting items of one.',
  args: [new Argument('[target]', 'Its name in syncTargets.')],
  options: [
    new Option('--state <state>', 'Which items of the target.').choices(['dead', 'waiting', 'skipped']).default('dead'),
    new Option('--limit <count>', 'How many of them. Default: 100.').argParser(readCount),
  ],
  run: async ({ admin, args: [target], options }) => {
    const { value } = (await admin.call({ path: '/sync/targets' })) as { readonly value: readonly SyncTargetStatus[] };
    if (target === undefined) {
      const text = value.length === 0 ? 'There are no sync targets. Add one to syncTargets.' : formatTargets(value);
      return { json: value, text };
    }
    const { state, limit = 100 } = options as { readonly state: string; readonly limit?: number };
    const query = { state, limit };
    const items = (await admin.call({ path: pathOf(target, '/items'), query })) as {
      readonly value: readonly SyncItem[];
    };
    const own = value.filter(({ name }) => name === target);
    const list = items.value.length === 0 ? [`No items are ${state}.`] : formatItems(items.value);
    return { json: { ...own[0], items: items.value }, text: [formatTargets(own), '', ...list].join('\n') };
  },
};

function formatTargets(targets: readonly SyncTargetStatus[]): string {
  const rows = targets.map((one) => [
    ...[one.name, one.isScanning ? `${one.state}, reading all` : one.state, `${one.waiting}`],
    ...[
      one.waiting === 0 ? '' : formatAge(one.oldestWaitingSeconds),
      `${one.dead}`,
      `${one.skipped}`,
      one.remoteTenant,
    ],
  ]);
  const table = formatTable([['TARGET', 'STATE', 'WAITING', 'OLDEST', 'DEAD', 'SKIPPED', 'TENANT'], ...rows]);
  const troubles = targets.flatMap(({ name, trouble }) => (trouble === null ? [] : [`${name}: ${trouble}`]));
  return [...table, ...troubles].join('\n');
}

function formatAge(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

/** What is dead comes with what to do. */
function formatItems(items: readonly SyncItem[]): readonly string[] {
  return items.flatMap(({ kind, id, reason, explanation, detail, attempts, waitingSince }) => {
    const facts = [explanation ?? reason, detail].filter((text) => text !== null && text !== '');
    const about = waitingSince === null ? '' : `  since ${waitingSince}, ${attempts} attempts`;
    return [`${kind}  ${id}${about}`, ...facts.map((fact) => `  ${fact}`)];
  });
}

function switching(word: 'start' | 'pause', summary: string): AdminCommand {
  return {
    summary,
    args: [TARGET],
    run: async ({ admin, args: [target] }) => {
      const json = (await admin.call({ method: 'POST', path: pathOf(target, `/${word}`) })) as SyncTargetStatus;
      return { json, text: formatTargets([json]) };
    },
  };
}

const run: AdminCommand = {
  summary: 'Send the waiting items once: for a schedule, or without a server.',
  args: [TARGET],
  options: [
    new Option('--dry-run', 'Only print what would be sent.'),
    new Option('--limit <count>', 'With --dry-run: how many requests. Default: 20.').argParser(readCount),
    new Option('--seconds <seconds>', 'Stop after this time. Default: 60.').argParser(readCount),
  ],
  run: async ({ admin, args: [target], options }) => {
    const { dryRun = false, limit = 20, seconds } = options as RunFlags;
    if (dryRun) {
      const { value } = (await admin.call({ path: pathOf(target, '/preview'), query: { limit } })) as {
        readonly value: readonly SyncCall[];
      };
      return { json: value, text: value.flatMap(formatCall).join('\n') || 'Nothing would be sent.' };
    }
    const json = seconds === undefined ? {} : { seconds };
    const answer = (await admin.call({ method: 'POST', path: pathOf(target, '/run'), json })) as SyncRun;
    const { sent, failed, dead } = answer;
    const text = answer.isSentElsewhere
      ? 'Nothing was sent: a server is already sending to the target.'
      : `Sent ${sent}, to be retried ${failed}, dead letters ${dead}.`;
    const exitCode = answer.target.waiting + answer.target.dead > 0 ? EXIT_CODES.failure : EXIT_CODES.ok;
    return { json: answer, text: [text, formatTargets([answer.target])].join('\n'), exitCode };
  },
};

interface RunFlags {
  readonly dryRun?: boolean;
  readonly limit?: number;
  readonly seconds?: number;
}

function formatCall({ kind, id, method, path, body, note }: SyncCall): readonly string[] {
  if (note !== null) return [`${kind} ${id}: ${note}`];
  return [`${method} ${path}`, ...(body === undefined ? [] : [`  ${JSON.stringify(body)}`])];
}

const retry: AdminCommand = {
  summary: 'Retry dead letters or skipped items.',
  args: [TARGET, new Argument('[items...]', 'Their ids here.')],
  options: [
    new Option('--all', 'All dead letters.'),
    new Option('--reason <reason>', 'All dead letters with this reason.'),
  ],
  run: async ({ admin, args: [target, ...items], options }) => {
    const ids = items.flat();
    const { all, reason } = options;
    const json = {
      ...(ids.length > 0 && { items: ids }),
      ...(reason !== undefined && { reason }),
      ...(all === true && { isAll: true }),
    };
    const answer = (await admin.call({ method: 'POST', path: pathOf(target, '/retry'), json })) as Changed;
    return { json: answer, text: `${answer.items} will be sent again.` };
  },
};

interface Changed {
  readonly items: number;
}

const skip: AdminCommand = {
  summary: 'Skip items until they change again.',
  args: [TARGET, new Argument('<items...>', 'Their ids here.')],
  run: async ({ admin, args: [target, ...items] }) => {
    const json = { items: items.flat() };
    const answer = (await admin.call({ method: 'POST', path: pathOf(target, '/skip'), json })) as Changed;
    return { json: answer, text: `${answer.items} skipped.` };
  },
};

const replay: AdminCommand = {
  summary: 'Send again what changed here since a time, for example after a restore there.',
  args: [TARGET],
  options: [new Option('--since <time>', 'UTC: 2026-01-02T03:04:05Z.').makeOptionMandatory()],
  run: async ({ admin, args: [target], options }) => {
    const json = { since: options['since'] };
    const answer = (await admin.call({ method: 'POST', path: pathOf(target, '/replay'), json })) as Changed;
    return { json: answer, text: `${answer.items} will be sent again.` };
  },
};

const provider: AdminCommand = {
  summary: 'Register the provider in the other tenant, or update it there.',
  args: [TARGET],
  options: [
    new Option(
      '--user-token-file <file>',
      'File with an access token of a user there, with LearningProvider.ReadWrite. It is used once.',
    ).makeOptionMandatory(),
  ],
  run: async ({ admin, args: [target], options }) => {
    const { userTokenFile } = options as { readonly userTokenFile: string };
    const accessToken = readWord(userTokenFile, { what: 'The access token' });
    const answer = (await admin.call({ method: 'POST', path: pathOf(target, '/provider'), json: { accessToken } })) as {
      readonly id: string;
      readonly isNew: boolean;
    };
    return { json: answer, text: `${answer.isNew ? 'Registered' : 'Updated'}: ${answer.id}` };
  },
};

export const OUTWARD_COMMANDS: Readonly<Record<string, AdminCommand>> = {
  status,
  start: switching('start', 'Send changes to the target from now on; the first start sends the whole record.'),
  pause: switching(
    'pause',
    'Send nothing until the target is started. Changes are kept; before the first start, the record is read.',
  ),
  run,
  retry,
  skip,
  replay,
  diff,
  pull,
  provider,
};
