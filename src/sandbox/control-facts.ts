/** What the control API of a sandbox says of itself. */
import type { ControlApiFacts } from '../control/facts.ts';

export const CONTROL_FACTS: ControlApiFacts = {
  name: 'control',
  description: [
    'For tests of a sandbox: reset it, save and restore its state, set its clock, inject faults, read its journal and what arrived in its inboxes.',
    'It is separate from the Graph API and switched off on servers that are not a sandbox.',
  ].join(' '),
  tokenPlace: 'that the start prints',
  changedBy: 'operator',
};
