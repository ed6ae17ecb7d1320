/** What the control API takes and gives, printed from its schemas by `npm run docs`. */

/** Which calls: those that match all members. {} matches every call. */
export interface CallMatch {
  /** HTTP methods, in any casing. HEAD counts as GET. */
  readonly method?: string | readonly string[] | undefined;
  /**
   * Below the version root, such as /employeeExperience/learningProviders/{id}/learningContents: {name} is any text
   * without a slash, ** any text. An item has the path with which it was sent and the one with its keys as segments.
   */
  readonly path?: string | readonly string[] | undefined;
  /** Operation ids, such as createLearningCourseActivity. */
  readonly operation?: string | readonly string[] | undefined;
  /** Client ids, or names as in the seed. */
  readonly app?: string | readonly string[] | undefined;
  /** The signed-in user: id, userPrincipalName, or name as in the seed. */
  readonly user?: string | readonly string[] | undefined;
  /** Ids, domain names or display names. */
  readonly tenant?: string | readonly string[] | undefined;
  /** true: items of batches only; false: requests of their own, whole batches included. */
  readonly inBatch?: boolean | undefined;
}

/**
 * Which calls: those that match all members. {} matches every call. Token requests have app, tenant and grantType.
 */
export interface FaultMatch {
  /** HTTP methods, in any casing. HEAD counts as GET. */
  readonly method?: string | readonly string[] | undefined;
  /**
   * Below the version root, such as /employeeExperience/learningProviders/{id}/learningContents: {name} is any text
   * without a slash, ** any text. An item has the path with which it was sent and the one with its keys as segments.
   */
  readonly path?: string | readonly string[] | undefined;
  /** Operation ids, such as createLearningCourseActivity. */
  readonly operation?: string | readonly string[] | undefined;
  /** Client ids, or names as in the seed. */
  readonly app?: string | readonly string[] | undefined;
  /** The signed-in user: id, userPrincipalName, or name as in the seed. */
  readonly user?: string | readonly string[] | undefined;
  /** Ids, domain names or display names. */
  readonly tenant?: string | readonly string[] | undefined;
  /** true: items of batches only; false: requests of their own, whole batches included. */
  readonly inBatch?: boolean | undefined;
  /** Of token requests: grant types such as client_credentials, refresh_token or device_code. */
  readonly grantType?: string | readonly string[] | undefined;
}

/**
 * By the number of the call among those that match, from 1: only the nth, each multiple of every, the first so many,
 * those after so many. All members given must hold.
 */
export interface FaultCalls {
  readonly nth?: number | undefined;
  readonly every?: number | undefined;
  readonly first?: number | undefined;
  readonly after?: number | undefined;
}

/** Dates and times such as 2026-01-02T03:04:05Z, by the server's clock. */
export interface FaultWindow {
  /** Inclusive. */
  readonly from?: string | undefined;
  /** Exclusive. */
  readonly until?: string | undefined;
}

/** What happens to the call. */
export type FaultEffect =
  | {
      readonly kind: 'error';
      /**
       * Name of a row of docs/errors.md, such as tooManyRequests; with the endpoint token, of one of its token errors,
       * such as clientSecretExpired.
       */
      readonly row: string;
      /** For the {name}s of its message. */
      readonly values?: Readonly<Record<string, string | number>> | undefined;
      /** What its details name. */
      readonly fields?: readonly string[] | undefined;
      /** Retry-After; a fraction is sent as such. null: the answer has no Retry-After. */
      readonly retryAfterSeconds?: number | null | undefined;
      /** How Retry-After is written. Default seconds; date: as an HTTP-date, by the server's clock. */
      readonly retryAfterForm?: 'seconds' | 'date' | undefined;
    }
  | {
      readonly kind: 'gateway';
      readonly status: number;
      /** Default text/html. */
      readonly contentType?: string | undefined;
      /** Default: the page that a proxy would send. */
      readonly body?: string | undefined;
      /** Retry-After; a fraction is sent as such. null: the answer has no Retry-After. */
      readonly retryAfterSeconds?: number | null | undefined;
      /** How Retry-After is written. Default seconds; date: as an HTTP-date, by the server's clock. */
      readonly retryAfterForm?: 'seconds' | 'date' | undefined;
    }
  | {
      readonly kind: 'reset';
      /** before: nothing is run; after: it was run, and a write is stored, but no answer comes. */
      readonly when: 'before' | 'after';
    }
  | {
      readonly kind: 'truncate';
      /** Sent of the body. Default 20. */
      readonly bytes?: number | undefined;
    }
  | {
      readonly kind: 'malformed';
    }
  | {
      readonly kind: 'slowBody';
      readonly bytesPerSecond: number;
    }
  | {
      readonly kind: 'stale';
      /** Default 1, without visibleAfter. */
      readonly writes?: number | undefined;
      /**
       * A duration such as PT2H: what is written shows when it is so old by the server's clock. With writes as well, the
       * earlier state is read.
       */
      readonly visibleAfter?: string | undefined;
    };

