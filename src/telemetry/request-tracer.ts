/** How requests are traced, for rooms that know no OpenTelemetry. */

export interface RequestTracer {
  /** Runs the request within a span. */
  trace<Answer>(request: TracedRequest<Answer>): Answer | Promise<Answer>;
}

export interface TracedRequest<Answer> {
  readonly method: string;
  /** Of a request from outside, by lower-case name: they may say which trace it belongs to. `undefined` for a part of one. */
  readonly headers: Readonly<Record<string, string | undefined>> | undefined;
  run(): Answer | Promise<Answer>;
  describe(answer: Answer): RequestOutcome;
}

export interface RequestOutcome {
  readonly operation: string;
  /** The path of the operation, with names in place of keys. */
  readonly route: string | undefined;
  readonly status: number;
  /** The row of the error catalogue. */
  readonly refusal: string | undefined;
  readonly requestId: string;
  readonly tenantId: string | undefined;
}
