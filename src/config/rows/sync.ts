/** Settings of the group Sync: other tenants that the record is kept true in. */
import type { SettingRows } from './setting-row.ts';

export const SYNC_ROWS = {
  syncTargets: {
    type: 'targets',
    default: [],
    group: 'Sync',
    description: 'Tenants that the records of providers are kept true in; docs/sync.md is the guide.',
  },
  syncWaitLimitMinutes: {
    type: 'integer',
    range: [1, 10_080],
    unit: 'minutes',
    default: 15,
    group: 'Sync',
    description: 'When something has waited longer to be sent, or cannot be sent, the event syncWaiting reports it.',
  },
} as const satisfies SettingRows;
