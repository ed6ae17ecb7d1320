/** How a request is read and answered, as its operation, query and headers say: made once for all requests that are alike. */
import { LRUCache } from 'lru-cache';
import type { Behaviour } from '../model/behaviour.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName, OperationView, Schema } from '../model/schema.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import { readFormat } from './format.ts';
import type { Format } from './format.ts';
import { readPreferences } from './preferences.ts';
import type { Preferences } from './preferences.ts';
import { createEntityPrinter } from './print-entity.ts';
import type { EntityPrinter } from './print-entity.ts';
import { createQueryReader } from './query-options.ts';
import type { QueryOptions, QueryReader } from './query-options.ts';

export interface Plan {
  readonly preferences: Preferences;
  readonly query: QueryOptions;
  readonly format: Format;
  /** @param spellings how the body of the request spelled properties that have two names */
  printerOf(type: EntityName, spellings?: ReadonlyMap<string, string>): EntityPrinter;
}

export interface PlannedRequest {
  readonly operation: OperationView;
  /** Without `?`; query options belong to GET, on other methods they are ignored. */
  readonly queryText: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** What names the list in skip tokens. */
  readonly listName: () => string;
}

/** @throws queryOptionUnsupported and the other errors of {@link QueryReader} */
export type Planner = (request: PlannedRequest) => Plan;

const MAX_PLANS = 500;
/** Longer keys have filters that are unlikely to come again. */
const MAX_KEY_LENGTH = 1000;

export function createPlanner(schema: Schema, behaviour: Behaviour, notes: DeviationNotes): Planner {
  const plans = new LRUCache<string, Plan>({ max: MAX_PLANS });
  const readers = new Map<EntityName, QueryReader>(
    [...schema.entities.keys()].map((name) => [name, createQueryReader(schema, name, notes)]),
  );
  const make = ({ operation, queryText, headers, listName }: PlannedRequest): Plan => {
    const { entity, options = [], undocumentedOptions } = operation;
    const preferences = readPreferences(headers);
    const collection = options.includes('skiptoken') ? listName() : '';
    const read = readers.get(entity) as QueryReader;
    const query = read(queryText, { options, undocumentedOptions, preferences, collection });
    const format = readFormat(query.format ?? headers['accept']);
    return { preferences, query, format, printerOf: createPrinters(schema, behaviour, { preferences, query, format }) };
  };
  return (request) => {
    const { operation, queryText, headers } = request;
    const { accept = '', prefer = '', preference = '' } = headers;
    const key = `${operation.id}\n${queryText}\n${accept}\n${prefer}\n${preference}`;
    const found = plans.get(key);
    if (found !== undefined) return found;
    const plan = make(request);
    // A token leads to one page.
    const { skipToken, tracked } = plan.query;
    const hasToken = (skipToken ?? tracked?.skipToken ?? tracked?.deltaToken) !== undefined;
    if (!hasToken && key.length <= MAX_KEY_LENGTH) plans.set(key, plan);
    return plan;
  };
}

interface Printing extends Pick<Plan, 'preferences' | 'format'> {
  readonly query: Pick<Plan['query'], 'select'>;
}

const NO_QUERY: Printing['query'] = { select: undefined };

/** As a request gets entities that asks for nothing special. */
export function createPlainPrinters(schema: Schema, behaviour: Behaviour): Plan['printerOf'] {
  const [preferences, format] = [readPreferences({}), readFormat(undefined)];
  return createPrinters(schema, behaviour, { preferences, format, query: NO_QUERY });
}

/** Each printer is made when it is first used. */
function createPrinters(
  schema: Schema,
  behaviour: Behaviour,
  { preferences, query, format }: Printing,
): Plan['printerOf'] {
  const printers = new Map<string, EntityPrinter>();
  return (type, sent) => {
    const spellings = query.select?.spellings ?? (sent === undefined || sent.size === 0 ? undefined : sent);
    let key: string = type;
    if (spellings !== undefined) for (const name of spellings.values()) key += ` ${name}`;
    const found = printers.get(key);
    if (found !== undefined) return found;
    const view = getEntity(schema, type);
    const printer = createEntityPrinter(view, {
      level: format.level,
      spellings:
        spellings ?? (behaviour.externalIdSpelling === 'schema' ? undefined : documentedNames(view.properties)),
      select: query.select?.names,
      showsHiddenMembers: preferences.showsHiddenMembers,
    });
    printers.set(key, printer);
    return printer;
  };
}

/** The names to answer with where the request did not show which of two spellings it uses. */
function documentedNames(
  properties: readonly { readonly name: string; readonly documentedName?: string }[],
): ReadonlyMap<string, string> {
  return new Map(properties.map(({ name, documentedName }) => [name, documentedName ?? name]));
}
