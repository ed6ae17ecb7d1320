/** Where the endpoints of the authority are, as clients address them. */

import type { EntraVersion } from '../model/entra-versions.ts';

/** Where a request was sent, the start of the URLs in its answer, and what its path says; and where it came from. */
export interface Address {
  /** As the client addressed it, such as `https://localhost:8443`; one of the server's own, which its routes have checked. */
  readonly origin: string;
  readonly segment: string;
  /** Of the endpoint. */
  readonly version: EntraVersion;
  /** By network address. */
  readonly sender: string;
}
