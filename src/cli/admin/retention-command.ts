/** `vivarium retention` */
import { Option } from 'commander';
import type { RetentionOutcome } from '../../library/admin-types.ts';
import { formatTable } from '../print-table.ts';
import { readCount } from '../read-argument.ts';
import type { AdminCommand } from './admin-command.ts';

export const RETENTION_COMMAND: AdminCommand = {
  summary: 'Delete activities that were completed long ago: by the rules of the setting, or by one that is given.',
  options: [
    new Option('--tenant <tenant>', 'Id or domain name; with --days.'),
    new Option('--days <days>', 'Activities that were completed longer ago go.').argParser(readCount),
    new Option('--yes', 'Delete. Without it, the command only says what would go.'),
  ],
  run: async ({ admin, options }) => {
    const { tenant, days, yes = false } = options as RetentionFlags;
    const json = { tenant, days, isDryRun: !yes };
    const { value } = (await admin.call({ method: 'POST', path: '/retention', json })) as {
      readonly value: readonly RetentionOutcome[];
    };
    if (value.length === 0)
      return { json: value, text: 'There are no rules. Give --tenant and --days, or set retentionRule.' };
    const rows = value.map((one) => [one.tenant, String(one.days), one.before, String(one.activities)]);
    const table = formatTable([['TENANT', 'DAYS', 'COMPLETED BEFORE', 'ACTIVITIES'], ...rows]);
    const text = [...table, yes ? 'They were deleted.' : 'Nothing was deleted: give --yes to delete them.'].join('\n');
    return { json: value, text };
  },
};

interface RetentionFlags {
  readonly tenant?: string;
  readonly days?: number;
  readonly yes?: boolean;
}
