/** `vivarium console` */
import { StartError } from '../../lib/start-error.ts';
import type { AdminCommand } from './admin-command.ts';

const HINT = 'Start one with: vivarium start';

export const CONSOLE_COMMAND: AdminCommand = {
  summary: 'Print a link that opens the console, signed in. It works once, within an hour.',
  run: async ({ admin }) => {
    if (admin.baseUrl === undefined)
      throw new StartError('No server runs here, so there is no console.', { hint: HINT });
    const { url } = (await admin.call({ method: 'POST', path: '/sessions/codes' })) as { readonly url: string };
    return { json: { url }, text: url };
  },
};
