/** How long completed activities of a tenant are kept. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import { InputError } from '../lib/start-error.ts';
import { formatInstant, formatUtcMilliseconds } from '../lib/utc-text.ts';
import type { Tenant } from '../model/directory.ts';
import type { RetentionStore } from '../store/retention-store.ts';

export interface RetentionRule {
  /** Id or domain name. */
  readonly tenant: string;
  /** Activities that were completed longer ago go. */
  readonly days: number;
}

const DAY_MS = 86_400_000;
const MAX_DAYS = 36_500;
const RULE = /^([^=\s]+)=(\d{1,5})$/;

/** Rules as a setting has them: `contoso.onmicrosoft.com=730`. @throws InputError with every problem */
export function readRetentionRules(texts: readonly string[] = []): readonly RetentionRule[] {
  const rules = texts.map((text) => {
    const [, tenant = '', days = ''] = RULE.exec(text) ?? [];
    return { text, tenant, days: Number(days) };
  });
  const problems = rules.flatMap(({ text, tenant, days }) => {
    if (tenant === '') return [`${text} must be TENANT=DAYS, such as contoso.onmicrosoft.com=730`];
    return days >= 1 && days <= MAX_DAYS ? [] : [`${text} must have 1 to ${MAX_DAYS} days`];
  });
  if (problems.length > 0) throw new InputError('retentionRule is invalid', problems);
  return rules.map(({ tenant, days }) => ({ tenant, days }));
}

export interface RetentionRun {
  readonly tenant: Tenant;
  readonly days: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Nothing is deleted. */
  readonly isDryRun: boolean;
}

export interface RetentionOutcome {
  /** UTC: what was completed before goes. */
  readonly before: string;
  readonly activities: number;
}

/** Finds what is older than the rule has it, and deletes it unless it is a dry run. A run that breaks off has deleted some. */
export async function runRetention(
  store: RetentionStore,
  { tenant, days, now, isDryRun }: RetentionRun,
): Promise<RetentionOutcome> {
  const before = formatUtcMilliseconds(now - days * DAY_MS);
  let activities = 0;
  const stored = formatInstant(now - days * DAY_MS);
  for await (const keys of store.listCompletedBefore(tenant, stored)) {
    activities += keys.length;
    if (!isDryRun && keys.length > 0) await store.remove(tenant, stored, keys);
    await nextTurn();
  }
  return { before, activities };
}
