/** From an operation's result to the answer: status, headers, wire object. */
import type { Behaviour } from '../model/behaviour.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName, Schema } from '../model/schema.ts';
import { etagOf, isKnown } from '../odata/etag.ts';
import { readFormat } from '../odata/format.ts';
import type { Format } from '../odata/format.ts';
import type { GraphResponse } from '../odata/message.ts';
import { buildNextLink } from '../odata/next-link.ts';
import type { WriteOptions } from '../odata/write-entity.ts';
import type { EntityResult, ListResult, RequestContext, OperationResult } from './context.ts';

export function createResponse(context: RequestContext, result: OperationResult): GraphResponse {
  switch (result.kind) {
    case 'entity':
      return entityResponse(context, result);
    case 'list':
      return listResponse(context, result);
    case 'count':
      return {
        status: 200,
        headers: { 'content-type': 'text/plain', 'odata-version': '4.0' },
        body: String(result.count),
      };
    case 'nothing':
      return { status: context.operation.success, headers: {} };
    default:
      return result satisfies never;
  }
}

function entityResponse(context: RequestContext, result: EntityResult): GraphResponse {
  const { operation, headers: sent, preferences } = context;
  const { rowVersion } = result;
  const headers: Record<string, string> = rowVersion === undefined ? {} : { etag: etagOf(rowVersion) };
  if (operation.method === 'GET' && rowVersion !== undefined && isKnown(sent, rowVersion)) {
    return { status: 304, headers };
  }
  const { hasBody, status } = outcomeOf(context);
  Object.assign(headers, appliedPreferences(context));
  if (operation.success === 201) headers['location'] = locationOf(context, result);
  if (!hasBody) return { status, headers };
  const format = readFormat(context.query.format ?? sent['accept']);
  Object.assign(headers, bodyHeaders(format));
  const spellings = context.query.select?.spellings ?? knownSpellings(result.spellings);
  const body = context.protocol.writers[result.type](result.entity, {
    level: format.level,
    annotations: entityAnnotations(context, result, format),
    spellings: spellings ?? defaultSpellings(context.protocol.schema, result.type, context.behaviour),
    select: context.query.select?.names,
    showsHiddenMembers: preferences.showsHiddenMembers,
  });
  return { status, headers, body };
}

/** A client may prefer to have what was updated back, or an upsert answered without it. */
function outcomeOf({ operation, preferences }: RequestContext): { hasBody: boolean; status: number } {
  const { success } = operation;
  if (success === 204 && preferences.returns === 'representation') return { hasBody: true, status: 200 };
  if (success === 202 && preferences.returns === 'minimal') return { hasBody: false, status: 202 };
  return { hasBody: success !== 204, status: success };
}

function listResponse(context: RequestContext, { items, collection, count, skipToken }: ListResult): GraphResponse {
  const { headers, path, queryText, protocol, query, preferences, behaviour } = context;
  const format = readFormat(query.format ?? headers['accept']);
  const body: Record<string, unknown> = {};
  const selection = query.select === undefined ? '' : `(${query.select.text})`;
  if (format.level !== 'none') body['@odata.context'] = `${rootOf(context)}/$metadata#${collection}${selection}`;
  if (count !== undefined) body['@odata.count'] = count;
  if (skipToken !== undefined) body['@odata.nextLink'] = buildNextLink(rootOf(context) + path, queryText, skipToken);
  body['value'] = items.map(({ type, entity }) => {
    const options: WriteOptions = {
      level: format.level,
      spellings: query.select?.spellings ?? defaultSpellings(protocol.schema, type, behaviour),
      select: query.select?.names,
      showsHiddenMembers: preferences.showsHiddenMembers,
    };
    return protocol.writers[type](entity, options);
  });
  return { status: 200, headers: { ...bodyHeaders(format), ...appliedPreferences(context) }, body };
}

function bodyHeaders({ contentType }: Format): Record<string, string> {
  return { 'content-type': contentType, 'odata-version': '4.0' };
}

/** Preferences that this answer honours. */
function appliedPreferences({ operation, preferences, query }: RequestContext): Record<string, string> {
  const applied: string[] = [];
  const { returns, showsHiddenMembers, maxPageSize } = preferences;
  if (returns === 'representation' && operation.success === 204) applied.push('return=representation');
  if (returns === 'minimal' && operation.success === 202) applied.push('return=minimal');
  if (showsHiddenMembers) applied.push('include-unknown-enum-members');
  if (maxPageSize !== undefined && query.top !== 0 && isList(operation.options)) {
    applied.push(`odata.maxpagesize=${maxPageSize}`);
  }
  return applied.length === 0 ? {} : { 'preference-applied': applied.join(', ') };
}

function isList(options: readonly string[] | undefined): boolean {
  return options?.includes('top') ?? false;
}

function entityAnnotations(context: RequestContext, result: EntityResult, { level }: Format): Record<string, string> {
  const { select } = context.query;
  const selection = select === undefined ? '' : `(${select.text})`;
  const suffix = result.isSingleton === true ? selection : `${selection}/$entity`;
  const annotations = { '@odata.context': `${rootOf(context)}/$metadata#${result.collection}${suffix}` };
  if (level !== 'full') return annotations;
  const location = locationOf(context, result);
  const etag = result.rowVersion === undefined ? {} : { '@odata.etag': etagOf(result.rowVersion) };
  return { ...annotations, '@odata.id': location, '@odata.editLink': location, ...etag };
}

function locationOf(context: RequestContext, { entity, collection, type, isSingleton }: EntityResult): string {
  if (isSingleton === true) return `${rootOf(context)}/${collection}`;
  const container = type === 'user' ? '' : 'employeeExperience/';
  return `${rootOf(context)}/${container}${collection}('${String(entity['id'])}')`;
}

function rootOf({ origin, version }: RequestContext): string {
  return `${origin}/${version}`;
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
