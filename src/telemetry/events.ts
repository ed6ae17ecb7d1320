/** What the server reports about itself: one function an event. All other rooms call these and know no logger. */
import { symbols } from 'pino';
import type { DestinationStream, Logger } from 'pino';

import { monotonicMs, systemClock } from '../lib/clock.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';

/** One answered or abandoned HTTP request. Sizes are those of the bodies. */
export interface RequestFields {
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly method: string;
  /** As sent, without the query, cut, mail addresses masked. */
  readonly path: string;
  readonly operation: string | undefined;
  /** Undefined when the client left before it was answered. */
  readonly status: number | undefined;
  readonly durationMs: number;
  /** The row of the error catalogue. */
  readonly refusal: string | undefined;
  readonly detail: string | undefined;
  readonly appId: string | undefined;
  readonly tenantId: string | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** A connection that sent no request that could be answered in the ordinary way. */
interface BrokenConnectionFields {
  readonly requestId: string | undefined;
  readonly refusal: string | undefined;
  readonly code: string | undefined;
}

/** What metrics count of a request, beside what is logged of it. */
export interface CountedRequest extends CountedItem {
  readonly durationMs: number;
  /** Of a caller whose token was accepted. */
  readonly tenantId: string | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Those of a batch. */
  readonly items: readonly CountedItem[];
}

export interface CountedItem {
  /** Of Graph, `batch`, or what else was asked for. */
  readonly operation: string;
  /** Undefined when the client left before it was answered. */
  readonly status: number | undefined;
  /** The row of the error catalogue. */
  readonly refusal: string | undefined;
}

export interface Counts {
  request(request: CountedRequest): void;
  /** The answer of the token endpoint; `refusal` is a row of the token errors. */
  tokenRequest(grantType: string, refusal: string | undefined): void;
  /** A request beyond what its app may send. */
  throttled(): void;
  /** What became of requests to a sync target. */
  sync(target: string, outcome: 'sent' | 'failed' | 'dead', requests: number): void;
  syncState(target: string, state: SyncState): void;
  /** What became of notifications of changes that were sent. */
  notifications(outcome: 'delivered' | 'failed' | 'dead', notifications: number): void;
  /** What became of a message that was sent to a webhook. */
  webhookMessage(outcome: 'delivered' | 'failed' | 'dead'): void;
  /** A webhook that the server does not send to any more. */
  webhookDisabled(reason: 'gone' | 'failing'): void;
}

/** How a sync target stands. */
export interface SyncState {
  readonly waiting: number;
  readonly dead: number;
  readonly oldestWaitingMs: number;
  /** Requests a minute that it is given at present. */
  readonly rate: number;
}

export interface Events {
  /** False when no event leaves a trace: what only serves events need not be gathered. */
  readonly isEnabled: boolean;
  /** `undefined` when nobody counts. */
  readonly counts?: Counts;
  requestFinished(request: RequestFields): void;
  /** A request that was refused for a fault of the server. */
  requestFailed(request: RequestFields, cause: unknown): void;
  connectionBroken(connection: BrokenConnectionFields): void;
  serverStarted(origins: readonly string[]): void;
  serverStopping(requestsInFlight: number): void;
  serverStopped(isDrained: boolean): void;
  /** One of several processes accepts requests. */
  workerStarted(worker: number, pid: number): void;
  /** It has ended although nobody asked it to. Another one takes its place. */
  workerEnded(worker: number, end: { readonly code: number | null; readonly signal: string | null }): void;
  /** The files of the certificate have changed, and the new one is shown. */
  certificateChanged(file: string): void;
  /** They have changed, and cannot be served: the one before is shown. */
  certificateKept(file: string, cause: unknown): void;
  /** A listening socket reported an error. */
  listenerFailed(cause: unknown): void;
  /** A statement kept the process or its caller waiting. */
  slowStatement(name: string, durationMs: number): void;
  /** The database cannot do its work: one line a second, with how many were left out since the one before. */
  databaseTroubled(trouble: string | undefined, cause: unknown): void;
  /** A request was refused because so many of its kind were in flight: one line a second, as above. */
  requestRefused(kind: 'read' | 'write' | 'token', inFlight: number): void;
  issuerKeysFetched(issuer: string, keyCount: number): void;
  /** Tokens of the issuer with a key that is not known yet are refused until its keys can be fetched. */
  issuerKeysUnavailable(issuer: string, cause: unknown): void;
  /** The audit trail of a tenant has come to this head: kept elsewhere, it shows whether the trail was cut or written anew. */
  changeLogNoted(tenantKey: number, head: string): void;
  /** Old records of the audit trail were removed. */
  changeLogCut(tenantKey: number, records: number): void;
  /** Nothing can be sent to a sync target, such as without a token. */
  syncTroubled(target: string, trouble: string): void;
  /** It can again. */
  syncRecovered(target: string): void;
  /** Something waits for longer than syncWaitLimitMinutes, or will not be sent: once, and once an hour while it lasts. */
  syncWaiting(target: string, state: { waiting: number; dead: number; oldestSeconds: number }): void;
  /** Its endpoint is gone, or has failed for days: nothing is sent to it any more. */
  webhookDisabled(webhookId: string, about: { tenantId: string; reason: 'gone' | 'failing' }): void;
  /** Work that no caller waits for has failed. */
  backgroundTaskFailed(task: string, cause: unknown): void;
}

export function createEvents(logger: Logger): Events {
  return {
    isEnabled: logger.level !== 'silent',
    requestFinished: createRequestWriter(logger),
    requestFailed: (request, cause) => logger.error({ ...request, cause }, 'requestFailed'),
    connectionBroken: (connection) => logger.debug(connection, 'connectionBroken'),
    serverStarted: (origins) => logger.info({ origins }, 'serverStarted'),
    serverStopping: (requestsInFlight) => logger.info({ requestsInFlight }, 'serverStopping'),
    serverStopped: (isDrained) => logger.info({ isDrained }, 'serverStopped'),
    workerStarted: (worker, pid) => logger.info({ worker, pid }, 'workerStarted'),
    workerEnded: (worker, { code, signal }) => logger.error({ worker, code, signal }, 'workerEnded'),
    certificateChanged: (file) => logger.info({ file }, 'certificateChanged'),
    certificateKept: (file, cause) => logger.error({ file, cause }, 'certificateKept'),
    listenerFailed: (cause) => logger.error({ cause }, 'listenerFailed'),
    slowStatement: (statement, durationMs) => logger.warn({ statement, durationMs }, 'slowStatement'),
    databaseTroubled: onceASecond((leftOut, trouble, cause) => {
      logger.error({ trouble, leftOut, cause }, 'databaseTroubled');
    }),
    requestRefused: onceASecond((leftOut, kind, inFlight) => {
      logger.warn({ kind, inFlight, leftOut }, 'requestRefused');
    }),
    issuerKeysFetched: (issuer, keyCount) => logger.info({ issuer, keyCount }, 'issuerKeysFetched'),
    issuerKeysUnavailable: (issuer, cause) => logger.warn({ issuer, cause }, 'issuerKeysUnavailable'),
    changeLogNoted: (tenantKey, head) => logger.info({ tenantKey, head }, 'changeLogNoted'),
    changeLogCut: (tenantKey, records) => logger.info({ tenantKey, records }, 'changeLogCut'),
    syncTroubled: (target, trouble) => logger.error({ target, trouble }, 'syncTroubled'),
    syncRecovered: (target) => logger.info({ target }, 'syncRecovered'),
    syncWaiting: (target, state) => logger.warn({ target, ...state }, 'syncWaiting'),
    webhookDisabled: (webhookId, about) => logger.error({ webhookId, ...about }, 'webhookDisabled'),
    backgroundTaskFailed: (task, cause) => logger.error({ task, cause }, 'backgroundTaskFailed'),
  };
}

const PAUSE_MS = 1000;

/** What comes with every request while it lasts would fill a disk, which may be full already. */
function onceASecond<Fields extends readonly unknown[]>(
  write: (leftOut: number, ...fields: Fields) => void,
): (...fields: Fields) => void {
  let writtenAt = -Infinity;
  let leftOut = 0;
  return (...fields) => {
    const now = monotonicMs();
    if (now - writtenAt < PAUSE_MS) {
      leftOut += 1;
      return;
    }
    write(leftOut, ...fields);
    [writtenAt, leftOut] = [now, 0];
  };
}

/**
 * The line of an answered request as the logger would write it. For the one event that comes with every request the
 * logger's own way, field by field, took a tenth of the time of a request. None of its fields is secret.
 */
function createRequestWriter(logger: Logger): Events['requestFinished'] {
  if (!logger.isLevelEnabled('info')) return () => undefined;
  const { [symbols.streamSym]: stream } = logger as Logger & { readonly [symbols.streamSym]: DestinationStream };
  const bindings = JSON.stringify(logger.bindings()).slice(1, -1);
  const base = bindings === '' ? '' : `,${bindings}`;
  return (request) => {
    let line = `{"level":"info","time":"${formatUtcMilliseconds(systemClock.now())}"${base}`;
    for (const name in request) {
      const value = request[name as keyof RequestFields];
      if (typeof value === 'string') line += `,"${name}":${JSON.stringify(value)}`;
      else if (value !== undefined) line += `,"${name}":${value}`;
    }
    stream.write(`${line},"msg":"requestFinished"}\n`);
  };
}
