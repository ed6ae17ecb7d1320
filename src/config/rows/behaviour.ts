/** Settings of the group Behaviour: what it serves beside Microsoft Graph. */
import { ACTIVITY_LICENCE, DIRECTORY_MODES, LICENCES } from '../../model/directory.ts';
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
  directory: {
    type: 'choice',
    values: DIRECTORY_MODES,
    default: 'registered',
    group: 'Behaviour',
    description:
      'Whose activities are accepted, in tenants that do not say so themselves. registered: those of its users. open: those of any learner, who becomes a user with the first one.',
  },
  openLicence: {
    type: 'choice',
    values: LICENCES,
    default: ACTIVITY_LICENCE,
    group: 'Behaviour',
    description:
      'Licence of learners who become users by an open directory. With any but premium, their activities are refused for want of a licence, and they do not become users.',
  },
} as const satisfies SettingRows;
