/** What a developer needs to use a sandbox: names, ids and secrets. Kept beside the database, which holds only hashes. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

export interface SandboxCard {
  readonly tenantId: string;
  readonly apps: Readonly<
    Record<string, { readonly clientId: string; readonly clientSecret: string; readonly roles: readonly string[] }>
  >;
  readonly users: Readonly<Record<string, { readonly id: string; readonly userPrincipalName: string }>>;
  readonly samples: Readonly<Record<string, string>>;
}

/** `undefined` when the folder was not filled from a seed. */
export function findCard(path: string): SandboxCard | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as SandboxCard) : undefined;
}

/** Readable by its owner only; whole or not at all. */
export function writeCard(path: string, card: SandboxCard): void {
  const draft = `${path}.new`;
  writeFileSync(draft, `${JSON.stringify(card, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}
