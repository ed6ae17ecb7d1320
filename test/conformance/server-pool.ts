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

/** A server, and how many of its tenants are free. */
interface Entry {
  readonly server: Promise<TenantServer>;
  left: number;
}

export class ServerPool implements AsyncDisposable {
  /** Rows that have no server yet, by what they need. */
  readonly #waiting = new Map<string, number>();
  readonly #entries = new Map<string, Entry>();
  readonly #open = new AsyncDisposableStack();

  /** Every row that will come, so that no server has more tenants than it needs. */
  constructor(rows: readonly Row[]) {
    for (const row of rows) this.#waiting.set(needsOf(row), (this.#waiting.get(needsOf(row)) ?? 0) + 1);
  }

  async takePlace(row: Row): Promise<Place> {
    const found = this.#entries.get(needsOf(row));
    const entry = found !== undefined && found.left > 0 ? found : this.#addEntry(row);
    entry.left -= 1;
    const server = await entry.server;
    return { server, tenant: server.takeTenant() };
  }

  /** A server that does not start is not tried again: all its rows fail for the same reason. */
  #addEntry(row: Row): Entry {
    const needs = needsOf(row);
    const waiting = this.#waiting.get(needs) ?? 0;
    const copies = Math.min(waiting, MAX_COPIES);
    const entry = { server: this.#start(row, copies), left: copies };
    this.#entries.set(needs, entry);
    this.#waiting.set(needs, waiting - copies);
    return entry;
  }

  async #start({ settings = {}, fault }: Row, copies: number): Promise<TenantServer> {
    const seed = join(import.meta.dirname, 'seed.yaml');
    const server = this.#open.use(await startTenantServer({ seed, copies, settings }));
    if (fault !== undefined) this.#open.use(FAULTS[fault](server.database));
    return server;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#open.disposeAsync();
  }
}

function needsOf({ settings = {}, fault }: Row): string {
  return JSON.stringify([settings, fault]);
}
