/** Method and path of a request -> the route that it names. */
import { ControlError } from './route.ts';
import type { ControlRoute } from './route.ts';

export interface RouteMatch {
  readonly route: ControlRoute;
  /** By name, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** No route for the path, or none for the method: then with the methods that there are. */
export type RouteSearch =
  | ({ readonly kind: 'found' } & RouteMatch)
  | { readonly kind: 'noPath' }
  | { readonly kind: 'noMethod'; readonly allowed: readonly string[] };

export type RouteTable = (method: string, path: string) => RouteSearch;

/** A path that is written out comes before one with parameters, and HEAD is GET whose body stays here. */
export function createRouteTable(routes: readonly ControlRoute[]): RouteTable {
  const templates = [...Map.groupBy(routes, ({ path }) => path)]
    .map(([path, group]) => ({ segments: segmentsOf(path), group }))
    .toSorted((one, other) => countParams(one.segments) - countParams(other.segments));
  return (method, path) => {
    const segments = segmentsOf(path).map(decode);
    for (const { segments: template, group } of templates) {
      const params = findParams(template, segments);
      if (params === undefined) continue;
      const route = group.find((one) => one.method === (method === 'HEAD' ? 'GET' : method));
      if (route !== undefined) return { kind: 'found', route, params };
      return { kind: 'noMethod', allowed: group.map((one) => one.method) };
    }
    return { kind: 'noPath' };
  };
}

/** A slash at the end makes no difference. */
function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function countParams(template: readonly string[]): number {
  return template.filter((segment) => segment.startsWith('{')).length;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ControlError(400, 'The path is not valid percent-encoding.');
  }
}

function findParams(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
