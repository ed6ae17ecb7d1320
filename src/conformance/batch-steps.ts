/** Batches and their items, for the tables that share them. */
import type { RuleCaller } from './callers.ts';
import type { Expected, RuleStep } from './row.ts';
import { P1_ACTIVITIES } from './setup.ts';

export type Item = Readonly<Record<string, unknown>>;

export const JSON_HEADERS = { 'Content-Type': 'application/json' };
export const get = (id: string, url: string, more: Item = {}): Item => ({ id, method: 'GET', url, ...more });
export const create = (id: string, body: unknown, more: Item = {}): Item => ({
  id,
  method: 'POST',
  url: P1_ACTIVITIES,
  headers: JSON_HEADERS,
  body,
  ...more,
});
export const batch = (as: RuleCaller, requests: unknown, gets: Expected): RuleStep => ({
  as,
  send: 'POST /$batch',
  json: { requests },
  gets,
});
export const answers = (...responses: readonly unknown[]): Expected => ({ status: 200, part: { responses } });
