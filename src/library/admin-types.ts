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

/** How well a provider keeps its record here. */
export interface SyncHealth {
  /** The registrationId. */
  readonly id: string;
  readonly displayName: string;
  /** Whether its activities can be written. */
  readonly isEnabled: boolean;
  /** The last write that was accepted. */
  readonly lastWriteAt: string | null;
  /** Writes of contents and activities, of all time. */
  readonly accepted: number;
  readonly refused: number;
  /** By error, the most frequent first. */
  readonly refusals: readonly {
    readonly error: string;
    readonly count: number;
    readonly lastAt: string;
  }[];
  /** The last 24 hours, the current one last. */
  readonly byHour: readonly {
    readonly hour: string;
    readonly accepted: number;
    readonly refused: number;
  }[];
  /** Learners that it names and that no user is; the latest 100. */
  readonly unmappedLearners: {
    /** Of the last 7 days; at most 1000 are kept. */
    readonly count: number;
    readonly value: readonly {
      readonly id: string;
      readonly requests: number;
      readonly lastAt: string;
    }[];
  };
  /** Contents that no activity is about; the first 100. */
  readonly contentsWithoutActivity: {
    readonly count: number;
    readonly value: readonly {
      readonly id: string;
      readonly externalId: string;
      readonly title: string;
    }[];
  };
  /** Activities that are not completed, and due before now. */
  readonly overdueActivities: number;
}
