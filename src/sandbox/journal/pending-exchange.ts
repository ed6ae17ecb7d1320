/** An exchange as it is kept until its entry is read. */
import type { RequestContext } from '../../graph/context.ts';
import type { AppId, TenantId } from '../../lib/ids.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { OperationId } from '../../model/operations.ts';
import type { OperationView } from '../../model/schema.ts';
import type { JournalEntry } from './entry.ts';
import { describeNearPaths, isPathRefusal } from './near-path.ts';
import type { RawLog } from './raw-log.ts';
import { BODY_CAP_BYTES } from './record-body.ts';
import type { WireExchange } from './recorder.ts';
import { BYTES_OF_CHARACTER, ENTRY_BYTES } from './ring.ts';
import type { PendingEntry } from './ring.ts';
import { writeEntry } from './write-entry.ts';
import type { CallRecord, EntryPlace } from './write-entry.ts';

interface Known {
  readonly record: CallRecord | undefined;
  readonly behaviour: Behaviour;
  readonly raw: RawLog;
}

/** Between texts of one part: none of them can hold it. */
const SEPARATOR = '\0';
const NUMBERS = 7;
const PARTS = 3;

/** What few exchanges have. */
type Rest = Pick<WireExchange, 'refusal' | 'tokenRefusal'> & {
  readonly remarks: WireExchange['notes'];
  readonly record:
    Pick<CallRecord, 'deviations' | 'items' | 'refusal' | 'notes' | 'nearMisses' | 'lookedUp' | 'body'> | undefined;
};

/**
 * One object, which refers to nothing that is its own: thousands of them live on, and each object is one more for the
 * collector to walk and to move. All else is in the log.
 */
export class PendingExchange implements PendingEntry {
  readonly id: number;
  readonly sizeBytes: number;
  readonly #raw: RawLog;
  readonly #start: number;
  readonly #hasRecord: boolean;
  readonly #saysLearner: boolean;
  readonly #operation: OperationView | undefined;
  readonly #principal: RequestContext['principal'] | undefined;
  readonly #behaviour: Behaviour;
  readonly #rest: Rest | undefined;

  constructor(place: EntryPlace, wire: WireExchange, { record, behaviour, raw }: Known) {
    const { requestBody, response } = wire;
    this.id = place.id;
    this.#raw = raw;
    this.#start = raw.append({
      numbers: [
        ...[place.receivedAt, place.durationMs, record?.receivedAt ?? 0, record?.durationMs ?? 0],
        ...[requestBody.sizeBytes, response?.body.sizeBytes ?? 0, response?.status ?? record?.status ?? 0],
      ],
      parts: [writeTexts(wire, record), requestBody.content, response?.body.content ?? ''],
    });
    this.sizeBytes = ENTRY_BYTES + BYTES_OF_CHARACTER * (raw.end - this.#start);
    this.#hasRecord = record !== undefined;
    this.#saysLearner = record?.saysLearner === true;
    this.#operation = record?.match?.operation;
    this.#principal = record?.principal;
    this.#behaviour = behaviour;
    this.#rest = restOf(wire, record);
  }

  write(): JournalEntry {
    const { numbers, parts } = this.#raw.read(this.#start, { numbers: NUMBERS, parts: PARTS });
    const [receivedAt, durationMs, runAt, runMs, requestBytes, responseBytes, status] = numbers as Numbers;
    const [texts, sent, answered] = parts as [Buffer, Buffer, Buffer];
    const read = readTexts(String(texts));
    const place = { id: this.id, bodyCapBytes: BODY_CAP_BYTES, receivedAt, durationMs };
    const { head } = read;
    const wire: WireExchange = {
      ...read,
      requestBody: { content: sent, sizeBytes: requestBytes },
      response: head === '' ? undefined : { status, head, body: { content: answered, sizeBytes: responseBytes } },
      refusal: this.#rest?.refusal,
      tokenRefusal: this.#rest?.tokenRefusal,
      notes: this.#rest?.remarks ?? [],
    };
    const record = this.#hasRecord
      ? this.#readRecord(read, {
          receivedAt: runAt,
          durationMs: runMs,
          status: status === 0 ? undefined : status,
        })
      : undefined;
    const { method, target, refusal } = wire;
    const isPath = record === undefined && refusal !== undefined && isPathRefusal(refusal.row);
    const nearPaths = isPath ? describeNearPaths(method, target, this.#behaviour) : [];
    return writeEntry(place, wire, { record, nearPaths });
  }

  #readRecord({ keys, learners }: Texts, run: Pick<CallRecord, 'receivedAt' | 'durationMs' | 'status'>): CallRecord {
    return {
      ...{ deviations: [], items: [], notes: [], nearMisses: [], lookedUp: [] },
      ...{ refusal: undefined, body: undefined },
      ...this.#rest?.record,
      ...run,
      match: this.#operation && { operation: this.#operation, keys: JSON.parse(keys) as Record<string, string> },
      principal: this.#principal as RequestContext['principal'],
      answered: learners === '' ? [] : learners.split(' '),
      isReset: false,
      saysLearner: this.#saysLearner,
    };
  }
}

