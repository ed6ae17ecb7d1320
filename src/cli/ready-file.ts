/** What a script needs to use the server that was just started: a file, or a line of output. */
import { rename, rm, writeFile } from 'node:fs/promises';
import type { App } from '../app.ts';
import { StartError } from '../base/start-error.ts';

export interface ReadyContent extends Pick<App['card'], 'tenantId' | 'apps' | 'signInApps' | 'users' | 'samples'> {
  readonly baseUrl: string;
  /** Null when the certificate is the user's own. */
  readonly caFile: string | null;
  /** Null when the server issues no tokens. */
  readonly tokenUrl: string | null;
  /** Both null when the server is no sandbox. */
  readonly controlUrl: string | null;
  readonly controlToken: string | null;
}

/** Names and order are an interface: scripts and tests read them. */
export function describeReady({ baseUrl, caFile, tokenUrl, card, control }: App): ReadyContent {
  const { tenantId, apps, signInApps, users, samples } = card;
  return {
    baseUrl,
    caFile: caFile ?? null,
    tenantId,
    tokenUrl: tokenUrl ?? null,
    apps: mapValues(apps, ({ clientId, clientSecret, roles }) => ({ clientId, clientSecret, roles })),
    users: mapValues(users, ({ id, userPrincipalName, password }) => ({ id, userPrincipalName, password })),
    samples,
    signInApps: mapValues(signInApps, ({ clientId, scopes, redirectUris }) => ({ clientId, scopes, redirectUris })),
    controlUrl: control?.url ?? null,
    controlToken: control?.token ?? null,
  };
}

/** Writes the file as a whole or not at all, for its owner only. Throws StartError. */
export async function writeReadyFile(path: string, content: ReadyContent): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600 });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unusable(path, cause);
  }
}

/** Removes the file of an earlier run, which a waiting script would take for ours. Throws StartError. */
export async function removeReadyFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): StartError {
  const { code } = cause as NodeJS.ErrnoException;
  const hint = 'Choose another with --ready-file.';
  return new StartError(`The ready file ${path} cannot be written (${code}).`, { hint, cause });
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
