/** Servers for rows: rows with the same settings share one, each in a tenant of its own. */
import { join } from 'node:path';

import { FAULTS } from '../support/faults.ts';
import { MAX_COPIES, startTenantServer } from '../support/tenants.ts';
import type { OwnTenant, TenantServer } from '../support/tenants.ts';
import type { Row } from './row.ts';

export interface Place {
  readonly server: TenantServer;
  readonly tenant: OwnTenant;
}

export class ServerPool implements AsyncDisposable {
  /** Rows that have no place yet, by what they need. */
  readonly #waiting = new Map<string, number>();
  readonly #servers = new Map<string, { readonly server: TenantServer; left: number }>();
  readonly #open = new AsyncDisposableStack();

  /** Every row that will come, so that no server has more tenants than it needs. */
  constructor(rows: readonly Row[]) {
    for (const row of rows) this.#waiting.set(needsOf(row), (this.#waiting.get(needsOf(row)) ?? 0) + 1);
  }

  async takePlace(row: Row): Promise<Place> {
    const needs = needsOf(row);
    const found = this.#servers.get(needs);
    const entry = found !== undefined && found.left > 0 ? found : await this.#start(row);
    entry.left -= 1;
    return { server: entry.server, tenant: entry.server.takeTenant() };
  }

  async #start({ settings = {}, ...row }: Row): Promise<{ readonly server: TenantServer; left: number }> {
    const needs = needsOf({ settings, ...row });
    const waiting = this.#waiting.get(needs) ?? 0;
    const copies = Math.min(waiting, MAX_COPIES);
    const server = await startTenantServer({ seed: join(import.meta.dirname, 'seed.yaml'), copies, settings });
    this.#open.use(server);
    if (row.fault !== undefined) this.#open.use(FAULTS[row.fault](server.database));
    const entry = { server, left: copies };
    this.#servers.set(needs, entry);
    this.#waiting.set(needs, waiting - copies);
    return entry;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#open.disposeAsync();
  }
}

function needsOf({ settings = {}, fault }: Row): string {
  return JSON.stringify([settings, fault]);
}
