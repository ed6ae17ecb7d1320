/** Where the endpoints of the authority are, as clients address them. */

/** Where a request was sent: the start of the URLs in its answer, and the tenant segment of its path. */
export interface Address {
  /** As the client addressed it, such as `https://localhost:8443`; one of the server's own, which its routes have checked. */
  readonly origin: string;
  readonly segment: string;
}
