/** Settings of the group Behaviour: what it serves beside Microsoft Graph. */
import type { SettingRows } from './setting-row.ts';

export const BEHAVIOUR_ROWS = {
  sandbox: {
    type: 'boolean',
    default: true,
    group: 'Behaviour',
    description:
      'Serve the control API below /_vivarium, for tests: reset, snapshots, clock, faults, journal. It needs the control token. Off by default with database, with publicUrl and without embeddedIssuer.',
  },
  idSeed: {
    type: 'text',
    group: 'Behaviour',
    description: 'Seeds the id generator: from a fresh data folder on, the same requests get the same ids.',
  },
  explainRefusals: {
    type: 'boolean',
    default: true,
    group: 'Behaviour',
    description:
      'Say in innerError why a request was refused: what is wrong with the token or with a value, which permission or licence is missing. The log and the journal have it in any case. Switch it off where the server is not a sandbox.',
  },
} as const satisfies SettingRows;
