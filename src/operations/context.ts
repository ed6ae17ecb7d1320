/** What an operation's function gets and gives. */
import type { Principal } from '../auth/principal.ts';
import type { ActivityGuid } from '../base/ids.ts';
import type { Behaviour } from '../model/behaviour.ts';
import type { Tenant } from '../model/directory.ts';
import type { EntityName, OperationView } from '../model/schema.ts';
import type { GraphRequest } from '../odata/message.ts';
import type { Protocol } from '../odata/protocol.ts';
import type { LearningStore } from '../store/learning-store.ts';

/** The parts that every operation works with; the same for all requests. */
export interface OperationParts {
  readonly store: LearningStore;
  readonly behaviour: Behaviour;
  /** A fresh GUID, later ones sort after earlier ones. */
  newActivityGuid(): ActivityGuid;
}

export interface OperationContext extends OperationParts {
  readonly principal: Principal;
  readonly tenant: Tenant;
  readonly request: GraphRequest;
  readonly protocol: Protocol;
  readonly operation: OperationView;
  /** Key values of the path, by the names in the operation's template. */
  readonly keys: Readonly<Record<string, string>>;
}

/** One object to answer with. */
export interface EntityResult {
  readonly kind: 'entity';
  readonly type: EntityName;
  readonly entity: Readonly<Record<string, unknown>>;
  /** Path of the object's collection from the service root, for `@odata.context` and Location. */
  readonly collection: string;
  /** How the request spelled properties that have two names. */
  readonly spellings?: ReadonlyMap<string, string>;
}

export type OperationResult = EntityResult | { readonly kind: 'nothing' };

export type OperationFunction = (context: OperationContext) => Promise<OperationResult>;
