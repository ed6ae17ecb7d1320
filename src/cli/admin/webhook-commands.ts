/** `vivarium webhook` */
import { Argument, Option } from 'commander';
import type {
  MadeWebhook,
  Webhook,
  WebhookDeadLetter,
  WebhookDelivery,
  WebhookReplay,
} from '../../library/admin-types.ts';
import { DEFAULT_OVERLAP_HOURS, WEBHOOK_EVENT_NAMES } from '../../model/webhook.ts';
import { confirm, yesFlag } from '../confirm.ts';
import { collect } from '../flags.ts';
import type { Options } from '../flags.ts';
import { formatTable } from '../print-table.ts';
import { readCount } from '../read-argument.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';
import { tenantFlag, tenantOf } from './tenant-flag.ts';

const PATH = '/webhooks';
const ID = new Argument('<id>', 'Its id, as the list has it.');

const pathOf = (id: string, rest = ''): string => `${PATH}/${encodeURIComponent(id)}${rest}`;
const eventFlag = (description: string): Option =>
  new Option('--event <event>', description).choices(WEBHOOK_EVENT_NAMES).argParser(collect);
const providerFlag = (description: string): Option => new Option('--provider <id>', description).argParser(collect);
const rowFlags = (): readonly Option[] => [
  new Option('--webhook <id>', 'Those of one webhook.'),
  new Option('--limit <number>', 'How many. Default: 100.').argParser(readCount),
  tenantFlag(),
];

const list: AdminCommand = {
  summary: 'List webhooks, and what waits to be sent to them.',
  options: [tenantFlag()],
  run: async ({ admin, options }) => {
    const { value } = (await admin.call({ path: PATH, query: tenantOf(options) })) as {
      readonly value: readonly Webhook[];
    };
    const rows = value.map(({ id, url, events, waiting, dead, ...state }) => [
      ...[id, url, events.join(' '), stateOf(state), String(waiting), String(dead)],
    ]);
    const table = formatTable([['ID', 'URL', 'EVENTS', 'STATE', 'WAITING', 'DEAD'], ...rows]);
    return { json: value, text: value.length === 0 ? 'There are no webhooks.' : table.join('\n') };
  },
};

const add: AdminCommand = {
  summary: 'Make a webhook, and print its secret once.',
  args: [new Argument('<url>', 'Where messages go.')],
  options: [
    eventFlag('An event to send; may be repeated. Default: every event.'),
    providerFlag('Of events of this provider alone; may be repeated.'),
    new Option('--description <text>', 'For people.'),
    new Option('--disabled', 'Send nothing yet.'),
    tenantFlag(),
  ],
  run: async ({ admin, args: [url = ''], options }) => {
    const { event = WEBHOOK_EVENT_NAMES, provider, description, disabled } = options;
    const json = {
      ...{ url, events: event },
      ...(provider !== undefined && { registrationIds: provider }),
      ...(description !== undefined && { description }),
      ...(disabled === true && { isEnabled: false }),
    };
    const made = (await admin.call({ method: 'POST', path: PATH, query: tenantOf(options), json })) as MadeWebhook;
    return { json: made, text: [`Made the webhook ${made.webhook.id}.`, `Secret  ${made.secret}`].join('\n') };
  },
};

const show: AdminCommand = {
  summary: 'Show a webhook, and how it stands.',
  args: [ID],
  options: [tenantFlag()],
  run: async ({ admin, args: [id = ''], options }) => {
    const webhook = (await admin.call({ path: pathOf(id), query: tenantOf(options) })) as Webhook;
    return { json: webhook, text: describe(webhook) };
  },
};

