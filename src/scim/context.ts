/** What an operation works on. */
import type { Directory } from '../directory/directory.ts';
import type { ScimCredential, Tenant } from '../model/directory.ts';
import type { Members } from './resource.ts';

/** An authenticated request, its body read. */
export interface ScimContext {
  readonly directory: Directory;
  readonly tenant: Tenant;
  readonly credential: ScimCredential;
  /** Where the client reached the server, such as `https://localhost:8443`. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** By name in lower case. */
  readonly query: ReadonlyMap<string, string>;
  readonly params: Readonly<Record<string, string>>;
  /** Of a request that has one. */
  readonly body: Members;
}

export interface ScimAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Members;
}
