/** `vivarium subscription` */
import { Argument, Option } from 'commander';
import type { NotificationDelivery, SubscriptionDescription } from '../../library/admin-types.ts';
import { confirm, yesFlag } from '../confirm.ts';
import { formatTable } from '../print-table.ts';
import { readCount } from '../read-argument.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';
import { tenantFlag, tenantOf } from './tenant-flag.ts';

const PATH = '/subscriptions';
const ID = new Argument('<id>', 'Id of the subscription, from "subscription list".');

const list: AdminCommand = {
  summary: 'List the subscriptions of all apps, with their waiting and dead notifications.',
  options: [tenantFlag()],
  run: async ({ admin, options }) => {
    const { value } = (await admin.call({ path: PATH, query: tenantOf(options) })) as {
      readonly value: readonly SubscriptionDescription[];
    };
    const rows = value.map(({ id, resource, changeType, endpoint, expirationDateTime, waiting, dead }) => [
      ...[id, resource, changeType, endpoint, expirationDateTime ?? 'never', String(waiting), String(dead)],
    ]);
    const table = formatTable([['ID', 'RESOURCE', 'CHANGES', 'ENDPOINT', 'ENDS', 'WAITING', 'DEAD'], ...rows]);
    return { json: value, text: value.length === 0 ? 'There are no subscriptions.' : table.join('\n') };
  },
};

const deliveries: AdminCommand = {
  summary: 'List requests to subscribers with their results, newest first.',
  options: [
    new Option('--subscription <id>', 'Only this subscription.'),
    new Option('--limit <number>', 'Maximum number of rows. Default: 100.').argParser(readCount),
    tenantFlag(),
  ],
  run: async ({ admin, options }) => {
    const { subscription, limit } = options as { readonly subscription?: string; readonly limit?: number };
    const query = { ...tenantOf(options), subscription, limit };
    const { value } = (await admin.call({ path: `${PATH}/deliveries`, query })) as {
      readonly value: readonly NotificationDelivery[];
    };
    const rows = value.map(({ sentDateTime, subscription: id, notifications, status, problem, tookMs }) => [
      ...[sentDateTime, id, String(notifications), String(status ?? ''), problem ?? '', `${tookMs} ms`],
    ]);
    const table = formatTable([['SENT', 'SUBSCRIPTION', 'NOTIFICATIONS', 'STATUS', 'PROBLEM', 'TOOK'], ...rows]);
    return { json: value, text: value.length === 0 ? 'No requests were sent.' : table.join('\n') };
  },
};

const redeliver: AdminCommand = {
  summary: 'Send the dead notifications of a subscription again.',
  args: [ID],
  options: [tenantFlag()],
  run: async ({ admin, args: [id = ''], options }) => {
    const path = `${PATH}/${encodeURIComponent(id)}/redeliver`;
    const call = { method: 'POST', path, query: tenantOf(options) } as const;
    const described = (await admin.call(call)) as SubscriptionDescription;
    return {
      json: described,
      text: `${described.waiting} notifications are waiting to be sent to ${described.endpoint}.`,
    };
  },
};

const remove: AdminCommand = {
  summary: 'Remove a subscription, and stop sending to its endpoint.',
  args: [ID],
  options: [tenantFlag(), yesFlag()],
  run: async ({ admin, args: [id = ''], ...given }) => {
    await confirm(`The app will get no more notifications for subscription ${id}.`, given);
    const path = `${PATH}/${encodeURIComponent(id)}`;
    await admin.call({ method: 'DELETE', path, query: tenantOf(given.options) });
    return { json: {}, text: `Removed ${id}.` };
  },
};

export const SUBSCRIPTION_COMMANDS: AdminGroup = {
  name: 'subscription',
  summary: 'Show which apps subscribe to changes, and what was sent to them.',
  commands: { list, deliveries, redeliver, remove },
};
