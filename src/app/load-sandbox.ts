/** The sandbox of the settings. A server without it loads none of its files. */
import { bearerChallenge } from '../auth/authenticate.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/id-source.ts';
import type { Settings } from '../config/settings.ts';
import type { SandboxOptions, SandboxSources } from '../sandbox/options.ts';
import type { Sandbox } from '../sandbox/plugin.ts';
import { readStartSeed, seedTools } from './fill-data.ts';
import { findAuthority } from './open-issuers.ts';
import { errorStyleOf } from './open-server.ts';
import type { Parts } from './parts.ts';

export interface LoadedSandbox {
  readonly sources: SandboxSources;
  open(beside: Beside): Promise<Sandbox>;
}

/** What is open beside it, and how the server was started. */
type Beside = Pick<
  Parts,
  | 'settings'
  | 'folder'
  | 'events'
  | 'connection'
  | 'directory'
  | 'tenants'
  | 'standings'
  | 'lockout'
  | 'sync'
  | 'findBaseUrl'
> &
  Pick<SandboxOptions, 'hasFilled' | 'authorityFile' | 'sessions'> & { readonly seed: unknown };

/** @param openIds the ids that the server starts with, by the clock */
export async function loadSandbox(
  { sandbox }: Settings,
  baseClock: Clock,
  openIds: (clock: Clock) => IdSource,
): Promise<LoadedSandbox | undefined> {
  if (!sandbox) return undefined;
  const { openSandbox, openSources } = await import('../sandbox/plugin.ts');
  const sources = openSources(baseClock, openIds);
  return { sources, open: (beside) => openSandbox({ ...sources, ...optionsOf(beside, sources) }) };
}

function optionsOf(beside: Beside, { clock }: SandboxSources): Omit<SandboxOptions, keyof SandboxSources> {
  const { settings, connection, tenants, standings, seed, ...rest } = beside;
  return {
    ...rest,
    connection,
    behaviour: settings,
    errorStyle: errorStyleOf({ clock, settings }),
    journalBounds: { entries: settings.journalEntries, bytes: settings.journalBytes },
    bodyLimitBytes: settings.bodyLimitBytes,
    seeds: { tools: seedTools(settings, connection), readStartSeed: () => readStartSeed(settings, seed) },
    findChallenge: () => bearerChallenge(findAuthority(beside)),
    forgetTenants: () => {
      tenants.forget();
      standings.forget();
    },
  };
}
