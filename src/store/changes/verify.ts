/** Checks the change log of a tenant: every record, its place, every link, and the heads that were noted. */
import { firstLinkOf, REGISTER } from './chain.ts';
import type { ChainKey } from './chain.ts';
import { createChainCheck } from './check-chain.ts';
import type { ChainEnd, ChainStart } from './check-chain.ts';
import type { StoredRecord } from './log-statements.ts';
import { readPages } from './read-log.ts';
import type { LogReader } from './read-log.ts';
import { emptyFacts, readRegisterRecord } from './read-register.ts';
import type { ChainFacts, RegisterFacts } from './read-register.ts';

export interface VerifyOptions {
  readonly key: ChainKey;
  /** A head that was noted elsewhere: the log must still come to it. */
  readonly expectedHead?: string | undefined;
}

export interface Verdict {
  readonly tenantKey: number;
  readonly records: number;
  readonly chains: number;
  /** The end of the register: to be kept elsewhere, and given to a later check. */
  readonly head: string;
  /** Sentences; none when all is well, at most {@link MAX_PROBLEMS}. */
  readonly problems: readonly string[];
}

const MAX_PROBLEMS = 100;

const NO_KEY = 'Links are made with a key: name it with auditKeyFile.';
const HEAD_MISSING =
  'The register does not come to the head that was expected: its end was removed, or all of it was written again.';
const NEVER_KEYED = 'No link is made with the key: the log is older than the key, or was written again without it.';

/** @param reader of one state of the database, which others may write to meanwhile */
export async function verifyLog(reader: LogReader, tenantKey: number, options: VerifyOptions): Promise<Verdict> {
  const { key, expectedHead } = options;
  const facts = emptyFacts();
  const problems: string[] = [];
  const ends = new Map<number, ChainEnd>();
  let records = 0;
  for await (const { chain, entries } of readChains(reader, tenantKey)) {
    const start = startOf(chain, { facts, key, tenantKey });
    const report = (problem: string, place: number): void => {
      problems.push(`The record ${chain}/${place} ${problem}.`);
    };
    if (start === undefined) report('is of a chain that the register does not know', 1);
    const check = createChainCheck(start ?? UNKNOWN, start === undefined ? () => undefined : report);
    for await (const record of entries) {
      check.next(record);
      records += 1;
      if (chain === REGISTER) noteRegister(facts, record, report);
    }
    ends.set(chain, check.end());
  }
  problems.push(...listMissing(facts, ends));
  const register = ends.get(REGISTER);
  if (expectedHead !== undefined && register?.links.has(expectedHead) !== true) problems.push(HEAD_MISSING);
  problems.push(...listKeyProblems(facts, ends, key));
  const isBlind = key === undefined && [...facts.chains.values()].some(({ isKeyed }) => isKeyed);
  return {
    tenantKey,
    records,
    chains: facts.chains.size,
    head: register?.head ?? firstLinkOf(tenantKey),
    problems: isBlind ? [NO_KEY] : problems.slice(0, MAX_PROBLEMS),
  };
}

interface Chain {
  readonly chain: number;
  readonly entries: AsyncIterable<StoredRecord>;
}

/** Chains one after another, each to be read before the next. */
async function* readChains(reader: LogReader, tenantKey: number): AsyncGenerator<Chain> {
  const pages = readPages(reader, tenantKey);
  const records = flatten(pages);
  let next = await records.next();
  while (next.done !== true) {
    const { chain } = next.value;
    const entries = async function* (): AsyncGenerator<StoredRecord> {
      while (next.done !== true && next.value.chain === chain) {
        yield next.value;
        next = await records.next();
      }
    };
    yield { chain, entries: entries() };
  }
}

async function* flatten(pages: AsyncIterable<readonly StoredRecord[]>): AsyncGenerator<StoredRecord, undefined> {
  for await (const page of pages) yield* page;
}

/** Of a chain that nobody opened. */
const UNKNOWN: ChainStart = { place: 0, link: '', links: 'plain', key: undefined, erased: new Map() };

interface Known {
  readonly facts: RegisterFacts;
  readonly key: ChainKey;
  readonly tenantKey: number;
}

function startOf(chain: number, { facts, key, tenantKey }: Known): ChainStart | undefined {
  const { erased } = facts;
  if (chain === REGISTER) {
    return { place: 0, link: firstLinkOf(tenantKey), links: key === undefined ? 'plain' : 'both', key, erased };
  }
  const found = facts.chains.get(chain);
  if (found === undefined) return undefined;
  const { cut, firstLink, isKeyed } = found;
  return { place: cut?.place ?? 0, link: cut?.link ?? firstLink, links: isKeyed ? 'keyed' : 'plain', key, erased };
}

/** A record that was changed may say anything. */
function noteRegister(
  facts: RegisterFacts,
  record: StoredRecord,
  report: (problem: string, place: number) => void,
): void {
  try {
    readRegisterRecord(facts, record);
  } catch {
    report('cannot be read', record.place);
  }
}

/** Heads that were noted, and are not come to. */
function listMissing({ chains }: RegisterFacts, ends: ReadonlyMap<number, ChainEnd>): readonly string[] {
  // A chain that was opened may have no record yet, or none any more.
  const isMissing = ({ heads, cut, firstLink }: ChainFacts, end: ChainEnd | undefined) => {
    const links = end?.links ?? new Set([cut?.link ?? firstLink]);
    return [...heads.keys()].some((link) => !links.has(link));
  };
  return [...chains]
    .filter(([chain, found]) => isMissing(found, ends.get(chain)))
    .map(([chain]) => `The chain ${chain} does not come to a head that was noted: its end was removed.`);
}

function listKeyProblems(
  { chains }: RegisterFacts,
  ends: ReadonlyMap<number, ChainEnd>,
  key: ChainKey,
): readonly string[] {
  if (key === undefined) return [];
  const all = [...ends.values()];
  const isNeverKeyed = all.every(({ keyedLinks }) => keyedLinks === 0) && all.some(({ plainLinks }) => plainLinks > 0);
  const inOrder = [...chains];
  const firstKeyed = inOrder.findIndex(([, { isKeyed }]) => isKeyed);
  const late = firstKeyed < 0 ? [] : inOrder.slice(firstKeyed).filter(([, { isKeyed }]) => !isKeyed);
  return [
    ...(isNeverKeyed ? [NEVER_KEYED] : []),
    ...late.map(([chain]) => `The chain ${chain} is made without the key, and chains before it with it.`),
  ];
}