/** How long a call waits before anything else happens; by real time. */
export type FaultLatency =
  | {
      readonly kind: 'fixed';
      readonly ms: number;
    }
  | {
      readonly kind: 'uniform';
      readonly minMs: number;
      readonly maxMs: number;
    }
  | {
      readonly kind: 'lognormal';
      readonly medianMs: number;
      /** Of the logarithm: 0.5 is a calm network, 1 a bad one. */
      readonly sigma: number;
    };

/** A fault. It needs a preset, a latency or an effect. */
export interface FaultOrder {
  /**
   * A name of docs/fault-presets.md. Members given with it override its own; those of an effect of the same kind one
   * by one.
   */
  readonly preset?: string | undefined;
  /** Becomes the id. Default: derived from the preset or the effect. */
  readonly name?: string | undefined;
  /** Default true. A disabled fault neither counts nor applies. */
  readonly enabled?: boolean | undefined;
  /** The endpoint: graph, the default, or token. */
  readonly endpoint?: 'graph' | 'token' | undefined;
  /**
   * Which calls: those that match all members. {} matches every call. Token requests have app, tenant and grantType.
   */
  readonly match?: FaultMatch | undefined;
  /**
   * By the number of the call among those that match, from 1: only the nth, each multiple of every, the first so
   * many, those after so many. All members given must hold.
   */
  readonly calls?: FaultCalls | undefined;
  /** Probability for each call that `calls` selects. Default 1. */
  readonly probability?: number | undefined;
  /** Seed of the random draws, with the id and the number of the call. Default 0. */
  readonly seed?: number | undefined;
  /** Dates and times such as 2026-01-02T03:04:05Z, by the server's clock. */
  readonly window?: FaultWindow | undefined;
  /** How long a call waits before anything else happens; by real time. */
  readonly latency?: FaultLatency | undefined;
  /** What happens to the call. */
  readonly effect?: FaultEffect | undefined;
}

/** A fault, and how often it has struck. */
export interface Fault {
  readonly id: string;
  readonly enabled: boolean;
  readonly preset?: string | undefined;
  /** The endpoint: graph, the default, or token. */
  readonly endpoint?: 'graph' | 'token' | undefined;
  /**
   * Which calls: those that match all members. {} matches every call. Token requests have app, tenant and grantType.
   */
  readonly match: FaultMatch;
  /**
   * By the number of the call among those that match, from 1: only the nth, each multiple of every, the first so
   * many, those after so many. All members given must hold.
   */
  readonly calls?: FaultCalls | undefined;
  readonly probability: number;
  readonly seed: number;
  /** Dates and times such as 2026-01-02T03:04:05Z, by the server's clock. */
  readonly window?: FaultWindow | undefined;
  /** How long a call waits before anything else happens; by real time. */
  readonly latency?: FaultLatency | undefined;
  /** What happens to the call. */
  readonly effect?: FaultEffect | undefined;
  /** Matching calls while it was switched on. */
  readonly matchedCalls: number;
  /** Calls that it was applied to. */
  readonly hits: number;
}

/** A fault or a limit that can be had by name. */
export interface FaultPreset {
  readonly name: string;
  /** Whether it is for POST /faults or for POST /limits. */
  readonly kind: 'fault' | 'limit';
  readonly what: string;
  /** The rule of the preset. */
  readonly rule: unknown;
}

/** How many of the calls that match are let through in a window of time. */
export interface LimitOrder {
  /** A name of docs/fault-presets.md; members given with it override its own. */
  readonly preset?: string | undefined;
  /** Becomes the id. Default: derived from the preset. */
  readonly name?: string | undefined;
  /** Which calls: those that match all members. {} matches every call. */
  readonly match?: CallMatch | undefined;
  /** What to count separately; empty: all calls share one count. Default app and tenant. */
  readonly per?: readonly ('app' | 'tenant' | 'user' | 'operation')[] | undefined;
  /** That are let through in a window. */
  readonly requests: number;
  readonly windowSeconds: number;
  /**
   * Punishes an app that calls before its Retry-After is over: the call is refused, and the app waits from then on
   * this many times as long as it was told last; 1: as long again. Without it, an early call changes nothing.
   */
  readonly earlyFactor?: number | undefined;
}