const change: AdminCommand = {
  summary: 'Change a webhook, or enable or disable it.',
  args: [ID],
  options: [
    new Option('--to <url>', 'Where messages go from now on.'),
    eventFlag('An event to send, in place of those before; may be repeated.'),
    providerFlag('Of events of this provider alone; may be repeated.').conflicts('allProviders'),
    new Option('--all-providers', 'Of events of all providers.'),
    new Option('--description <text>', 'For people; "" for none.'),
    new Option('--enable', 'Send again: what waits, and what happens from now on.').conflicts('disable'),
    new Option('--disable', 'Send nothing.'),
    tenantFlag(),
  ],
  run: async ({ admin, args: [id = ''], options }) => {
    const json = changesOf(options);
    const call = { method: 'PATCH', path: pathOf(id), query: tenantOf(options), json } as const;
    const webhook = (await admin.call(call)) as Webhook;
    return { json: webhook, text: describe(webhook) };
  },
};

const remove: AdminCommand = {
  summary: 'Remove a webhook: nothing is sent to it from now on.',
  args: [ID],
  options: [tenantFlag(), yesFlag()],
  run: async ({ admin, args: [id = ''], ...given }) => {
    await confirm(`What waits for the webhook ${id} is not sent any more.`, given);
    await admin.call({ method: 'DELETE', path: pathOf(id), query: tenantOf(given.options) });
    return { json: {}, text: `Removed ${id}.` };
  },
};

const rotateSecret: AdminCommand = {
  summary: 'Give a webhook a new secret, and print it once.',
  args: [ID],
  options: [
    new Option(
      '--overlap-hours <hours>',
      `How long messages are signed with the secret before as well; 0 for not at all. Default: ${DEFAULT_OVERLAP_HOURS}.`,
    ).argParser(readCount),
    tenantFlag(),
    yesFlag(),
  ],
  run: async ({ admin, args: [id = ''], ...given }) => {
    const { overlapHours } = given.options;
    if (overlapHours === 0) await confirm(`Receivers that have the secret before refuse what comes of ${id}.`, given);
    const json = overlapHours === undefined ? {} : { overlapHours };
    const call = { method: 'POST', path: pathOf(id, '/secret'), query: tenantOf(given.options), json } as const;
    const made = (await admin.call(call)) as MadeWebhook;
    const { previousSecretEndDateTime: end } = made.webhook;
    const lines = [`Secret  ${made.secret}`, ...(end === null ? [] : [`The one before signs as well until ${end}.`])];
    return { json: made, text: lines.join('\n') };
  },
};

const test: AdminCommand = {
  summary: 'Send a test message at once, and print what came of it.',
  args: [ID],
  options: [tenantFlag()],
  run: async ({ admin, args: [id = ''], options }) => {
    const call = { method: 'POST', path: pathOf(id, '/test'), query: tenantOf(options) } as const;
    const sent = (await admin.call(call)) as WebhookDelivery;
    const outcome = sent.problem === null ? `taken with ${sent.status}` : `not taken: ${sent.problem}`;
    return { json: sent, text: `The message ${sent.message} was ${outcome}, in ${sent.tookMs} ms.` };
  },
};

const deliveries: AdminCommand = {
  summary: 'List requests to webhooks, newest first, and what was answered.',
  options: rowFlags(),
  run: async ({ admin, options }) => {
    const { value } = (await admin.call({ path: `${PATH}/deliveries`, query: rowsOf(options) })) as {
      readonly value: readonly WebhookDelivery[];
    };
    const rows = value.map(({ sentDateTime, event, message, attempt, status, problem, tookMs }) => [
      ...[sentDateTime, event, message, String(attempt), String(status ?? ''), problem ?? '', `${tookMs} ms`],
    ]);
    const table = formatTable([['SENT', 'EVENT', 'MESSAGE', 'ATTEMPT', 'STATUS', 'PROBLEM', 'TOOK'], ...rows]);
    return { json: value, text: value.length === 0 ? 'Nothing was sent.' : table.join('\n') };
  },
};

const deadLetters: AdminCommand = {
  summary: 'List messages that were given up, newest first.',
  options: rowFlags(),
  run: async ({ admin, options }) => {
    const { value } = (await admin.call({ path: `${PATH}/dead-letters`, query: rowsOf(options) })) as {
      readonly value: readonly WebhookDeadLetter[];
    };
    const rows = value.map(({ webhook, message, event, createdDateTime, attempts, problem }) => [
      ...[createdDateTime, event, webhook, message, String(attempts), problem ?? ''],
    ]);
    const table = formatTable([['CREATED', 'EVENT', 'WEBHOOK', 'MESSAGE', 'ATTEMPTS', 'PROBLEM'], ...rows]);
    return { json: value, text: value.length === 0 ? 'Nothing was given up.' : table.join('\n') };
  },
};

