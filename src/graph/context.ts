/** What an operation's function gets and gives. */
import type { Principal } from '../auth/principal.ts';
import type { ActivityGuid } from '../lib/ids.ts';
import type { Behaviour } from '../model/behaviour.ts';
import type { Tenant } from '../model/directory.ts';
import type { EntityName, OperationView } from '../model/schema.ts';
import type { Deviation, GraphRequest } from '../odata/message.ts';
import type { Preferences } from '../odata/preferences.ts';
import type { Protocol } from '../odata/protocol.ts';
import type { QueryOptions } from '../odata/query-options.ts';
import type { LearningStore } from '../store/learning-store.ts';

/** The parts that every operation works with; the same for all requests. */
export interface OperationParts {
  readonly store: LearningStore;
  readonly behaviour: Behaviour;
  /** A fresh GUID for a provider or content. */
  newId(): string;
  /** A fresh GUID for an activity: later ones sort after earlier ones. */
  newActivityGuid(): ActivityGuid;
}

/** What was read in a request that the schema has otherwise. */
export interface Found {
  inQuery: readonly Deviation[] | undefined;
  /** Of a key in the path, as far as only the stored data tells. */
  inKey: readonly Deviation[] | undefined;
  /** As it was read last: an update may be judged more than once. */
  inBody: readonly Deviation[] | undefined;
}

export interface OperationContext extends OperationParts {
  readonly principal: Principal;
  readonly tenant: Tenant;
  readonly request: GraphRequest;
  readonly preferences: Preferences;
  readonly query: QueryOptions;
  readonly protocol: Protocol;
  readonly operation: OperationView;
  /** Key values of the path, by the names in the operation's template. */
  readonly keys: Readonly<Record<string, string>>;
  readonly found: Found;
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
  /** For the entity tag; none for what has no versions. */
  readonly rowVersion?: number;
  /** How the request spelled properties that have two names. */
  readonly spellings?: ReadonlyMap<string, string>;
}

/** One page of objects. */
export interface ListResult {
  readonly kind: 'list';
  readonly items: readonly { readonly type: EntityName; readonly entity: Readonly<Record<string, unknown>> }[];
  /** What follows `$metadata#` in `@odata.context`. */
  readonly collection: string;
  /** All that match, whatever the page; only when asked for. */
  readonly count: number | undefined;
  /** Where the next page begins; `undefined` on the last one. */
  readonly skipToken: string | undefined;
}

export type OperationResult =
  EntityResult | ListResult | { readonly kind: 'count'; readonly count: number } | { readonly kind: 'nothing' };

export type OperationFunction = (context: OperationContext) => Promise<OperationResult>;
