/** `vivarium __values SOURCE =BEGIN WORDS`: what the script of a shell asks for when only a server knows what can stand there. */
import { homedir } from 'node:os';
import { findCredentials } from '../../app/commands/find-running.ts';
import { loadSettings } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import type {
  Fault,
  FaultPreset,
  Inbox,
  JournalPage,
  Limit,
  SnapshotDescription,
} from '../../library/control-types.ts';
import { describeFault, describeLimit } from '../control/rule-text.ts';
import type { TargetFlags } from '../control/target.ts';
import { findReady } from '../ready-file.ts';
import { LIVE_SOURCES } from './shells.ts';
import type { LiveSource } from './shells.ts';

/** Someone waits at a prompt. */
const PATIENCE_MS = 1000;
/** More cannot be looked through. */
const MAX_VALUES = 200;

/** Prints what begins as the word does, a value a line, with what is said of it behind a tab. Whatever fails, it prints nothing. */
export async function printValues(argv: readonly string[]): Promise<number> {
  const [, name, begin = '', ...words] = argv;
  const source = LIVE_SOURCES.find((known) => known === name);
  // The equals sign is there since PowerShell loses empty words.
  const work = source && print(source, begin.replace(/^=/, ''), words).catch(() => {});
  await Promise.race([work, patience()]);
  // A server that does not answer must not keep the prompt.
  process.exit(0);
}

interface Value {
  readonly value: string;
  readonly said?: string;
}

async function print(source: LiveSource, begin: string, words: readonly string[]): Promise<void> {
  const settings = loadSettings({ flags: readFlags(words, SETTING_FLAGS), isForServer: true });
  const values = await SOURCES[source](settings, readFlags(words, TARGET_FLAGS));
  const lines = values
    .filter(({ value }) => value.startsWith(begin) && !CONTROL_CHARACTER.test(value))
    .slice(0, MAX_VALUES)
    .map(({ value, said = '' }) => `${value}\t${said.replaceAll(/\s+/g, ' ')}\n`);
  await new Promise((resolve) => process.stdout.write(lines.join(''), resolve));
}

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
}

// oxlint-disable-next-line no-control-regex -- a line feed or a tab would be taken for the end of the value
const CONTROL_CHARACTER = /[\u0000-\u001F\u007F]/;

const SETTING_FLAGS = { '--data': 'data', '--ready-file': 'readyFile', '--config': 'config', '-c': 'config' };
const TARGET_FLAGS = { '--url': 'url', '--token-file': 'tokenFile', '--ca-file': 'caFile' };

/** Of a line that is not finished: what was given of these flags, with a space or an equals sign. */
function readFlags(
  words: readonly string[],
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const given = words.flatMap((word, index) => {
    const [flag = '', value = words[index + 1] ?? ''] = word.startsWith('--') ? word.split(/=(.*)/s, 2) : [word];
    const name = names[flag];
    return name === undefined || value === '' ? [] : [[name, value.replace(/^~(?=\/)/, homedir())] as const];
  });
  return Object.fromEntries(given);
}

type List = (settings: Settings, flags: TargetFlags) => Promise<readonly Value[]>;

const SOURCES: Readonly<Record<LiveSource, List>> = {
  app: async (settings) => {
    const { apps, signInApps, certificateApps } = getCredentials(settings);
    return Object.entries({ ...signInApps, ...certificateApps, ...apps }).map(([value, { clientId }]) => ({
      value,
      said: clientId,
    }));
  },
  user: async (settings) =>
    Object.entries(getCredentials(settings).users).map(([value, { userPrincipalName }]) => ({
      value,
      said: userPrincipalName,
    })),
  scope: async (settings) => {
    // Users sign in with the first app that has any.
    const found = Object.values(getCredentials(settings).signInApps).find(({ scopes }) => scopes.length > 0);
    return (found?.scopes ?? []).map((value) => ({ value }));
  },
  tenant: async (settings, flags) => {
    const { tenants } = (await ask(settings, flags, '/status')) as { readonly tenants: readonly TenantNames[] };
    const said = ({ displayName }: TenantNames): string => displayName;
    return tenants.flatMap((tenant) => [tenant.domainName, tenant.id].map((value) => ({ value, said: said(tenant) })));
  },
  fault: async (settings, flags) => {
    const { value } = (await ask(settings, flags, '/faults')) as { readonly value: readonly Fault[] };
    return value.map((fault) => ({ value: fault.id, said: describeFault(fault) }));
  },
  limit: async (settings, flags) => {
    const { value } = (await ask(settings, flags, '/limits')) as { readonly value: readonly Limit[] };
    return value.map((limit) => ({ value: limit.id, said: describeLimit(limit) }));
  },
  'fault-preset': (settings, flags) => listPresets('fault', settings, flags),
  'limit-preset': (settings, flags) => listPresets('limit', settings, flags),
  snapshot: async (settings, flags) => {
    const { value } = (await ask(settings, flags, '/snapshots')) as { readonly value: readonly SnapshotDescription[] };
    return value.map(({ name, createdAt }) => ({ value: name, said: createdAt }));
  },
  inbox: async (settings, flags) => {
    const { value } = (await ask(settings, flags, '/inboxes')) as { readonly value: readonly Inbox[] };
    return value.map(({ name, requests }) => ({ value: name, said: `requests: ${requests}` }));
  },
  entry: async (settings, flags) => {
    const { value } = (await ask(settings, flags, '/journal')) as JournalPage;
    return value.map(({ id, status, method, operation }) => ({
      value: String(id),
      said: [status, method, operation].join(' ').trim(),
    }));
  },
};

interface TenantNames {
  readonly id: string;
  readonly domainName: string;
  readonly displayName: string;
}

async function listPresets(
  kind: FaultPreset['kind'],
  settings: Settings,
  flags: TargetFlags,
): Promise<readonly Value[]> {
  const { value } = (await ask(settings, flags, '/fault-presets')) as { readonly value: readonly FaultPreset[] };
  return value.filter((preset) => preset.kind === kind).map(({ name, what }) => ({ value: name, said: what }));
}

async function ask(settings: Settings, flags: TargetFlags, path: string): Promise<unknown> {
  // Credentials need no HTTP.
  const { connect } = await import('../control/connect.ts');
  return connect(settings, flags).call({ path });
}

/** Of the ready file when one is named, else of the data folder, whether or not a server runs on it. */
function getCredentials(
  settings: Settings,
): Pick<NonNullable<ReturnType<typeof findCredentials>>, 'apps' | 'signInApps' | 'certificateApps' | 'users'> {
  const { readyFile } = settings;
  const found = readyFile === undefined ? findCredentials(settings) : findReady(readyFile);
  if (found === undefined) throw new Error('There are no credentials');
  return found;
}
