/** What a developer needs to use a sandbox: names, ids and secrets. The database keeps it, the data folder has a copy. */
import { existsSync, readFileSync } from 'node:fs';

import { readJsonFile } from '../lib/read-filled.ts';
import { writeWhole } from '../lib/write-whole.ts';

export interface SandboxCredentials {
  readonly tenantId: string;
  readonly apps: Readonly<
    Record<string, { readonly clientId: string; readonly clientSecret: string; readonly roles: readonly string[] }>
  >;
  /** Apps that users sign in with. */
  readonly signInApps: Readonly<
    Record<
      string,
      { readonly clientId: string; readonly scopes: readonly string[]; readonly redirectUris: readonly string[] }
    >
  >;
  /** Apps that prove themselves with a certificate. */
  readonly certificateApps: Readonly<
    Record<
      string,
      {
        readonly clientId: string;
        /** SHA-1 in hex. */
        readonly certificateThumbprints: readonly string[];
        readonly roles: readonly string[];
      }
    >
  >;
  readonly users: Readonly<
    Record<string, { readonly id: string; readonly userPrincipalName: string; readonly password: string }>
  >;
  readonly samples: Readonly<Record<string, string>>;
}

/** Older credentials lack sign-in apps, apps with certificates, and passwords. */
type StoredCredentials = Omit<SandboxCredentials, 'signInApps' | 'certificateApps' | 'users'> & {
  readonly signInApps?: SandboxCredentials['signInApps'];
  readonly certificateApps?: SandboxCredentials['certificateApps'];
  readonly users: Readonly<Record<string, Partial<SandboxCredentials['users'][string]>>>;
};

/** Credentials as stored by this release or an earlier one. */
export function readCredentials(kept: unknown): SandboxCredentials {
  const { signInApps = {}, certificateApps = {}, users, ...credentials } = kept as StoredCredentials;
  const entries = Object.entries(users).map(([name, user]) => [name, { password: '', ...user }]);
  return {
    ...credentials,
    signInApps,
    certificateApps,
    users: Object.fromEntries(entries) as SandboxCredentials['users'],
  };
}

const CREDENTIALS_HINT = 'Restore it from a copy.';

/** For {@link readCredentials}; `undefined` when the file is missing. @throws StartError when it cannot be read */
export function findCredentialsFile(path: string): unknown {
  return existsSync(path) ? readJsonFile(path, { what: 'The sandbox file', hint: CREDENTIALS_HINT }) : undefined;
}

/** For people and scripts. Readable by its owner only; whole or not at all; left alone when it says the same. */
export function writeCredentialsFile(path: string, credentials: SandboxCredentials): void {
  const text = `${JSON.stringify(credentials, null, 2)}\n`;
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeWhole(path, text, 0o600);
}
