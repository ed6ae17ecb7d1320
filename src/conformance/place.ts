/** What a row meets: where it runs, what is sent, what comes back, and what of that breaks a rule. */
import type { ApiVersion } from '../model/versions.ts';
import type { RuleCaller } from './callers.ts';
import type { Mismatch } from './match.ts';
import type { RuleStep } from './row.ts';

/** Where a row runs, with everything that its steps begin from. */
export interface RulePlace {
  /** Of a version, such as https://graph.microsoft.com/v1.0, without a slash at its end. */
  findRoot(version: ApiVersion): string;
  send(call: RuleCall): Promise<RuleAnswer>;
  /** The Authorization header. */
  authorize(caller: RuleCaller): Promise<string>;
  /** A text of a row with the ids that its objects have here. */
  rename(text: string): string;
}

export interface RuleCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Sent in pieces, without a length. */
  readonly isChunked?: boolean;
}

export interface RuleAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The JSON of the body; `undefined` when it is empty or not JSON. */
  readonly body: unknown;
}

/** A request as it was sent, and its answer. */
export interface RuleExchange {
  readonly step: RuleStep;
  readonly call: RuleCall;
  readonly answer: RuleAnswer;
}

/** A rule that an answer breaks. */
export interface RuleBreak extends Mismatch, Omit<RuleExchange, 'step'> {
  /** The id of the row, or of a rule for every answer. */
  readonly id: string;
}

export interface RowRun {
  readonly exchanges: readonly RuleExchange[];
  /** At most one of the row, which ends there, and any number of those for every answer. */
  readonly breaks: readonly RuleBreak[];
}
