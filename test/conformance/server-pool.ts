/** Servers for rows: rows with the same settings share one, and each that changes something has a tenant of its own there. */
import { join } from 'node:path';

import { changesSomething } from '../../src/conformance/needs.ts';
import type { RuleRow } from '../../src/conformance/row.ts';
import type { RulePlace } from '../../src/conformance/place.ts';
import { FAULTS } from '../support/faults.ts';
import type { StoreDriver } from '../support/store.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { OwnTenant, TenantServer } from '../support/tenants.ts';

/** Is given back, so that a server whose rows are all done takes up nothing more. */
export interface Place extends RulePlace, AsyncDisposable {}

/** A server, and how many rows are not done with it or have not come yet. */
interface Entry {
  readonly open: AsyncDisposableStack;
  server: Promise<TenantServer> | undefined;
  /** Of the rows that leave it as it is. */
  unchanged: OwnTenant | undefined;
  expected: number;
  copies: number;
}

export class ServerPool implements AsyncDisposable {
  readonly #entries = new Map<string, Entry>();
  readonly #open = new AsyncDisposableStack();
  readonly #store: StoreDriver;

  /** @param rows every one that will come, as often as it will */
  constructor(rows: readonly RuleRow[], store: StoreDriver) {
    this.#store = store;
    for (const row of rows) {
      const entry = this.#entryOf(row);
      entry.expected += 1;
      entry.copies += needsTenant(row) ? 1 : 0;
    }
  }

  async takePlace(row: RuleRow): Promise<Place> {
    const entry = this.#entryOf(row);
    // A server that does not start is not tried again: all its rows fail for the same reason.
    const server = await (entry.server ??= this.#start(row, entry));
    const tenant = needsTenant(row) ? server.takeTenant() : (entry.unchanged ??= server.takeTenant());
    return {
      ...placeOf(server, tenant),
      [Symbol.asyncDispose]: async () => {
        entry.expected -= 1;
        if (entry.expected === 0) await entry.open.disposeAsync();
      },
    };
  }

  #entryOf({ settings = {}, fault }: RuleRow): Entry {
    const needs = JSON.stringify([settings, fault]);
    const known = this.#entries.get(needs);
    if (known !== undefined) return known;
    const open = this.#open.use(new AsyncDisposableStack());
    // One for all that change nothing.
    const entry = { open, server: undefined, unchanged: undefined, expected: 0, copies: 1 };
    this.#entries.set(needs, entry);
    return entry;
  }

  async #start({ settings = {}, fault }: RuleRow, { open, copies }: Entry): Promise<TenantServer> {
    const seed = join(import.meta.dirname, '..', '..', 'seeds', 'conformance.yaml');
    const server = open.use(await startTenantServer({ seed, copies, settings, store: this.#store }));
    if (fault !== undefined) open.use(await FAULTS[fault](server.database));
    return server;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#open.disposeAsync();
  }
}

/** Settings may have the server count requests, which is a change too. */
function needsTenant(row: RuleRow): boolean {
  return row.settings !== undefined || changesSomething(row);
}

function placeOf(server: TenantServer, tenant: OwnTenant): RulePlace {
  return {
    findRoot: (version) => `${server.origin}/${version}`,
    authorize: (caller) => tenant.authorize(caller),
    rename: (text) => text,
    send: ({ url, body, ...call }) =>
      server.call({ ...call, path: url.slice(server.origin.length), ...(body !== undefined && { body }) }),
  };
}
