/**
 * Brings together what the wire shows of a request and what the engine knows of it.
 *
 * An exchange is begun when its head has come; runs of the engine within it are noted; it is entered when its answer is
 * about to leave, or when its client has gone. Of a client that goes while the engine works, the entry waits for the
 * engine, so that it tells what has come of the request. Then the exchange is forgotten here.
 */
import { monotonicMs } from '../../lib/clock.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Interceptor, RequestContext } from '../../graph/context.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import { explainMore } from '../../odata/error-body.ts';
import type { GraphResponse } from '../../odata/message.ts';
import { findLearnerBefore, learnConcern } from './call-facts.ts';
import type { Concern } from './call-facts.ts';
import type { JournalEntry } from './entry.ts';
import type { NearMissStores } from './near-misses.ts';
import { describeNearPaths, isPathRefusal } from './near-path.ts';
import type { Recorder, WireExchange } from './recorder.ts';
import { writeEntry, writeItemEntry, writeUnreadableEntry } from './write-entry.ts';
import type { CallRecord } from './write-entry.ts';

export interface RecorderOptions {
  /** What entries are dated by. */
  readonly clock: Clock;
  readonly stores: NearMissStores;
  /** What is switched on. */
  readonly behaviour: Behaviour;
  readonly journal: EntrySink;
  /** Told of what went wrong with an entry, which is then missing; the request goes on. */
  readonly onFailure: (cause: unknown) => void;
}

/** Where entries go. */
export interface EntrySink {
  takeId(): number;
  add(entry: JournalEntry): void;
  replace(entry: JournalEntry): void;
  find(id: number): JournalEntry | undefined;
}

/** Of a body, so much is kept; what comes after it is only counted. */
const BODY_CAP_BYTES = 64 * 1024;

/** An exchange that is not entered yet. */
interface Open {
  readonly receivedAt: number;
  readonly beganAt: number;
  readonly look: () => WireExchange;
  /** Runs of the engine under way. */
  running: number;
  /** Set when the exchange is to be entered as soon as nothing runs. */
  wire: WireExchange | undefined;
  record: CallRecord | undefined;
  /** Runs of items. */
  readonly items: Map<RequestContext, CallRecord>;
  entryId: number | undefined;
}

export function createRecorder({
  clock,
  stores,
  behaviour,
  journal,
  onFailure,
}: RecorderOptions): Recorder & { readonly interceptor: Interceptor } {
  const bodyCapBytes = BODY_CAP_BYTES;
  const exchanges = new Map<string, Open>();

  const write = ({ receivedAt, beganAt, record, items }: Open, wire: WireExchange, id: number): void => {
    const place = { id, bodyCapBytes, receivedAt, durationMs: monotonicMs() - beganAt };
    const { method, target, refusal } = wire;
    const isPath = record === undefined && refusal !== undefined && isPathRefusal(refusal.row);
    const nearPaths = isPath ? describeNearPaths(method, target, behaviour) : [];
    const entry = writeEntry(place, wire, { record, nearPaths });
    const ofItems = (record?.call.items ?? []).map((item) =>
      writeItemEntry({ id: journal.takeId(), bodyCapBytes }, entry, { item, record: items.get(item) }),
    );
    for (const one of [entry, ...ofItems]) journal.add(one);
  };
  const enter = (requestId: string, open: Open, wire: WireExchange): void => {
    if (open.entryId !== undefined) return;
    // Ids that are made from a seed may come again while the first is on its way.
    if (exchanges.get(requestId) === open) exchanges.delete(requestId);
    open.entryId = journal.takeId();
    try {
      write(open, wire, open.entryId);
    } catch (cause) {
      onFailure(cause);
    }
  };

  return {
    bodyCapBytes,
    begin: (requestId, look) => {
      const times = { receivedAt: clock.now(), beganAt: monotonicMs() };
      const open: Open = {
        ...times,
        look,
        running: 0,
        wire: undefined,
        record: undefined,
        items: new Map(),
        entryId: undefined,
      };
      exchanges.set(requestId, open);
      return {
        enter: () => {
          if (open.entryId !== undefined || open.wire !== undefined) return;
          open.wire = look();
          if (open.running === 0) enter(requestId, open, open.wire);
        },
        markCut: () => {
          const entry = open.entryId === undefined ? undefined : journal.find(open.entryId);
          if (entry?.delivery === 'whole') journal.replace({ ...entry, delivery: 'cut' });
        },
      };
    },
    enterUnreadable: (exchange) => {
      const place = { id: journal.takeId(), receivedAt: clock.now(), durationMs: 0 };
      journal.add(writeUnreadableEntry(place, exchange));
    },
    interceptor: async (call, run) => {
      const { requestId } = call;
      const open = exchanges.get(requestId);
      // Its client has gone, and it was entered.
      if (open === undefined) return run();
      open.running += 1;
      const keep = (record: CallRecord): void => {
        if (call.batch !== undefined) open.items.set(call, record);
        else open.record = record;
      };
      try {
        return await runObserved({ clock, stores, keep }, call, run);
      } finally {
        open.running -= 1;
        // What is reset is never written, so that nothing else would tell when it leaves.
        const isReset = open.record?.response?.delivery?.kind === 'reset';
        const wire = open.wire ?? (isReset ? open.look() : undefined);
        if (open.running === 0 && wire !== undefined) enter(requestId, open, wire);
      }
    },
  };
}

interface Observer extends Pick<RecorderOptions, 'clock' | 'stores'> {
  keep(record: CallRecord): void;
}

async function runObserved(
  { clock, stores, keep }: Observer,
  call: RequestContext,
  run: () => Promise<GraphResponse>,
): Promise<GraphResponse> {
  const receivedAt = clock.now();
  const beganAt = monotonicMs();
  const notes: string[] = [];
  const known = (await lookUp(() => findLearnerBefore(stores, call), notes)) ?? [];
  let concern: Concern = { learners: known, nearMisses: [], told: [] };
  let response: GraphResponse | undefined;
  try {
    response = await run();
  } finally {
    const durationMs = monotonicMs() - beganAt;
    concern = (await lookUp(() => learnConcern(stores, call, { response, known }), notes)) ?? concern;
    keep({ call, response, receivedAt, durationMs, concern, notes });
  }
  const { explainRefusals } = call.services.errorStyle;
  return explainRefusals === true ? explainMore(response, { nearMisses: concern.told }) : response;
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
