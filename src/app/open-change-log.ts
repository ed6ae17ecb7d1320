/** The log of changes while a server runs: what it keeps, the heads that are noted, and what grows too old. */
import { resolve } from 'node:path';

import type { Settings } from '../config/settings.ts';
import { SETTINGS } from '../config/settings.ts';
import { systemClock } from '../lib/clock.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import { readWord } from '../lib/read-filled.ts';
import { RepeatedTask } from '../lib/repeated-task.ts';
import { StartError } from '../lib/start-error.ts';
import type { ChainKey } from '../store/changes/chain.ts';
import { listLoggedTenants } from '../store/changes/read-log.ts';
import { createHeadNotes, fitsRegisters } from '../store/changes/register-writes.ts';
import { cutLog } from '../store/changes/retention.ts';
import { noteSettings, readNotedSettings } from '../store/changes/settings-record.ts';
import type { ChangeLogOptions } from '../store/changes/sqlite-log.ts';
import type { SqlConnection } from '../store/connection.ts';
import { createChangeFeed } from '../store/feed/change-feed.ts';
import { trimFeeds, trimNotes } from '../store/feed/feed-upkeep.ts';
import type { Events } from '../telemetry/events.ts';

/** Shorter ones can be guessed. */
const MIN_KEY_LENGTH = 32;
/** How much of the end of a chain could be taken away unseen, in time. */
const NOTE_MS = 60_000;
const RETENTION_MS = 3_600_000;
const DAY_MS = 86_400_000;

type LogSettings = Pick<Settings, 'audit' | 'auditKeyFile' | 'feedDays'>;

/** `undefined` when nothing is to be logged. @throws StartError when the key cannot be used */
export function changeLogOf(settings: LogSettings): ChangeLogOptions | undefined {
  const key = readChainKey(settings);
  const { audit, feedDays } = settings;
  if (audit === 'off' && feedDays === 0) return undefined;
  return { detail: audit === 'off' ? 'notes' : audit, key };
}

/** @throws StartError when the file is missing, or holds no key that is hard to guess */
export function readChainKey({ auditKeyFile }: Pick<Settings, 'auditKeyFile'>): ChainKey {
  if (auditKeyFile === undefined) return undefined;
  const what = 'The key of the audit trail';
  const hint = 'Make one with: openssl rand -base64 32';
  const word = readWord(auditKeyFile, { what, hint });
  if (word.length < MIN_KEY_LENGTH)
    throw new StartError(`${what} in ${auditKeyFile} has fewer than ${MIN_KEY_LENGTH} characters.`, { hint });
  return Buffer.from(word);
}

export interface LogKeeping {
  readonly settings: Settings;
  readonly connection: SqlConnection;
  readonly events: Pick<Events, 'changeLogNoted' | 'changeLogCut' | 'backgroundTaskFailed'>;
}

/** Notes heads of the chains that this process writes: now and then, and the last ones when it is disposed of. */
export function openHeadNotes({ settings, connection, events }: LogKeeping): AsyncDisposable {
  const opening = new AsyncDisposableStack();
  if (settings.audit === 'off') return opening;
  const notes = createHeadNotes({ connection, key: readChainKey(settings) });
  const note = async (): Promise<void> => {
    for (const { tenantKey, head } of await notes.note()) events.changeLogNoted(tenantKey, head);
  };
  const onFailure = (cause: unknown): void => events.backgroundTaskFailed('heads of the audit trail', cause);
  opening.defer(() => note().catch(onFailure));
  opening.use(new RepeatedTask(note, { pauseMs: NOTE_MS, onFailure }));
  return opening;
}

/**
 * What is done once for a server, by however many processes it is served: heads as well, settings where they differ from
 * those of the start before, and retention.
 */
export async function openLogKeeping({
  settings,
  folder,
  connection,
  events,
}: LogKeeping & { readonly folder: Pick<DataFolder, 'note'> }): Promise<AsyncDisposable> {
  const { auditDays, auditKeyFile, feedDays } = settings;
  folder.note({ auditKeyFile: auditKeyFile && resolve(auditKeyFile) });
  const writer = { connection, key: readChainKey(settings) };
  const feed = createChangeFeed(connection);
  await noteSettings(writer, shownSettings(settings), settings.audit !== 'off');
  await using opening = new AsyncDisposableStack();
  opening.use(openHeadNotes({ settings, connection, events }));
  if (auditDays !== undefined) {
    const cut = async (): Promise<void> => {
      const before = systemClock.now() - auditDays * DAY_MS;
      for (const tenantKey of await listLoggedTenants(connection)) {
        await feed.gather(tenantKey);
        const records = await cutLog(writer, { tenantKey, before });
        if (records > 0) events.changeLogCut(tenantKey, records);
      }
    };
    const onFailure = (cause: unknown): void => events.backgroundTaskFailed('retention of the audit trail', cause);
    await cut().catch(onFailure);
    opening.use(new RepeatedTask(cut, { pauseMs: RETENTION_MS, onFailure }));
  }
  const trim = async (): Promise<void> => {
    const before = systemClock.now() - feedDays * DAY_MS;
    await trimFeeds(connection, before);
    await trimNotes(connection, before);
  };
  const onTrimFailure = (cause: unknown): void => events.backgroundTaskFailed('retention of the change feed', cause);
  opening.use(new RepeatedTask(trim, { pauseMs: RETENTION_MS, onFailure: onTrimFailure }));
  return opening.move();
}

/** What rules data and protocol, and may differ between no two servers of a database; no secrets, no places. */
const NOTED_GROUPS: ReadonlySet<string> = new Set(['Tokens', 'Limits', 'Behaviour']);
const NOTED_KEYS: ReadonlySet<string> = new Set(['audit', 'auditDays']);

function shownSettings(settings: Settings): Readonly<Record<string, unknown>> {
  const noted = SETTINGS.filter(({ group, key, isSecret }) => {
    return isSecret !== true && (NOTED_GROUPS.has(group) || NOTED_KEYS.has(key));
  });
  const values = noted.map(({ key, name }) => [name, settings[key] ?? null] as const);
  return { ...Object.fromEntries(values), isAuditSealed: settings.auditKeyFile !== undefined };
}

/**
 * For a command that changes the data of a server that does not run: the settings with that server's audit, so that the change
 * is recorded as the server would have done.
 * @throws StartError when the trail is sealed and the key is not known here, or is another one
 */
export async function asServerAudits(
  settings: Settings,
  { folder, connection }: { readonly folder: Pick<DataFolder, 'readFacts'>; readonly connection: SqlConnection },
): Promise<Settings> {
  const noted = await readNotedSettings({ connection });
  const audit = noted?.['audit'] as Settings['audit'] | undefined;
  if (audit === undefined) return settings;
  const auditKeyFile = settings.auditKeyFile ?? folder.readFacts().auditKeyFile;
  if (noted?.['isAuditSealed'] === true && audit !== 'off') {
    const hint = 'Name its file with --audit-key-file.';
    if (auditKeyFile === undefined)
      throw new StartError('The audit trail of this data is sealed with a key that is not known here.', { hint });
    const key = readChainKey({ auditKeyFile });
    if (!(await fitsRegisters({ connection, key })))
      throw new StartError(`The audit trail of this data is sealed with another key than that in ${auditKeyFile}.`, {
        hint,
      });
  }
  return { ...settings, audit, auditKeyFile };
}
