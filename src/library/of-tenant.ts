/** Which tenant a call is about. */

/** Whose they are, where the server has several tenants: an id or a domain name. */
export interface OfTenant {
  readonly tenant?: string | undefined;
}
