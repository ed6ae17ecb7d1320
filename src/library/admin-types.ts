/** What the admin API takes and gives, printed from its schemas by `npm run docs`. */

/** What runs, on which database. */
export interface AdminStatus {
  readonly version: string;
  /** Null when no server runs. */
  readonly uptimeMs: number | null;
  /** Null when no server runs. */
  readonly baseUrl: string | null;
  /** Whether the server is, or would be, a sandbox. */
  readonly isSandbox: boolean;
  readonly database: {
    readonly kind: 'sqlite' | 'postgres';
    /** The last migration of the database. */
    readonly schema: string;
  };
}

/** An organisation that the server knows. */
export interface TenantDescription {
  readonly id: string;
  readonly displayName: string;
  readonly domainName: string;
  /** Without it, its requests for learning are refused. */
  readonly hasServicePlan: boolean;
}
