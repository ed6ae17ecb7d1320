/**
 * Brings together what the wire shows of a request and what the engine knows of it.
 *
 * An exchange is begun when its head has come; runs of the engine within it are noted; it is entered when its answer is
 * about to leave, or when its client has gone. Of a client that goes while the engine works, the entry waits for the
 * engine, so that it tells what has come of the request. Then the exchange is forgotten here.
 */
import { monotonicMs } from '../../lib/clock.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Answered, Interceptor, RequestContext } from '../../graph/context.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import { CONSOLE_PAGES } from '../../model/console-apps.ts';
import { explainMore } from '../../odata/error-body.ts';
import type { GraphResponse } from '../../odata/message.ts';
import { deliveryOf, remarksOf } from '../call-marks.ts';
import {
  findAddressedUser,
  findCallNearMisses,
  findLearnerBefore,
  listAnswered,
  needsLookUp,
  NO_NEAR_MISSES,
} from './call-facts.ts';
import type { JournalEntry } from './entry.ts';
import type { NearMissStores } from './near-misses.ts';
import type { Recorder, WireExchange } from './recorder.ts';
import { PendingExchange } from './pending-exchange.ts';
import type { RawLog } from './raw-log.ts';
import { BODY_CAP_BYTES } from './record-body.ts';
import { WrittenEntry } from './ring.ts';
import type { PendingEntry } from './ring.ts';
import { sizeOfItem, writeItemEntry, writeUnreadableEntry } from './write-entry.ts';
import type { CallRecord } from './write-entry.ts';

export interface RecorderOptions {
  /** What entries are dated by. */
  readonly clock: Clock;
  readonly stores: NearMissStores;
  /** What is switched on. */
  readonly behaviour: Behaviour;
  readonly journal: EntrySink;
  readonly raw: RawLog;
  /** Told of what went wrong with an entry, which is then missing; the request goes on. */
  readonly onFailure: (cause: unknown) => void;
}

/** Where entries go. */
export interface EntrySink {
  takeId(): number;
  add(entry: PendingEntry): void;
  change(id: number, how: (entry: JournalEntry) => JournalEntry): void;
}

/** Stands for the id of an entry that is not made; none has it. */
const NO_ENTRY = 0;

/** An exchange that is not entered yet. */
interface Open {
  /** Ids that are made from a seed may come again while the first is on its way. */
  readonly requestId: string;
  readonly receivedAt: number;
  readonly beganAt: number;
  readonly look: () => WireExchange;
  /** Runs of the engine under way. */
  running: number;
  /** Set when the exchange is to be entered as soon as nothing runs. */
  wire: WireExchange | undefined;
  record: CallRecord | undefined;
  /** Runs of items. */
  items: Map<RequestContext, CallRecord> | undefined;
  entryId: number | undefined;
}

export function createRecorder({
  clock,
  stores,
  behaviour,
  journal,
  raw,
  onFailure,
}: RecorderOptions): Recorder & { readonly interceptor: Interceptor } {
  /** A short list, newest last, and not a Map: see the ring. */
  const exchanges: Open[] = [];

  const add = ({ receivedAt, beganAt, record, items }: Open, wire: WireExchange, id: number): void => {
    const place = { id, bodyCapBytes: BODY_CAP_BYTES, receivedAt, durationMs: monotonicMs() - beganAt };
    const entry = new PendingExchange(place, wire, { record, behaviour, raw });
    journal.add(entry);
    if (record === undefined || record.items.length === 0) return;
    // Items outlive their batch in the journal.
    const batch = entry.write();
    for (const item of record.items)
      journal.add(pendingItem(journal.takeId(), batch, { item, record: items?.get(item) }));
  };
  const enter = (open: Open, wire: WireExchange): void => {
    if (open.entryId !== undefined) return;
    const last = exchanges.pop() as Open;
    if (last !== open) exchanges[exchanges.indexOf(open)] = last;
    open.entryId = isPassedOver(wire) ? NO_ENTRY : journal.takeId();
    try {
      if (open.entryId !== NO_ENTRY) add(open, wire, open.entryId);
    } catch (cause) {
      onFailure(cause);
    }
  };

  return {
    bodyCapBytes: BODY_CAP_BYTES,
    begin: (requestId, look) => {
      const times = { receivedAt: clock.now(), beganAt: monotonicMs() };
      const open: Open = {
        requestId,
        ...times,
        look,
        running: 0,
        wire: undefined,
        record: undefined,
        items: undefined,
        entryId: undefined,
      };
      exchanges.push(open);
      return {
        enter: () => {
          if (open.entryId !== undefined || open.wire !== undefined) return;
          open.wire = look();
          if (open.running === 0) enter(open, open.wire);
        },
        markCut: () => {
          if (open.entryId === undefined) return;
          journal.change(open.entryId, (entry) => (entry.delivery === 'whole' ? { ...entry, delivery: 'cut' } : entry));
        },
      };
    },
    enterUnreadable: (exchange) => {
      const place = { id: journal.takeId(), receivedAt: clock.now(), durationMs: 0 };
      journal.add(new WrittenEntry(writeUnreadableEntry(place, exchange)));
    },
    interceptor: (call, run) => {
      const { requestId } = call;
      const open = exchanges.findLast((one) => one.requestId === requestId);
      // Its client has gone, and it was entered.
      if (open === undefined) return run();
      open.running += 1;
      const keep = (record: CallRecord): void => keepIn(open, call, record);
      const leave = (): void => {
        open.running -= 1;
        // What is reset is never written, so that nothing else would tell when it leaves.
        const isReset = open.record?.isReset === true;
        const wire = open.wire ?? (isReset ? open.look() : undefined);
        if (open.running === 0 && wire !== undefined) enter(open, wire);
      };
      const answer = observe({ clock, stores, keep }, call, run);
      if (answer instanceof Promise) return answer.finally(leave);
      leave();
      return answer;
    },
  };
}

