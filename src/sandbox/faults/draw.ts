/** Random numbers that depend on nothing but the rule and the number of the call, so that every run draws the same. */
import { hash } from 'node:crypto';

import { MAX_WAIT_MS } from './fault-bounds.ts';
import type { Latency } from './fault-rule.ts';

/** Of one call: a number of [0, 1) for each purpose. */
export type Draw = (purpose: string) => number;

const BYTES = 6;

export function createDraw(seed: number, ruleId: string, callNumber: number): Draw {
  return (purpose) => {
    const digest = hash('sha256', JSON.stringify([seed, ruleId, callNumber, purpose]), 'buffer');
    return digest.readUIntBE(0, BYTES) / 2 ** (8 * BYTES);
  };
}

/** Whole milliseconds. */
export function drawLatency(latency: Latency, draw: Draw): number {
  switch (latency.kind) {
    case 'fixed':
      return Math.round(latency.ms);
    case 'uniform':
      return Math.round(latency.minMs + (latency.maxMs - latency.minMs) * draw('latency'));
    case 'lognormal':
      return Math.min(MAX_WAIT_MS, Math.round(latency.medianMs * Math.exp(latency.sigma * drawNormal(draw))));
    default:
      return latency satisfies never;
  }
}

/** Of the standard normal distribution, by Box and Muller. */
function drawNormal(draw: Draw): number {
  const radius = Math.sqrt(-2 * Math.log(1 - draw('latency radius')));
  return radius * Math.cos(2 * Math.PI * draw('latency angle'));
}
