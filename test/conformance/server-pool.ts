/** Servers for rows: rows with the same settings share one, each in a tenant of its own. */
import { join } from 'node:path';

import { FAULTS } from '../support/faults.ts';
import type { StoreDriver } from '../support/store.ts';
import { MAX_COPIES, startTenantServer } from '../support/tenants.ts';
import type { OwnTenant, TenantServer } from '../support/tenants.ts';
import type { Row } from './row.ts';

/** Is given back, so that a server whose rows are all done takes up nothing more. */
export interface Place extends AsyncDisposable {
  readonly server: TenantServer;
  readonly tenant: OwnTenant;
}

/** A server, how many of its tenants are free, and how many rows are not done with theirs or have not come yet. */
interface Entry {
  readonly server: Promise<TenantServer>;
  readonly open: AsyncDisposableStack;
  left: number;
  expected: number;
}

export class ServerPool implements AsyncDisposable {
  /** Rows that have no server yet, by what they need. */
  readonly #waiting = new Map<string, number>();
  readonly #entries = new Map<string, Entry>();
  readonly #open = new AsyncDisposableStack();
  readonly #store: StoreDriver;

  /** @param rows every one that will come, so that no server has more tenants than it needs */
  constructor(rows: readonly Row[], store: StoreDriver) {
    this.#store = store;
    for (const row of rows) this.#waiting.set(needsOf(row), (this.#waiting.get(needsOf(row)) ?? 0) + 1);
  }

  async takePlace(row: Row): Promise<Place> {
    const found = this.#entries.get(needsOf(row));
    const entry = found !== undefined && found.left > 0 ? found : this.#addEntry(row);
    entry.left -= 1;
    const server = await entry.server;
    return {
      server,
      tenant: server.takeTenant(),
      [Symbol.asyncDispose]: async () => {
        entry.expected -= 1;
        if (entry.expected === 0) await entry.open.disposeAsync();
      },
    };
  }

  /** A server that does not start is not tried again: all its rows fail for the same reason. */
  #addEntry(row: Row): Entry {
    const needs = needsOf(row);
    const waiting = this.#waiting.get(needs) ?? 0;
    const copies = Math.min(waiting, MAX_COPIES);
    const open = this.#open.use(new AsyncDisposableStack());
    const entry = { server: this.#start(row, copies, open), open, left: copies, expected: copies };
    this.#entries.set(needs, entry);
    this.#waiting.set(needs, waiting - copies);
    return entry;
  }

  async #start({ settings = {}, fault }: Row, copies: number, open: AsyncDisposableStack): Promise<TenantServer> {
    const seed = join(import.meta.dirname, 'seed.yaml');
    const server = open.use(await startTenantServer({ seed, copies, settings, store: this.#store }));
    if (fault !== undefined) open.use(await FAULTS[fault](server.database));
    return server;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#open.disposeAsync();
  }
}

function needsOf({ settings = {}, fault }: Row): string {
  return JSON.stringify([settings, fault]);
}
