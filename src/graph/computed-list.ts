/** Lists of small collections that are computed in memory: apps, and the permissions that they hold. */
import { MAX_PAGE_SIZE, PAGE_SIZE } from '../model/limits.ts';
import type { EntityName } from '../model/schema.ts';
import type { FilterNode, FilterValue } from '../odata/filter-types.ts';
import { encodeSkipToken } from '../odata/skip-token.ts';
import type { ListResult, RequestContext } from './context.ts';

type Item = Readonly<Record<string, unknown>> & { readonly id: string };

/** One page in the order of the ids. */
export function listComputed(
  { plan: { query } }: RequestContext,
  type: EntityName,
  { items, collection }: { readonly items: readonly Item[]; readonly collection: string },
): ListResult {
  const { filter, skipToken: after, skip, top = PAGE_SIZE, count, tokenScope } = query;
  const matching = items
    .filter((item) => filter === undefined || isMatch(filter, item))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const place = after?.[0];
  const rest = matching.filter(({ id }) => place === undefined || id > String(place)).slice(skip);
  const page = rest.slice(0, Math.min(top, MAX_PAGE_SIZE));
  const last = page.at(-1);
  return {
    kind: 'list',
    items: page.map((entity) => ({ type, entity })),
    collection,
    count: count ? matching.length : undefined,
    skipToken: last !== undefined && page.length < rest.length ? encodeSkipToken(tokenScope, [last.id]) : undefined,
  };
}

/** As the tree is defined: a field without a value is never equal to, above, below or like a value. */
function isMatch(node: FilterNode, item: Item): boolean {
  switch (node.kind) {
    case 'and':
      return node.operands.every((operand) => isMatch(operand, item));
    case 'or':
      return node.operands.some((operand) => isMatch(operand, item));
    case 'not':
      return !isMatch(node.operand, item);
    case 'constant':
      return node.isTrue;
    case 'isNull':
      return valueOf(node.field, item) === null;
    case 'oneOf':
      return node.values.some((value) => value === valueOf(node.field, item));
    case 'compare':
      return compare(valueOf(node.field, item), node.operator, node.value);
    case 'match': {
      const text = valueOf(node.field, item);
      return typeof text === 'string' && MATCHES[node.test](text, node.text);
    }
    case 'isOf':
      return true;
    default:
      return node satisfies never;
  }
}

function valueOf(field: { readonly property: { readonly name: string } }, item: Item): FilterValue | null {
  return (item[field.property.name] as FilterValue | null | undefined) ?? null;
}

const MATCHES = {
  startswith: (text: string, part: string) => text.startsWith(part),
  endswith: (text: string, part: string) => text.endsWith(part),
  contains: (text: string, part: string) => text.includes(part),
} as const;

function compare(found: FilterValue | null, operator: 'gt' | 'ge' | 'lt' | 'le', value: FilterValue): boolean {
  if (found === null) return false;
  if (found === value) return operator === 'ge' || operator === 'le';
  return found > value ? operator.startsWith('g') : operator.startsWith('l');
}
