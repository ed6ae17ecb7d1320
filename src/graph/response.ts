/** From an operation's result to the answer: status, headers, JSON text. */
import { etagOf, isNotModified } from '../odata/etag.ts';
import type { Format } from '../odata/format.ts';
import { JsonText } from '../odata/message.ts';
import type { GraphResponse } from '../odata/message.ts';
import { buildDeltaLink, buildNextLink } from '../odata/next-link.ts';
import { printMember } from '../odata/print-entity.ts';
import { getEntity, NAMESPACE, withoutAlias } from '../model/schema.ts';
import type { ComplexResult, EntityResult, ListResult, RequestContext, OperationResult } from './context.ts';

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
    case 'complex':
      return complexResponse(context, result);
    case 'nothing':
      return { status: context.operation.success, headers: {} };
    default:
      return result satisfies never;
  }
}

function entityResponse(context: RequestContext, result: EntityResult): GraphResponse {
  const { operation, plan } = context;
  const { rowVersion } = result;
  const headers: Record<string, string> = rowVersion === undefined ? {} : { etag: etagOf(rowVersion) };
  if (operation.method === 'GET' && rowVersion !== undefined && isNotModified(context.headers, rowVersion)) {
    return { status: 304, headers };
  }
  const { success } = operation;
  const { returns } = plan.preferences;
  // With Prefer, a client can have the updated object in the answer, or an upsert answered without it.
  const showsUpdated = success === 204 && returns === 'representation';
  const status = showsUpdated ? 200 : success;
  const hasBody = showsUpdated || (success !== 204 && !(success === 202 && returns === 'minimal'));
  addAppliedPreferences(headers, context);
  if (success === 201) headers['location'] = locationOf(context, result);
  if (!hasBody) return { status, headers };
  addBodyHeaders(headers, plan.format);
  const print = plan.printerOf(result.type, result.spellings);
  return { status, headers, body: new JsonText(print(result.entity, entityAnnotations(context, result))) };
}

function complexResponse(context: RequestContext, { type, value }: ComplexResult): GraphResponse {
  const headers: Record<string, string> = {};
  addBodyHeaders(headers, context.plan.format);
  const url = `${rootOf(context)}/$metadata#${NAMESPACE}.${withoutAlias(type)}`;
  return { status: context.operation.success, headers, body: { '@odata.context': url, ...value } };
}

function listResponse(
  context: RequestContext,
  { items, collection, count, skipToken, deltaToken }: ListResult,
): GraphResponse {
  const { path, queryText, plan } = context;
  const { format } = plan;
  const headers: Record<string, string> = {};
  addBodyHeaders(headers, format);
  addAppliedPreferences(headers, context);
  const url = rootOf(context) + path;
  let text = '{';
  if (format.level !== 'none') {
    text += `${printMember('@odata.context', `${rootOf(context)}/$metadata#${collection}${selectionOf(context)}`)},`;
  }
  if (count !== undefined) text += `${printMember('@odata.count', count)},`;
  if (skipToken !== undefined) {
    text += `${printMember('@odata.nextLink', buildNextLink(url, queryText, skipToken))},`;
  }
  if (deltaToken !== undefined)
    text += `${printMember('@odata.deltaLink', buildDeltaLink(url, queryText, deltaToken))},`;
  text += '"value":[';
  let separator = '';
  for (const item of items) {
    text += separator + ('removedId' in item ? printRemoved(item.removedId) : plan.printerOf(item.type)(item.entity));
    separator = ',';
  }
  return { status: 200, headers, body: new JsonText(`${text}]}`) };
}

function printRemoved(id: string): string {
  return `{${printMember('id', id)},${printMember('@removed', { reason: 'deleted' })}}`;
}

/** The properties that were selected, as `@odata.context` names them. */
function selectionOf({ plan: { query } }: RequestContext): string {
  return query.select === undefined ? '' : `(${query.select.text})`;
}

function addBodyHeaders(headers: Record<string, string>, { contentType }: Format): void {
  headers['content-type'] = contentType;
  headers['odata-version'] = '4.0';
}

/** Preferences that this answer honours. */
function addAppliedPreferences(headers: Record<string, string>, { operation, plan }: RequestContext): void {
  const { returns, showsHiddenMembers, maxPageSize } = plan.preferences;
  const applied: string[] = [];
  if (returns === 'representation' && operation.success === 204) applied.push('return=representation');
  if (returns === 'minimal' && operation.success === 202) applied.push('return=minimal');
  if (showsHiddenMembers) applied.push('include-unknown-enum-members');
  const isPaged = operation.options?.includes('top') === true;
  if (maxPageSize !== undefined && plan.query.top !== 0 && isPaged) {
    applied.push(`odata.maxpagesize=${maxPageSize}`);
  }
  if (applied.length > 0) headers['preference-applied'] = applied.join(', ');
}

/** Control information at the start of the object. */
function entityAnnotations(context: RequestContext, result: EntityResult): string {
  const { level } = context.plan.format;
  if (level === 'none') return '';
  const suffix = result.isSingleton === true ? '' : '/$entity';
  const url = `${rootOf(context)}/$metadata#${result.collection}${selectionOf(context)}${suffix}`;
  const first = printMember('@odata.context', url);
  if (level !== 'full') return first;
  const location = locationOf(context, result);
  const links = `${printMember('@odata.id', location)},${printMember('@odata.editLink', location)}`;
  const etag = result.rowVersion === undefined ? '' : `,${printMember('@odata.etag', etagOf(result.rowVersion))}`;
  return `${first},${links}${etag}`;
}

function locationOf(context: RequestContext, { entity, collection, type, isSingleton }: EntityResult): string {
  if (isSingleton === true) return `${rootOf(context)}/${collection}`;
  const container = getEntity(context.protocol.schema, type).row.isOfDirectory === true ? '' : 'employeeExperience/';
  return `${rootOf(context)}/${container}${collection}('${String(entity['id'])}')`;
}

function rootOf({ origin, version }: RequestContext): string {
  return `${origin}/${version}`;
}
