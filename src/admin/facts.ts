/** What the admin API says of itself. */
import type { ControlApiFacts } from '../control/facts.ts';

export const ADMIN_FACTS: ControlApiFacts = {
  name: 'admin',
  description: 'To run a server: what it is, what it holds, who may use it. It is separate from the Graph API.',
  tokenPlace: 'in the file admin-token of the data folder, or in the one that the setting adminTokenFile names',
  changedBy: 'administrator',
};
