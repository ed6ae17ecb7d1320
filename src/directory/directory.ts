/** What changes of tenants, users and apps work with, whoever asks for them: the API, a provisioning client, an administrator. */
import type { Clock } from '../lib/clock.ts';
import type { Licence, Tenant } from '../model/directory.ts';
import type { Origin } from '../store/changes/change.ts';
import type { AppStore } from '../store/app-store.ts';
import type { ScimCredentialStore } from '../store/scim-credential-store.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import type { UserStore } from '../store/user-store.ts';
import type { Work } from '../store/work.ts';

export interface Directory {
  readonly users: UserStore;
  readonly apps: AppStore;
  readonly scimCredentials: ScimCredentialStore;
  readonly tenants: TenantStore;
  readonly clock: Clock;
  /** Of learners who are no users yet; `undefined` where they are to be refused. */
  findOpenLicence(tenant: Tenant): Licence | undefined;
  /** A fresh GUID for a user, an app or a credential. */
  newId(): string;
  /** Work that waits for something other than the database. */
  wait<Value>(start: () => Promise<Value>): Work<Value>;
  /** For those who wait for the work as a whole; `findOrigin` says who makes its changes. */
  run<Result>(work: Work<Result>, findOrigin?: () => Origin): Result | Promise<Result>;
  /** To be called after a change, so that tokens of the user or app are judged by what is stored now. */
  forgetCallers(): void;
  /** To be called after a change of a tenant. */
  forgetTenants(): void;
}

/** What became of a change. `changed`: another change came first, or what was to change is gone. */
export type Change<Item> =
  | { readonly kind: 'done'; readonly item: Item }
  | { readonly kind: 'changed' }
  /** Another one of the tenant has the same value. */
  | { readonly kind: 'notUnique'; readonly property: string };
