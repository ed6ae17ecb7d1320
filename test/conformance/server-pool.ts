/** Servers for rows: rows with the same settings share one, each in a tenant of its own. */
import { join } from 'node:path';

import { FAULTS } from '../support/faults.ts';
import type { StoreDriver } from '../support/store.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { OwnTenant, TenantServer } from '../support/tenants.ts';
import type { Row } from './row.ts';

/** Is given back, so that a server whose rows are all done takes up nothing more. */
export interface Place extends AsyncDisposable {
  readonly server: TenantServer;
  readonly tenant: OwnTenant;
}

/** A server, and how many rows are not done with it or have not come yet. */
interface Entry {
  readonly open: AsyncDisposableStack;
  server: Promise<TenantServer> | undefined;
  expected: number;
}

export class ServerPool implements AsyncDisposable {
  readonly #entries = new Map<string, Entry>();
  readonly #open = new AsyncDisposableStack();
  readonly #store: StoreDriver;

  /** @param rows every one that will come, as often as it will */
  constructor(rows: readonly Row[], store: StoreDriver) {
    this.#store = store;
    for (const row of rows) this.#entryOf(row).expected += 1;
  }

  async takePlace(row: Row): Promise<Place> {
    const entry = this.#entryOf(row);
    // A server that does not start is not tried again: all its rows fail for the same reason.
    const server = await (entry.server ??= this.#start(row, entry));
    return {
      server,
      tenant: server.takeTenant(),
      [Symbol.asyncDispose]: async () => {
        entry.expected -= 1;
        if (entry.expected === 0) await entry.open.disposeAsync();
      },
    };
  }

  #entryOf({ settings = {}, fault }: Row): Entry {
    const needs = JSON.stringify([settings, fault]);
    const known = this.#entries.get(needs);
    if (known !== undefined) return known;
    const entry = { open: this.#open.use(new AsyncDisposableStack()), server: undefined, expected: 0 };
    this.#entries.set(needs, entry);
    return entry;
  }

  async #start({ settings = {}, fault }: Row, { open, expected: copies }: Entry): Promise<TenantServer> {
    const seed = join(import.meta.dirname, 'seed.yaml');
    const server = open.use(await startTenantServer({ seed, copies, settings, store: this.#store }));
    if (fault !== undefined) open.use(await FAULTS[fault](server.database));
    return server;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#open.disposeAsync();
  }
}
