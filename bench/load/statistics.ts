/** Figures out of many. */

/** @throws for an empty list */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The nearest rank. @throws for an empty list */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).toSorted();
  const value = sorted[Math.ceil((sorted.length * percent) / 100) - 1];
  if (value === undefined) throw new Error('There is nothing to take a percentile of.');
  return value;
}
