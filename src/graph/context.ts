/** A Graph request: the one object that all steps of the pipeline work on. */
import type { Authenticator, Caller } from '../auth/authenticate.ts';
import type { Principal } from '../auth/principal.ts';
import type { Directory } from '../directory/directory.ts';
import type { ActivityGuid } from '../lib/ids.ts';
import type { Behaviour } from '../model/behaviour.ts';
import type { Tenant } from '../model/directory.ts';
import type { ComplexType } from '../model/rows.ts';
import type { EntityName, OperationView } from '../model/schema.ts';
import type { ApiVersion } from '../model/versions.ts';
import type { Documents } from '../odata/documents.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import type { Deviation, GraphResponse, RequestBody } from '../odata/message.ts';
import type { PathMatch } from '../odata/path.ts';
import type { Plan } from '../odata/plan.ts';
import type { Protocol } from '../odata/protocol.ts';
import type { ChangeFeed } from '../store/feed/change-feed.ts';
import type { LearningStore } from '../store/learning-store.ts';
import type { RequestTracer } from '../telemetry/request-tracer.ts';
import type { Notifying } from './notifying.ts';

/** What all requests share; made at startup. */
export interface Services {
  readonly store: LearningStore;
  /** What has changed; `undefined` where no changes are kept. */
  readonly feed: ChangeFeed | undefined;
  /** Tells others of changes; `undefined` where none are kept. */
  readonly notifying: Notifying | undefined;
  /** Changes users and apps. */
  readonly directory: Directory;
  readonly behaviour: Behaviour;
  /** A fresh GUID for a provider or content. */
  newId(): string;
  /** A fresh GUID for an activity: later ones sort after earlier ones. */
  newActivityGuid(): ActivityGuid;
  readonly protocols: Readonly<Record<ApiVersion, Protocol>>;
  readonly documents: Documents | undefined;
  readonly authenticator: Authenticator;
  /** Counts a request against the limits of its app and its tenant. @throws tooManyRequests */
  readonly admit: (principal: Principal) => void;
  readonly errorStyle: ErrorStyle;
  readonly interceptor: Interceptor | undefined;
  readonly tracer?: RequestTracer | undefined;
  /** Called with every answer, also with those of batch items. */
  readonly onAnswered?: ((context: RequestContext, response: GraphResponse) => void) | undefined;
}

/**
 * Runs around an authenticated request, and around each item of a batch: it may wait, answer in place of the server, run
 * it, and change the answer. @throws GraphError to refuse
 */
export type Interceptor = (context: RequestContext, run: () => Answered) => Answered;

/** A promise only if something has to wait. */
export type Answered = GraphResponse | Promise<GraphResponse>;

/** A request as it was sent. */
export type SentRequest = Pick<
  RequestContext,
  'requestId' | 'clientRequestId' | 'version' | 'method' | 'path' | 'queryText' | 'headers' | 'origin'
> &
  Partial<
    Pick<RequestContext, 'connection' | 'body' | 'receiveBody' | 'findSignal' | 'waitAside' | 'batch' | 'itemId'>
  >;

/** Its fields are set in the order of the steps of the pipeline; a step may rely on those before it. */
export class RequestContext {
  readonly services: Services;
  readonly behaviour: Behaviour;

  readonly requestId: string;
  /** The caller's own id, or the request id when it sent none. */
  readonly clientRequestId: string;
  readonly version: ApiVersion;
  /** HEAD comes as GET; the server leaves the body out of the answer. */
  readonly method: string;
  /** Path below the version root as sent: not decoded, begins with `/`. */
  readonly path: string;
  /** Query as sent, without `?`. */
  readonly queryText: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Scheme, host and port under which the client reached the server, without a trailing slash. */
  readonly origin: string;
  /** The connection that it came on; absent where it has none of its own, as for batch items. */
  readonly connection: object | undefined;
  /** Reads the body from the connection; absent when `body` is there from the start. */
  readonly receiveBody: (() => Uint8Array | undefined | Promise<Uint8Array | undefined>) | undefined;
  /** Aborted when the client has left; absent where that cannot be noticed. */
  readonly findSignal: (() => AbortSignal) | undefined;
  /** Waits without counting as in flight meanwhile; absent where requests in flight are not counted. */
  readonly waitAside: (<Result>(wait: () => Promise<Result>) => Promise<Result>) | undefined;
  /** The batch that this request is an item of, and its id there. */
  readonly batch: RequestContext | undefined;
  readonly itemId: string;
  body: RequestBody | undefined;
  /** What the body holds; `undefined` before it is read, and where it cannot be. */
  json: unknown = undefined;

