import type { Role } from './role.ts';

/** What an API is called, and what its OpenAPI document says of it. */
export interface ControlApiFacts {
  /** One word: messages speak of "the control API" and "the control token". */
  readonly name: string;
  readonly description: string;
  /** Where its token is found, after "the … token": `that the start prints`. */
  readonly tokenPlace: string;
  /** Who may do what its routes do, where a route that changes something does not say so itself. */
  readonly changedBy: Role;
}
