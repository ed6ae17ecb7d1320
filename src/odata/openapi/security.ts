/** Who may call: token kinds as OAuth flows, permissions as scopes. */
import { PERMISSIONS } from '../../model/permissions.ts';
import type { OperationView, Schema } from '../../model/schema.ts';
import type { JsonObject } from '../payload.ts';

/** The tenant segment of an authority that leaves the tenant open. */
const ANY_TENANT = 'common';
const TOKEN_PATH = '/oauth2/v2.0/token';
const AUTHORIZE_PATH = '/oauth2/v2.0/authorize';

const KINDS = ['application', 'delegated'] as const;

/** For the batch, whose items are checked one by one. */
export const ANY_TOKEN: readonly JsonObject[] = KINDS.map((kind) => ({ [kind]: [] }));

/** One permission of any kind is enough, so that each is an alternative of its own. */
export function securityOf(operation: OperationView): readonly JsonObject[] {
  return KINDS.flatMap((kind) => operation[kind].map((permission) => ({ [kind]: [permission] })));
}

export function printSecuritySchemes(schema: Schema, origin: string): JsonObject {
  const tokenUrl = `${origin}/${ANY_TENANT}${TOKEN_PATH}`;
  return {
    application: {
      type: 'oauth2',
      description: `A token of an app: permissions stand in roles. Write the tenant in place of ${ANY_TENANT} in the token URL, and ask for the scope that ends in /.default.`,
      flows: { clientCredentials: { tokenUrl, scopes: scopesOf(schema, 'application') } },
    },
    delegated: {
      type: 'oauth2',
      description: 'A token of a user who signed in to an app: permissions stand in scp.',
      flows: {
        authorizationCode: {
          authorizationUrl: `${origin}/${ANY_TENANT}${AUTHORIZE_PATH}`,
          tokenUrl,
          scopes: scopesOf(schema, 'delegated'),
        },
      },
    },
  };
}

function scopesOf({ operations }: Schema, kind: (typeof KINDS)[number]): Readonly<Record<string, string>> {
  const names = new Set<string>(operations.flatMap((operation) => operation[kind]));
  const titles = new Map(PERMISSIONS.map(({ name, displayName }) => [name, displayName]));
  return Object.fromEntries([...names].toSorted().map((name) => [name, titles.get(name) ?? name]));
}