type Numbers = [number, number, number, number, number, number, number];

/** All texts of an exchange but its bodies, as one: each write of its own would be a call out of V8. */
function writeTexts(wire: WireExchange, record: CallRecord | undefined): string {
  const { kind, method, origin, httpVersion, delivery, requestId, clientRequestId, target, requestHeaders } = wire;
  const { appId = '', tenantId = '', operation = '', response } = wire;
  const keys = record?.match === undefined ? '' : JSON.stringify(record.match.keys);
  const learners = record === undefined ? '' : record.answered.filter((id) => typeof id === 'string').join(' ');
  return [
    ...[kind, method, origin, httpVersion, delivery, requestId, clientRequestId, target, requestHeaders],
    ...[appId, tenantId, operation, response?.head ?? '', keys, learners],
  ].join(SEPARATOR);
}

type Texts = Omit<WireExchange, 'requestBody' | 'response' | 'refusal' | 'tokenRefusal' | 'notes'> & {
  readonly head: string;
  readonly keys: string;
  readonly learners: string;
};

function readTexts(text: string): Texts {
  const [kind, method, origin, httpVersion, delivery, requestId, clientRequestId, target, requestHeaders, ...more] =
    text.split(SEPARATOR) as [WireExchange['kind'], string, string, string, WireExchange['delivery'], ...Ten];
  const [appId, tenantId, operation, head, keys, learners] = more;
  return {
    ...{ kind, method, origin, httpVersion, delivery, requestId, clientRequestId, target, requestHeaders },
    appId: (appId as AppId) || undefined,
    tenantId: (tenantId as TenantId) || undefined,
    operation: (operation as OperationId) || undefined,
    ...{ head, keys, learners },
  };
}

type Ten = [string, string, string, string, string, string, string, string, string, string];

function restOf(wire: WireExchange, record: CallRecord | undefined): Rest | undefined {
  const { refusal, tokenRefusal, notes: remarks } = wire;
  const isPlain = refusal === undefined && tokenRefusal === undefined && remarks.length === 0;
  if (isPlain && (record === undefined || isPlainRecord(record))) return undefined;
  if (record === undefined) return { refusal, tokenRefusal, remarks, record };
  const { deviations, items, notes, nearMisses, lookedUp, body } = record;
  const own = { deviations, items, refusal: record.refusal, notes, nearMisses, lookedUp, body };
  return { refusal, tokenRefusal, remarks, record: own };
}

function isPlainRecord({ deviations, items, refusal, notes, nearMisses, lookedUp, body }: CallRecord): boolean {
  const hasLists = [deviations, items, notes, nearMisses, lookedUp].some((list) => list.length > 0);
  return !hasLists && refusal === undefined && body === undefined;
}
