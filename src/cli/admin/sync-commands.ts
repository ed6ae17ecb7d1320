/** `vivarium sync` */
import { Option } from 'commander';
import type { SyncHealth } from '../../library/admin-types.ts';
import { formatTable } from '../print-table.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';
import { OUTWARD_COMMANDS } from './outward-commands.ts';

const health: AdminCommand = {
  summary: 'Show how well providers keep their records here: last write, rate, refusals, gaps.',
  options: [
    new Option('--tenant <tenant>', 'Id or domain name of the tenant.').makeOptionMandatory(),
    new Option('--provider <id>', 'Only the provider with this registrationId.'),
  ],
  run: async ({ admin, options }) => {
    const { tenant, provider } = options as { readonly tenant: string; readonly provider?: string };
    const query = { tenant, ...(provider !== undefined && { provider }) };
    const { value } = (await admin.call({ path: '/sync', query })) as { readonly value: readonly SyncHealth[] };
    return { json: value, text: value.flatMap(describe).join('\n') || 'The tenant has no providers.' };
  },
};

function describe(provider: SyncHealth): readonly string[] {
  const { displayName, id, isEnabled, lastWriteAt, accepted, refused, refusals, byHour } = provider;
  const { unmappedLearners, contentsWithoutActivity, overdueActivities } = provider;
  const dayRate = byHour.reduce((total, hour) => total + hour.accepted, 0);
  const facts = [
    ['Last write', lastWriteAt ?? 'none'],
    ['Accepted', `${accepted}, in the last 24 hours ${dayRate}`],
    [
      'Refused',
      `${refused}${refused === 0 ? '' : `: ${refusals.map(({ error, count }) => `${error} ${count}`).join(', ')}`}`,
    ],
    [
      'Unmapped learners',
      listed(
        unmappedLearners.count,
        unmappedLearners.value.map((learner) => learner.id),
      ),
    ],
    [
      'Contents without activity',
      listed(
        contentsWithoutActivity.count,
        contentsWithoutActivity.value.map(({ title }) => title),
      ),
    ],
    ['Overdue activities', String(overdueActivities)],
  ];
  return [`${displayName}  ${id}${isEnabled ? '' : '  (activities switched off)'}`, ...formatTable(facts, '  ')];
}

const SHOWN = 3;

function listed(count: number, names: readonly string[]): string {
  if (count === 0) return '0';
  return `${count}: ${names.slice(0, SHOWN).join(', ')}${count > SHOWN ? ', …' : ''}`;
}

export const SYNC_COMMANDS: AdminGroup = {
  name: 'sync',
  summary: 'Keep records true in other tenants, and see how well providers keep theirs here.',
  commands: { health, ...OUTWARD_COMMANDS },
};
