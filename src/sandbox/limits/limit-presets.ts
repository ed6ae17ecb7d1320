/** Limits to be had by name. */
import type { LimitOrder } from './limit-rule.ts';

export interface LimitPreset {
  readonly name: string;
  readonly what: string;
  readonly rule: Omit<LimitOrder, 'preset' | 'name'>;
}

export const LIMIT_PRESETS: readonly LimitPreset[] = [
  {
    name: '429After20PerMinute',
    what: 'An app may send 20 requests a minute to a tenant.',
    rule: { requests: 20, windowSeconds: 60 },
  },
  {
    name: '429After5Writes',
    what: 'An app may send 5 writes in ten seconds to a tenant.',
    rule: { match: { method: ['POST', 'PATCH', 'DELETE'] }, requests: 5, windowSeconds: 10 },
  },
  {
    name: '429DoublesWhenEarly',
    what: 'An app may send 5 requests in ten seconds to a tenant. If it comes back before its Retry-After is over, it waits twice as long.',
    rule: { requests: 5, windowSeconds: 10, earlyFactor: 2 },
  },
  {
    name: '429After2000PerSecond',
    what: 'An app may send 2,000 requests a second to all tenants: the limit that Microsoft Graph names for all of its services.',
    rule: { per: ['app'], requests: 2000, windowSeconds: 1 },
  },
  {
    name: '429After10000Per10Minutes',
    what: 'An app may send 10,000 requests in ten minutes to a tenant.',
    rule: { requests: 10_000, windowSeconds: 600 },
  },
  {
    name: '429ForTenant',
    what: 'A tenant takes 100 requests a minute, whichever apps send them.',
    rule: { per: ['tenant'], requests: 100, windowSeconds: 60 },
  },
];
