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
const ID = new Argument('<id>', 'Id of the webhook, from "webhook list".');

const pathOf = (id: string, rest = ''): string => `${PATH}/${encodeURIComponent(id)}${rest}`;
const eventFlag = (description: string): Option =>
  new Option('--event <event>', description).choices(WEBHOOK_EVENT_NAMES).argParser(collect);
const providerFlag = (description: string): Option => new Option('--provider <id>', description).argParser(collect);
const rowFlags = (): readonly Option[] => [
  new Option('--webhook <id>', 'Only this webhook.'),
  new Option('--limit <number>', 'Maximum number of rows. Default: 100.').argParser(readCount),
  tenantFlag(),
];

const list: AdminCommand = {
  summary: 'List webhooks, with their waiting and dead messages.',
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
  summary: 'Create a webhook, and print its secret once.',
  args: [new Argument('<url>', 'URL to send messages to.')],
  options: [
    eventFlag('An event to send; may be repeated. Default: every event.'),
    providerFlag('Only events of this provider; may be repeated.'),
    new Option('--description <text>', 'A note, for people.'),
    new Option('--disabled', 'Create it disabled.'),
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
    return { json: made, text: [`Created webhook ${made.webhook.id}.`, `Secret  ${made.secret}`].join('\n') };
  },
};

const show: AdminCommand = {
  summary: 'Show a webhook, with its state.',
  args: [ID],
  options: [tenantFlag()],
  run: async ({ admin, args: [id = ''], options }) => {
    const webhook = (await admin.call({ path: pathOf(id), query: tenantOf(options) })) as Webhook;
    return { json: webhook, text: describe(webhook) };
  },
};

const change: AdminCommand = {
  summary: 'Change, enable or disable a webhook.',
  args: [ID],
  options: [
    new Option('--to <url>', 'Send messages to this URL from now on.'),
    eventFlag('An event to send, instead of the current ones; may be repeated.'),
    providerFlag('Only events of this provider; may be repeated.').conflicts('allProviders'),
    new Option('--all-providers', 'Events of all providers.'),
    new Option('--description <text>', 'A note, for people; "" removes it.'),
    new Option('--enable', 'Send waiting messages, and events from now on.').conflicts('disable'),
    new Option('--disable', 'Stop sending. Events that happen meanwhile are not sent later.'),
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
  summary: 'Remove a webhook, with its waiting messages.',
  args: [ID],
  options: [tenantFlag(), yesFlag()],
  run: async ({ admin, args: [id = ''], ...given }) => {
    await confirm(`Waiting messages of webhook ${id} will not be sent.`, given);
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
      `How long messages are also signed with the old secret; 0 ends it at once. Default: ${DEFAULT_OVERLAP_HOURS}.`,
    ).argParser(readCount),
    tenantFlag(),
    yesFlag(),
  ],
  run: async ({ admin, args: [id = ''], ...given }) => {
    const { overlapHours } = given.options;
    if (overlapHours === 0)
      await confirm(`Receivers that still use the old secret will reject messages of webhook ${id}.`, given);
    const json = overlapHours === undefined ? {} : { overlapHours };
    const call = { method: 'POST', path: pathOf(id, '/secret'), query: tenantOf(given.options), json } as const;
    const made = (await admin.call(call)) as MadeWebhook;
    const { previousSecretEndDateTime: end } = made.webhook;
    const lines = [
      `Secret  ${made.secret}`,
      ...(end === null ? [] : [`Messages are also signed with the old secret until ${end}.`]),
    ];
    return { json: made, text: lines.join('\n') };
  },
};

const test: AdminCommand = {
  summary: 'Send a test message now, and print the result.',
  args: [ID],
  options: [tenantFlag()],
  run: async ({ admin, args: [id = ''], options }) => {
    const call = { method: 'POST', path: pathOf(id, '/test'), query: tenantOf(options) } as const;
    const sent = (await admin.call(call)) as WebhookDelivery;
    const outcome = sent.problem === null ? `accepted with ${sent.status}` : `not accepted: ${sent.problem}`;
    return { json: sent, text: `Message ${sent.message} was ${outcome}, in ${sent.tookMs} ms.` };
  },
};

const deliveries: AdminCommand = {
  summary: 'List requests to webhooks with their results, newest first.',
  options: rowFlags(),
  run: async ({ admin, options }) => {
    const { value } = (await admin.call({ path: `${PATH}/deliveries`, query: rowsOf(options) })) as {
      readonly value: readonly WebhookDelivery[];
    };
    const rows = value.map(({ sentDateTime, event, message, attempt, status, problem, tookMs }) => [
      ...[sentDateTime, event, message, String(attempt), String(status ?? ''), problem ?? '', `${tookMs} ms`],
    ]);
    const table = formatTable([['SENT', 'EVENT', 'MESSAGE', 'ATTEMPT', 'STATUS', 'PROBLEM', 'TOOK'], ...rows]);
    return { json: value, text: value.length === 0 ? 'No requests were sent.' : table.join('\n') };
  },
};

const deadLetters: AdminCommand = {
  summary: 'List messages whose attempts all failed, newest first.',
  options: rowFlags(),
  run: async ({ admin, options }) => {
    const { value } = (await admin.call({ path: `${PATH}/dead-letters`, query: rowsOf(options) })) as {
      readonly value: readonly WebhookDeadLetter[];
    };
    const rows = value.map(({ webhook, message, event, createdDateTime, attempts, problem }) => [
      ...[createdDateTime, event, webhook, message, String(attempts), problem ?? ''],
    ]);
    const table = formatTable([['CREATED', 'EVENT', 'WEBHOOK', 'MESSAGE', 'ATTEMPTS', 'PROBLEM'], ...rows]);
    return { json: value, text: value.length === 0 ? 'There are no dead letters.' : table.join('\n') };
  },
};

const redeliver: AdminCommand = {
  summary: 'Send dead letters of a webhook again: one, or all.',
  args: [ID],
  options: [new Option('--message <id>', 'Only this message.'), tenantFlag()],
  run: async ({ admin, args: [id = ''], options }) => {
    const json = options['message'] === undefined ? {} : { message: options['message'] };
    const call = { method: 'POST', path: pathOf(id, '/redeliver'), query: tenantOf(options), json } as const;
    const webhook = (await admin.call(call)) as Webhook;
    return { json: webhook, text: `${webhook.waiting} messages are waiting to be sent to ${webhook.url}.` };
  },
};

const replay: AdminCommand = {
  summary: 'Send the events since a time again, as far back as changes are kept.',
  args: [ID, new Argument('<since>', 'Date and time, such as 2026-01-31T12:00:00Z.')],
  options: [tenantFlag()],
  run: async ({ admin, args: [id = '', since = ''], options }) => {
    const call = { method: 'POST', path: pathOf(id, '/replay'), query: tenantOf(options), json: { since } } as const;
    const { sinceDateTime, isComplete, ...rest } = (await admin.call(call)) as WebhookReplay;
    const lines = [
      `Events since ${sinceDateTime} will be sent again to ${rest.webhook.url}.`,
      ...(isComplete ? [] : ['Earlier changes are no longer kept: read the record to catch up on them.']),
    ];
    return { json: { ...rest, sinceDateTime, isComplete }, text: lines.join('\n') };
  },
};

export const WEBHOOK_COMMANDS: AdminGroup = {
  name: 'webhook',
  summary: 'Send events to other programs, as signed messages.',
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
    ...[`Waiting      ${waiting}`, `Dead         ${dead}`, `Last         ${outcome ?? 'none'}`],
  ].join('\n');
}
