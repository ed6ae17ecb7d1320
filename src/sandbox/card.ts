/** What a developer needs to use a sandbox: names, ids and secrets. Kept beside the database, which holds only hashes. */
import { existsSync, readFileSync } from 'node:fs';

import { writeWhole } from '../base/write-whole.ts';

export interface SandboxCard {
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
  readonly users: Readonly<
    Record<string, { readonly id: string; readonly userPrincipalName: string; readonly password: string }>
  >;
  readonly samples: Readonly<Record<string, string>>;
}

/** A card from before users could sign in has nothing about that. */
type StoredCard = Omit<SandboxCard, 'signInApps' | 'users'> & {
  readonly signInApps?: SandboxCard['signInApps'];
  readonly users: Readonly<Record<string, Partial<SandboxCard['users'][string]>>>;
};

/** `undefined` when the folder was not filled from a seed. */
export function findCard(path: string): SandboxCard | undefined {
  if (!existsSync(path)) return undefined;
  const { signInApps = {}, users, ...card } = JSON.parse(readFileSync(path, 'utf8')) as StoredCard;
  const entries = Object.entries(users).map(([name, user]) => [name, { password: '', ...user }]);
  return { ...card, signInApps, users: Object.fromEntries(entries) as SandboxCard['users'] };
}

/** Readable by its owner only; whole or not at all. */
export function writeCard(path: string, card: SandboxCard): void {
  writeWhole(path, `${JSON.stringify(card, null, 2)}\n`, 0o600);
}