const redeliver: AdminCommand = {
  summary: 'Have messages sent again that were given up: one, or all of a webhook.',
  args: [ID],
  options: [new Option('--message <id>', 'One of them.'), tenantFlag()],
  run: async ({ admin, args: [id = ''], options }) => {
    const json = options['message'] === undefined ? {} : { message: options['message'] };
    const call = { method: 'POST', path: pathOf(id, '/redeliver'), query: tenantOf(options), json } as const;
    const webhook = (await admin.call(call)) as Webhook;
    return { json: webhook, text: `${webhook.waiting} messages wait for ${webhook.url}.` };
  },
};

const replay: AdminCommand = {
  summary: 'Tell a webhook again of what has happened since a time, as far as changes are kept.',
  args: [ID, new Argument('<since>', 'Such as 2026-01-31T12:00:00Z.')],
  options: [tenantFlag()],
  run: async ({ admin, args: [id = '', since = ''], options }) => {
    const call = { method: 'POST', path: pathOf(id, '/replay'), query: tenantOf(options), json: { since } } as const;
    const { sinceDateTime, isComplete, ...rest } = (await admin.call(call)) as WebhookReplay;
    const lines = [
      `${rest.webhook.url} is told again of what has happened since ${sinceDateTime}.`,
      ...(isComplete ? [] : ['Changes before are not kept any more: read the record for what happened until then.']),
    ];
    return { json: { ...rest, sinceDateTime, isComplete }, text: lines.join('\n') };
  },
};

export const WEBHOOK_COMMANDS: AdminGroup = {
  name: 'webhook',
  summary: 'Tell other programs of events, with signed messages.',
  commands: {
    ...{ list, add, show, change, remove, test, deliveries, redeliver, replay },
    'rotate-secret': rotateSecret,
    'dead-letters': deadLetters,
  },
};

function changesOf({ to, event, provider, allProviders, description, enable, disable }: Options): object {
  return {
    ...(to !== undefined && { url: to }),
    ...(event !== undefined && { events: event }),
    ...(provider !== undefined && { registrationIds: provider }),
    ...(allProviders === true && { registrationIds: null }),
    ...(description !== undefined && { description: description === '' ? null : description }),
    ...(enable === true && { isEnabled: true }),
    ...(disable === true && { isEnabled: false }),
  };
}

function rowsOf(options: Options): Readonly<Record<string, string | number | undefined>> {
  const { webhook, limit } = options as { readonly webhook?: string; readonly limit?: number };
  return { ...tenantOf(options), webhook, limit };
}

function stateOf({
  isEnabled,
  disabledReason,
  failingSinceDateTime,
}: Pick<Webhook, 'isEnabled' | 'disabledReason' | 'failingSinceDateTime'>): string {
  if (!isEnabled) return disabledReason === null ? 'disabled' : `disabled: ${disabledReason}`;
  return failingSinceDateTime === null ? 'good' : `failing since ${failingSinceDateTime}`;
}

function describe(webhook: Webhook): string {
  const { id, url, events, registrationIds, description, waiting, dead, lastDelivery: last } = webhook;
  const outcome = last && `${last.sentDateTime}, ${last.problem ?? `status ${last.status}`}`;
  return [
    ...[`Id           ${id}`, `URL          ${url}`, `Events       ${events.join(' ')}`],
    `Providers    ${registrationIds?.join(' ') ?? 'all'}`,
    ...(description === null ? [] : [`Description  ${description}`]),
    `State        ${stateOf(webhook)}`,
    ...[`Waiting      ${waiting}`, `Dead         ${dead}`, `Last         ${outcome ?? 'nothing was sent'}`],
  ].join('\n');
}
