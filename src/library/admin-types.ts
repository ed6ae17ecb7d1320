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

/** Who uses the console, and as what. */
export interface ConsoleSession {
  /** Opens the admin API, and the control API of a sandbox. */
  readonly token: string;
  readonly role: 'viewer' | 'operator' | 'administrator';
  readonly name: string;
  readonly expiresAt: string;
}

export interface TenantCounts {
  readonly users: number;
  readonly apps: number;
  readonly providers: number;
  readonly contents: number;
  readonly activities: number;
}

export interface LearningOverview {
  readonly total: number;
  /** Not completed, and due before now. */
  readonly overdue: number;
  /** Not completed, and due within the next 7 days. */
  readonly dueSoon: number;
  readonly byStatus: readonly {
    readonly status: string;
    readonly count: number;
  }[];
  readonly byType: readonly {
    readonly type: string;
    readonly count: number;
  }[];
  readonly byProvider: readonly {
    readonly id: string;
    readonly displayName: string;
    readonly count: number;
    readonly completed: number;
  }[];
  /** The twenty with most activities. */
  readonly byContent: readonly {
    readonly id: string;
    readonly title: string;
    readonly count: number;
    readonly completed: number;
  }[];
  /** Of the last 90 days, in UTC. */
  readonly completedByDay: readonly {
    readonly date: string;
    readonly count: number;
  }[];
}