/** A limit, and how many calls it has refused. */
export interface Limit {
  readonly id: string;
  readonly preset?: string | undefined;
  /** Which calls: those that match all members. {} matches every call. */
  readonly match?: CallMatch | undefined;
  /** What to count separately; empty: all calls share one count. Default app and tenant. */
  readonly per?: readonly ('app' | 'tenant' | 'user' | 'operation')[] | undefined;
  /** That are let through in a window. */
  readonly requests: number;
  readonly windowSeconds: number;
  /**
   * Punishes an app that calls before its Retry-After is over: the call is refused, and the app waits from then on
   * this many times as long as it was told last; 1: as long again. Without it, an early call changes nothing.
   */
  readonly earlyFactor?: number | undefined;
  /** Matching calls. */
  readonly matchedCalls: number;
  readonly refusedCalls: number;
  /** Refused calls of apps that did not wait as long as they were told. */
  readonly earlyCalls: number;
}

/** Which requests: those that match all members. {} matches every request. */
export interface JournalMatch {
  /** What is meant: graph, batchItem, issuer, unreadable. A batch and its items are entries of their own. */
  readonly kind?: string | readonly string[] | undefined;
  /** HTTP methods, in any casing. */
  readonly method?: string | readonly string[] | undefined;
  /** With or without the version: {name} is any text without a slash, ** any text. */
  readonly path?: string | readonly string[] | undefined;
  /** Operation ids, such as createLearningCourseActivity. */
  readonly operation?: string | readonly string[] | undefined;
  /** Client ids, or names as in the seed. */
  readonly app?: string | readonly string[] | undefined;
  /** Ids, domain names or display names. */
  readonly tenant?: string | readonly string[] | undefined;
  /** The signed-in user: id, userPrincipalName, or name as in the seed. */
  readonly user?: string | readonly string[] | undefined;
  /** A learner whom request or answer concern: id, userPrincipalName, or name as in the seed. */
  readonly learner?: string | readonly string[] | undefined;
  /** The answer's request-id, or the client-request-id. */
  readonly requestId?: string | readonly string[] | undefined;
  /** Rows of the error catalogue, such as assignmentNotFound. */
  readonly refusal?: string | readonly string[] | undefined;
  /** Statuses, or classes such as 4xx. */
  readonly status?: number | string | readonly (number | string)[] | undefined;
  /** Headers of the request with their values; null: it is not sent. Secrets are not kept. */
  readonly header?: Readonly<Record<string, string | null>> | undefined;
  /**
   * What the JSON or form of the request has among others: members of objects that are not named may be anything;
   * arrays are as long as this one's.
   */
  readonly body?: unknown;
  /** Text in URL, bodies or notes; case-insensitive. */
  readonly text?: string | undefined;
  /** Received then or later, by the clock of the sandbox: 2026-01-02T03:04:05Z. */
  readonly since?: string | undefined;
  /** Received before then. */
  readonly until?: string | undefined;
}

