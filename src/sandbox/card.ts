/** What a developer needs to use a sandbox: names, ids and secrets. The database keeps it, the data folder has a copy. */
import { existsSync, readFileSync } from 'node:fs';

import { readJsonFile } from '../base/read-filled.ts';
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

/** A card as it was kept, by this release or an earlier one. */
export function readCard(kept: unknown): SandboxCard {
  const { signInApps = {}, users, ...card } = kept as StoredCard;
  const entries = Object.entries(users).map(([name, user]) => [name, { password: '', ...user }]);
  return { ...card, signInApps, users: Object.fromEntries(entries) as SandboxCard['users'] };
}

const CARD_HINT = 'Restore it from a copy.';

/** For {@link readCard}; `undefined` when the file is missing. @throws StartError when it cannot be read */
export function findCardFile(path: string): unknown {
  return existsSync(path) ? readJsonFile(path, { what: 'The sandbox file', hint: CARD_HINT }) : undefined;
}

/** For people and scripts. Readable by its owner only; whole or not at all; left alone when it says the same. */
export function writeCardFile(path: string, card: SandboxCard): void {
  const text = `${JSON.stringify(card, null, 2)}\n`;
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeWhole(path, text, 0o600);
}
