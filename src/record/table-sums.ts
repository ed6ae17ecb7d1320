/**
 * Numbers of rows and checksums by table. The checksum of a table is the XOR of the SHA-256 of its rows: the same in
 * whatever order a database gives them, as no row comes twice. It finds accidents, not forgers.
 */
import { hash } from 'node:crypto';

export interface TableSum {
  readonly rows: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

export interface TableSums {
  /** @param line the row as JSON */
  add(table: string, line: string): void;
  of(table: string): TableSum;
}

const BYTES = 32;

export function createTableSums(): TableSums {
  const sums = new Map<string, { rows: number; readonly bytes: Buffer }>();
  return {
    add: (table, line) => {
      let sum = sums.get(table);
      if (sum === undefined) sums.set(table, (sum = { rows: 0, bytes: Buffer.alloc(BYTES) }));
      const digest = hash('sha256', line, 'buffer');
      sum.rows += 1;
      for (let at = 0; at < BYTES; at += 4)
        sum.bytes.writeInt32LE(sum.bytes.readInt32LE(at) ^ digest.readInt32LE(at), at);
    },
    of: (table) => {
      const { rows = 0, bytes = Buffer.alloc(BYTES) } = sums.get(table) ?? {};
      return { rows, sha256: bytes.toString('hex') };
    },
  };
}