/** Requests of the console's pages, but for changes that were refused: people want to know why. */
function isPassedOver({ appId, method, refusal }: WireExchange): boolean {
  return appId === CONSOLE_PAGES.id && (method === 'GET' || refusal === undefined);
}

function keepIn(open: Open, call: RequestContext, record: CallRecord): void {
  if (call.batch !== undefined) (open.items ??= new Map()).set(call, record);
  else open.record = record;
}

function pendingItem(
  id: number,
  batch: JournalEntry,
  known: { readonly item: RequestContext; readonly record: CallRecord | undefined },
): PendingEntry {
  const write = () => writeItemEntry({ id, bodyCapBytes: BODY_CAP_BYTES }, batch, known);
  return { id, sizeBytes: sizeOfItem(known.item), write };
}

interface Observer extends Pick<RecorderOptions, 'clock' | 'stores'> {
  keep(record: CallRecord): void;
}

/** At once, where the answer comes at once and nothing has to be looked up. */
function observe(observer: Observer, call: RequestContext, run: () => Answered): Answered {
  const receivedAt = observer.clock.now();
  const beganAt = monotonicMs();
  if (needsLookUp(call)) return runObserved(observer, call, { receivedAt, beganAt, run });
  let answer: Answered;
  try {
    answer = run();
  } catch (thrown) {
    const fail = (): never => {
      throw thrown;
    };
    return runObserved(observer, call, { receivedAt, beganAt, run: fail });
  }
  if (answer instanceof Promise || answer.refusal !== undefined) {
    return runObserved(observer, call, { receivedAt, beganAt, run: () => answer });
  }
  const durationMs = monotonicMs() - beganAt;
  observer.keep(recordOf(call, answer, { receivedAt, durationMs, notes: NONE, lookedUp: NONE, nearMisses: NONE }));
  return answer;
}

const NONE: readonly string[] = [];

interface Run {
  readonly receivedAt: number;
  readonly beganAt: number;
  readonly run: () => Answered;
}

async function runObserved(
  { stores, keep }: Observer,
  call: RequestContext,
  { receivedAt, beganAt, run }: Run,
): Promise<GraphResponse> {
  const notes: string[] = [];
  const known = (await lookUp(() => findLearnerBefore(stores, call), notes)) ?? [];
  let nearMisses = NO_NEAR_MISSES;
  let response: GraphResponse | undefined;
  try {
    response = await run();
  } finally {
    const durationMs = monotonicMs() - beganAt;
    const addressed = (await lookUp(() => findAddressedUser(stores, call), notes)) ?? [];
    if (response?.refusal !== undefined) {
      const refused = response;
      nearMisses = (await lookUp(() => findCallNearMisses(stores, call, refused), notes)) ?? nearMisses;
    }
    const lookedUp = [...known, ...addressed];
    keep(recordOf(call, response, { receivedAt, durationMs, notes, lookedUp, nearMisses: nearMisses.all }));
  }
  const { explainRefusals } = call.services.errorStyle;
  return explainRefusals === true && nearMisses.told.length > 0
    ? explainMore(response, { nearMisses: nearMisses.told })
    : response;
}

/** Not the context itself, which would hold the answer in two forms more. */
function recordOf(
  call: RequestContext,
  response: GraphResponse | undefined,
  learned: Pick<CallRecord, 'receivedAt' | 'durationMs' | 'notes' | 'lookedUp' | 'nearMisses'>,
): CallRecord {
  const { match, principal, deviations, body, items, headers, result } = call;
  const remarks = remarksOf(call);
  const { status, refusal, body: answer } = response ?? {};
  const { receivedAt, durationMs, lookedUp, nearMisses } = learned;
  return {
    receivedAt,
    durationMs,
    lookedUp,
    nearMisses,
    match,
    principal,
    deviations,
    items,
    status,
    refusal,
    notes: remarks.length === 0 ? learned.notes : [...remarks, ...learned.notes],
    isReset: deliveryOf(call)?.kind === 'reset',
    answered: refusal === undefined ? listAnswered(result) : [],
    // Compressed bytes on the wire are not readable, and an item has none of its own.
    body: headers['content-encoding'] !== undefined || !(body instanceof Uint8Array) ? body : undefined,
    saysLearner: answer !== undefined && refusal === undefined,
  };
}

/** A journal that cannot look something up says so; the request goes on. */
async function lookUp<Found>(find: () => Promise<Found>, notes: string[]): Promise<Found | undefined> {
  try {
    return await find();
  } catch (thrown) {
    notes.push(`The journal could not look something up: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return undefined;
  }
}