/** Number of requests. Default: at least 1. */
export interface JournalCount {
  readonly exactly?: number | undefined;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/** A thing of the directory: its id, and the name that it has there. */
export interface JournalName {
  readonly id: string;
  readonly name?: string | undefined;
}

/** A body, or its beginning. */
export interface JournalBody {
  readonly text: string;
  readonly encoding: 'utf8' | 'base64';
  /** Of the whole body. */
  readonly sizeBytes: number;
  /** Whether only the beginning is kept. */
  readonly isCut: boolean;
  /** Why nothing of it is kept. */
  readonly omitted?: string | undefined;
}

/** A request or an answer, without secrets. */
export interface JournalMessage {
  readonly httpVersion: string;
  /** Names and values. */
  readonly headers: readonly (readonly string[])[];
  readonly body?: JournalBody | undefined;
}

/** Why a request was refused, in more words than its client reads. */
export interface JournalRefusal {
  /** Of the error catalogue. */
  readonly row: string;
  /** In the published error table. */
  readonly id?: string | undefined;
  readonly message?: string | undefined;
  /** When this refusal is given. */
  readonly when?: string | undefined;
  /** What the server knows beside it. */
  readonly detail?: string | undefined;
  readonly cause?: string | undefined;
  /** Why, where the message says too little. */
  readonly reasons: readonly string[];
  /** What is wrong with single fields. */
  readonly fields: readonly {
    readonly code: string;
    readonly message: string;
    readonly target: string;
  }[];
  /** Such as the permission that was missing. */
  readonly explanation: Readonly<Record<string, unknown>>;
  /** What the client may have meant. */
  readonly nearMisses: readonly string[];
}

/** A request and its answer. */
export interface JournalEntry {
  /** Grows with each entry. */
  readonly id: number;
  readonly kind: 'graph' | 'batchItem' | 'issuer' | 'unreadable';
  /** By the clock of the sandbox. */
  readonly receivedAt: string;
  readonly durationMs: number;
  readonly requestId: string;
  readonly clientRequestId: string;
  /** Of an item. */
  readonly batch?:
    | {
        readonly entry: number;
        readonly item: string;
      }
    | undefined;
  readonly method: string;
  readonly origin: string;
  readonly url: string;
  readonly version?: string | undefined;
  readonly operation?: string | undefined;
  /** The client. */
  readonly app?: JournalName | undefined;
  /** With its display name. */
  readonly tenant?: JournalName | undefined;
  /** The signed-in user, with the userPrincipalName. */
  readonly user?: JournalName | undefined;
  /** Whom request or answer concern. */
  readonly learners: readonly JournalName[];
  readonly status?: number | undefined;
  /** How much of the answer left. */
  readonly delivery: 'whole' | 'cut' | 'none';
  readonly request: JournalMessage;
  readonly response?: JournalMessage | undefined;
  readonly refusal?: JournalRefusal | undefined;
  /** What was accepted although it deviates from the reference. */
  readonly deviations: readonly {
    readonly name: string;
    readonly found: string;
    readonly expected: string;
  }[];
  /** Such as the fault that was applied. */
  readonly notes: readonly string[];
}

/** Entries of the journal. */
export interface JournalPage {
  readonly value: readonly JournalEntry[];
  /** The value of after that gives the next page. */
  readonly next?: number | undefined;
  /** Entries up to this id were evicted; 0: none. */
  readonly droppedUntil: number;
}

/** Whether the requests came that were expected. */
export interface JournalVerification {
  readonly isSatisfied: boolean;
  /** The outcome as a sentence. */
  readonly explanation: string;
  /** Number of requests. Default: at least 1. */
  readonly expected: JournalCount;
  readonly found: number;
  /** Ids of those that were found, the first 1000. */
  readonly entries: readonly number[];
  /** Those that come nearest to what was expected, or allowed, and what differs. */
  readonly nearMisses: readonly {
    readonly entry: number;
    readonly method: string;
    readonly url: string;
    readonly status?: number | undefined;
    readonly differs: readonly {
      readonly part: string;
      readonly expected: unknown;
      readonly actual: unknown;
    }[];
  }[];
}

/** The answer to requests. Default: 204. Validation tokens are always echoed. */
export interface InboxReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Plain text unless the headers say otherwise. */
  readonly body?: string | undefined;
  /** How long the answer takes. */
  readonly delayMs?: number | undefined;
  /** Answer only this many requests like this, then 204. */
  readonly next?: number | undefined;
}

/** Omitted members stay as they are; null resets one. */
export interface InboxChange {
  /** The secret of a webhook. The inbox verifies the signatures of later requests with it. */
  readonly secret?: string | null | undefined;
  /** The answer to requests. Default: 204. Validation tokens are always echoed. */
  readonly reply?: InboxReply | null | undefined;
}

/** An address that takes requests, and what it answers. */
export interface Inbox {
  readonly name: string;
  /** Where requests are sent to. */
  readonly url: string;
  /** Number of requests kept. */
  readonly requests: number;
  readonly lastReceivedAt?: string | undefined;
  readonly hasSecret: boolean;
  /** The answer to requests. Default: 204. Validation tokens are always echoed. */
  readonly reply?: InboxReply | undefined;
}

/** Present if the request is a webhook message. */
export interface InboxWebhook {
  /** The header webhook-id. */
  readonly id: string;
  /** Verified with the secret of the inbox; absent if it has none. */
  readonly signature?: 'valid' | 'wrong' | 'expired' | 'missing' | undefined;
  /** Whether the inbox has already received this id. */
  readonly isRepeated: boolean;
}

/** A request that arrived in an inbox, without secrets. */
export interface InboxRequest {
  readonly id: number;
  /** By the clock of the sandbox. */
  readonly receivedAt: string;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names and values. */
  readonly headers: readonly (readonly string[])[];
  readonly body?: JournalBody | undefined;
  /** Status of the answer. */
  readonly status: number;
  /** Present if the request is a webhook message. */
  readonly webhook?: InboxWebhook | undefined;
}

/** A saved state of the sandbox. */
export interface SnapshotDescription {
  readonly name: string;
  /** Null for all tenants. */
  readonly tenant: string | null;
  readonly createdAt: string;
  /** The last migration of the database that it was taken of. */
  readonly schema: string;
  /** Whether the database still has that schema. */
  readonly isUsable: boolean;
}

/** The clock of rules, tokens and answers. */
export interface ClockDescription {
  readonly mode: 'real' | 'running' | 'frozen';
  readonly now: string;
  /** How many times as fast as real time: 1 when real, 0 when frozen. */
  readonly factor: number;
  /** By how much it is ahead of real time at this moment. */
  readonly offsetMs: number;
}
