/** The answer that carries one entity: wire object, `@odata.context`, Location of what was created. */
import type { Behaviour } from '../model/behaviour.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName, Schema } from '../model/schema.ts';
import type { GraphResponse } from '../odata/message.ts';
import type { QueryOptions } from '../odata/query-options.ts';
import type { EntityResult, OperationContext } from './context.ts';

const CONTENT_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

export function entityResponse(
  { protocol, operation, request, behaviour }: OperationContext,
  { type, entity, collection, spellings: sent }: EntityResult,
  query: QueryOptions | undefined,
): GraphResponse {
  const root = `${request.origin}/${protocol.schema.version}`;
  const select = query?.select;
  const selection = select === undefined ? '' : `(${select.text})`;
  const body = protocol.writers[type](entity, {
    context: `${root}/$metadata#${collection}${selection}/$entity`,
    spellings: select?.spellings ?? knownSpellings(sent) ?? defaultSpellings(protocol.schema, type, behaviour),
    ...(select !== undefined && { select: select.names }),
  });
  const location = `${root}/employeeExperience/${collection}('${String(entity['id'])}')`;
  return {
    status: operation.success,
    headers: operation.success === 201 ? { 'content-type': CONTENT_TYPE, location } : { 'content-type': CONTENT_TYPE },
    body,
  };
}

function knownSpellings(sent: ReadonlyMap<string, string> | undefined): ReadonlyMap<string, string> | undefined {
  return sent === undefined || sent.size === 0 ? undefined : sent;
}

/** Names to answer with where the request did not show which of two it uses. */
function defaultSpellings(schema: Schema, type: EntityName, behaviour: Behaviour): ReadonlyMap<string, string> {
  if (behaviour.externalIdSpelling === 'schema') return NONE;
  const rows = getEntity(schema, type).properties;
  return new Map(rows.map(({ name, documentedName }) => [name, documentedName ?? name]));
}

const NONE: ReadonlyMap<string, string> = new Map();
