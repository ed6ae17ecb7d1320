/** The apps that the console's Graph requests come from: no tenant has registered them, and every tenant knows them. */
import type { AppId } from '../lib/ids.ts';

interface ConsoleApp {
  readonly id: AppId;
  readonly name: string;
}

/** Of its pages. A sandbox leaves their requests alone, and its journal has only changes of theirs that were refused. */
export const CONSOLE_PAGES: ConsoleApp = {
  id: 'b0c0a6e2-7c1e-4d8b-9a53-3f4f1d2a9c10' as AppId,
  name: 'Vivarium console',
};

/** Of its explorer, whose requests are a person's, and are treated and recorded as those of any client. */
export const CONSOLE_EXPLORER: ConsoleApp = {
  id: 'b0c0a6e2-7c1e-4d8b-9a53-3f4f1d2a9c11' as AppId,
  name: 'Vivarium explorer',
};

export const CONSOLE_APPS: readonly ConsoleApp[] = [CONSOLE_PAGES, CONSOLE_EXPLORER];

/** Whether the app is the server's own. */
export function isConsoleApp(id: AppId): boolean {
  return CONSOLE_APPS.some((app) => app.id === id);
}
