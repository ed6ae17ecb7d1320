/** Whether a call is one of those that a rule is about. */
import type { RequestContext } from '../../graph/context.ts';
import type { CallMatch } from './call-match.ts';
import type { CallerIds } from './call-names.ts';
import { valuesOf } from './one-or-more.ts';

export type CallMatcher = (call: RequestContext) => boolean;

/** Built once a rule; looks at what is cheapest to compare first. */
export function createCallMatcher(match: CallMatch, ids: CallerIds): CallMatcher {
  const methods = valuesOf(match.method)?.map((method) => method.toUpperCase().replace(/^HEAD$/, 'GET'));
  const operations = valuesOf(match.operation);
  const paths = valuesOf(match.path)?.map(compilePath);
  return ({ method, path, principal, batch, match: named }) =>
    isAmong(methods, method) &&
    isAmong(operations, named?.operation.id) &&
    isAmong(ids.appIds, principal.appId) &&
    isAmong(ids.tenantIds, principal.tenantId) &&
    isAmong(ids.userIds, principal.kind === 'delegated' ? principal.userId : undefined) &&
    (match.inBatch === undefined || match.inBatch === (batch !== undefined)) &&
    (paths === undefined || pathsOf({ path, match: named }).some((text) => paths.some((one) => one.test(text))));
}

/** Not asked for, or one of those asked for. */
export function isAmong(asked: readonly string[] | undefined, value: string | undefined): boolean {
  return asked === undefined || (value !== undefined && asked.includes(value));
}

/** `{name}` is any text without a slash, `**` any text; names match in any casing, as the paths of requests do. */
export function compilePath(template: string): RegExp {
  const pattern = template
    .split(/(\{[^}]*\}|\*\*)/)
    .map((part, index) => (index % 2 === 0 ? escape(part) : part === '**' ? '.*' : '[^/]+'))
    .join('');
  return new RegExp(`^${pattern}/?$`, 'i');
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** As sent, and as the operation's template has it with the keys in place. */
function pathsOf({ path, match }: Pick<RequestContext, 'path' | 'match'>): readonly string[] {
  if (match === undefined) return [path];
  const { operation, keys } = match;
  const named = operation.path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => keys[name] ?? whole);
  return [path, named];
}
