/** Method and path of a request -> its operation. */
import type { ScimOperation } from '../model/scim.ts';
import type { Work } from '../store/work.ts';
import type { ScimAnswer, ScimContext } from './context.ts';
import { getResourceType, getSchema, getServiceProviderConfig, listResourceTypes, listSchemas } from './discovery.ts';
import { ScimError } from './scim-error.ts';
import {
  createScimUser,
  deleteScimUser,
  getScimUser,
  listBody,
  listScimUsers,
  patchScimUser,
  replaceScimUser,
  searchScimUsers,
} from './users.ts';

export interface ScimRoute {
  readonly id: ScimOperation;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the root; `{id}` is any segment. */
  readonly path: string;
  readonly hasBody?: true;
  run(context: ScimContext): Work<ScimAnswer> | ScimAnswer;
}

const ROUTES: readonly ScimRoute[] = [
  { id: 'getServiceProviderConfig', method: 'GET', path: '/ServiceProviderConfig', run: getServiceProviderConfig },
  { id: 'listSchemas', method: 'GET', path: '/Schemas', run: listSchemas },
  { id: 'getSchema', method: 'GET', path: '/Schemas/{id}', run: getSchema },
  { id: 'listResourceTypes', method: 'GET', path: '/ResourceTypes', run: listResourceTypes },
  { id: 'getResourceType', method: 'GET', path: '/ResourceTypes/{id}', run: getResourceType },
  { id: 'listScimUsers', method: 'GET', path: '/Users', run: listScimUsers },
  { id: 'createScimUser', method: 'POST', path: '/Users', hasBody: true, run: createScimUser },
  { id: 'searchScimUsers', method: 'POST', path: '/Users/.search', hasBody: true, run: searchScimUsers },
  { id: 'searchScimUsers', method: 'POST', path: '/.search', hasBody: true, run: searchScimUsers },
  { id: 'getScimUser', method: 'GET', path: '/Users/{id}', run: getScimUser },
  { id: 'replaceScimUser', method: 'PUT', path: '/Users/{id}', hasBody: true, run: replaceScimUser },
  { id: 'patchScimUser', method: 'PATCH', path: '/Users/{id}', hasBody: true, run: patchScimUser },
  { id: 'deleteScimUser', method: 'DELETE', path: '/Users/{id}', run: deleteScimUser },
  // A client that tests its connection asks for a group that does not exist, and is to find that there is none.
  { id: 'listScimGroups', method: 'GET', path: '/Groups', run: listNoGroups },
  { id: 'searchScimGroups', method: 'POST', path: '/Groups/.search', hasBody: true, run: listNoGroups },
];

/** Parts of the protocol that are not here. */
const NOT_IMPLEMENTED: Readonly<Record<string, string>> = {
  groups: 'This server keeps no groups: switch off the provisioning of groups.',
  bulk: 'This server takes no bulk requests.',
  me: 'A credential is not a user: ask for /Users/{id}.',
};

export interface FoundRoute {
  readonly route: ScimRoute;
  readonly params: Readonly<Record<string, string>>;
}

/** @throws ScimError 400, 404, 405, 501 */
export function findRoute(method: string, path: string): FoundRoute {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  const fitting = ROUTES.flatMap((route) => {
    const params = findParams(route.path, segments);
    return params === undefined ? [] : [{ route, params }];
  });
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = fitting.find(({ route }) => route.method === wanted);
  if (found !== undefined) return found;
  const [first = ''] = segments;
  const notImplemented = NOT_IMPLEMENTED[first.toLowerCase()];
  // To read a group is to find none.
  if (notImplemented !== undefined && !(first.toLowerCase() === 'groups' && wanted === 'GET'))
    throw new ScimError({ status: 501 }, notImplemented);
  if (fitting.length === 0) throw new ScimError({ status: 404 }, `There is nothing at ${path}.`);
  const allow = [...new Set(fitting.map(({ route }) => route.method))].join(', ');
  throw new ScimError({ status: 405, headers: { allow } }, `${path} takes ${allow}.`);
}

function listNoGroups(): ScimAnswer {
  return { status: 200, body: listBody([], { total: 0, startIndex: 1 }) };
}

/** Names of resources in any casing, as the router of the server has paths. */
function findParams(template: string, segments: readonly string[]): Record<string, string> | undefined {
  const parts = template.split('/').slice(1);
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) {
      if (segment.startsWith('.')) return undefined;
      params[part.slice(1, -1)] = segment;
    } else if (part.toLowerCase() !== segment.toLowerCase()) return undefined;
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ScimError({ status: 400 }, 'The path is not valid percent-encoding.');
  }
}