  principal!: Principal;
  tenant!: Tenant;

  readonly protocol: Protocol;
  /** The operation and keys of the path; `undefined` for a batch, and for a path without an operation. */
  match: PathMatch | undefined = undefined;
  operation!: OperationView;
  /** Key values of the path, by the names in the operation's template. */
  keys!: PathMatch['keys'];
  /** Why the path or the caller is refused. */
  denial: Error | undefined = undefined;

  plan!: Plan;
  /** Of a key in the path: that it was encoded twice shows only when it is looked up. */
  keyDeviations: readonly Deviation[] | undefined = undefined;
  /** Of the body as it was read last: an update may be judged more than once. */
  bodyDeviations: readonly Deviation[] | undefined = undefined;

  /** That of the services, unless the request reads an earlier state. */
  store: LearningStore;
  /** Of a batch, in the order of the batch. */
  items: readonly RequestContext[] = [];
  result!: OperationResult;
  response: GraphResponse | undefined = undefined;

  constructor(services: Services, sent: SentRequest) {
    this.services = services;
    this.behaviour = services.behaviour;
    this.requestId = sent.requestId;
    this.clientRequestId = sent.clientRequestId;
    this.version = sent.version;
    this.method = sent.method;
    this.path = sent.path;
    this.queryText = sent.queryText;
    this.headers = sent.headers;
    this.origin = sent.origin;
    this.connection = sent.connection;
    this.receiveBody = sent.receiveBody;
    this.findSignal = sent.findSignal;
    this.waitAside = sent.waitAside;
    this.batch = sent.batch;
    this.itemId = sent.itemId ?? '';
    this.body = sent.body;
    this.protocol = services.protocols[sent.version];
    this.store = services.store;
  }

  setCaller({ principal, tenant }: Caller): void {
    this.principal = principal;
    this.tenant = tenant;
  }

  /** All that departs from the reference: in path, query, keys and body. */
  get deviations(): readonly Deviation[] {
    const ofPath = this.match?.deviations;
    return [ofPath, (this.plan as Plan | undefined)?.query.deviations, this.keyDeviations, this.bodyDeviations].flatMap(
      (some) => some ?? [],
    );
  }
}

/** One object to answer with. */
export interface EntityResult {
  readonly kind: 'entity';
  readonly type: EntityName;
  readonly entity: Readonly<Record<string, unknown>>;
  /** Path of the object's collection below its container, for `@odata.context` and Location. */
  readonly collection: string;
  /** The one object at this path: `collection` is its own path, from the service root. */
  readonly isSingleton?: boolean;
  /** For the ETag; absent for items without versions. */
  readonly rowVersion?: number;
  /** How the request spelled properties that have two names. */
  readonly spellings?: ReadonlyMap<string, string>;
}

/** One page of objects. */
export interface ListResult {
  readonly kind: 'list';
  readonly items: readonly ResultItem[];
  /** What follows `$metadata#` in `@odata.context`. */
  readonly collection: string;
  /** All that match, whatever the page; only when asked for. */
  readonly count: number | undefined;
  /** Where the next page begins; `undefined` on the last one. */
  readonly skipToken: string | undefined;
  /** Where changes begin, on the last page of a list whose changes are tracked. */
  readonly deltaToken?: string;
}

export type ResultItem =
  | { readonly type: EntityName; readonly entity: Readonly<Record<string, unknown>> }
  /** Was there, and is not any more. */
  | { readonly removedId: string };

/** A value of a complex type, as an action gives it. */
export interface ComplexResult {
  readonly kind: 'complex';
  readonly type: ComplexType;
  readonly value: Readonly<Record<string, unknown>>;
}

export type OperationResult =
  | EntityResult
  | ListResult
  | ComplexResult
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'nothing' };

export const NOTHING: OperationResult = { kind: 'nothing' };
