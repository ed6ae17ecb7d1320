/** What the runs of `npm run bench:reliability` found, as `bench/reliability.json` has it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PATH = join(import.meta.dirname, '..', 'reliability.json');

export interface TroubleResult {
  readonly database: 'SQLite' | 'PostgreSQL';
  readonly trouble: string;
  /** How often it was brought about. */
  readonly rounds: number;
  /** Writes that were sent, those that had to be refused included. */
  readonly tried: number;
  /** Refused with 503. */
  readonly refused: number;
  /** Of which the client could not know: 504, or a connection that broke. */
  readonly inDoubt: number;
  /** Stored as an answer said, and missing or different at the end. */
  readonly lost: number;
  /** Answers that were none of these and not what they should be, and writes that were refused and stored. */
  readonly wrong: number;
  /** From the end of the trouble, or the next start, to the first write that was stored: the longest of the rounds. */
  readonly recoveryMs: number;
}

export function readReliability(): readonly TroubleResult[] {
  return existsSync(PATH) ? (JSON.parse(readFileSync(PATH, 'utf8')) as readonly TroubleResult[]) : [];
}

/** In place of the one before of the same name. */
export function noteResult(result: TroubleResult): void {
  const isSame = ({ database, trouble }: TroubleResult): boolean =>
    database === result.database && trouble === result.trouble;
  const results = readReliability();
  const known = results.some(isSame);
  const noted = known ? results.map((one) => (isSame(one) ? result : one)) : [...results, result];
  writeFileSync(PATH, `${JSON.stringify(noted, null, 2)}\n`);
}
