/** The admin API's paths that say what runs, on which data. */
import { Type } from 'typebox';

import { controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { monotonicMs } from '../lib/clock.ts';
import { PACKAGE } from '../lib/package.ts';
import { findSchemaName } from '../store/migrations/migrate.ts';
import type { AdminContext } from './context.ts';

const closed = { additionalProperties: false } as const;
const orNull = <Schema extends Parameters<typeof Type.Array>[0]>(schema: Schema, description: string) =>
  Type.Union([schema, Type.Null()], { description });

const HEALTH = Type.Object({ status: Type.Enum(['ready']) }, closed);

const STATUS = Type.Object(
  {
    version: Type.String(),
    uptimeMs: orNull(Type.Integer(), 'Null when no server runs.'),
    baseUrl: orNull(Type.String(), 'Null when no server runs.'),
    isSandbox: Type.Boolean({ description: 'Whether the server is, or would be, a sandbox.' }),
    hasDocs: Type.Boolean({ description: 'Whether the documentation is served at /docs.' }),
    database: Type.Object(
      {
        kind: Type.Enum(['sqlite', 'postgres']),
        schema: Type.String({ description: 'The last migration of the database.' }),
      },
      closed,
    ),
  },
  closed,
);

export function adminStatusRoutes(context: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'getHealth',
      method: 'GET',
      path: '/health',
      isOpen: true,
      summary: 'Confirms that the admin API is served.',
      answer: { status: 200, description: 'It is.', schema: HEALTH },
      run: () => ({ body: { status: 'ready' } }),
    }),
    controlRoute({
      id: 'getStatus',
      method: 'GET',
      path: '/status',
      summary: 'Shows what runs, on which database.',
      answer: { status: 200, description: 'The status.', schema: STATUS },
      run: async () => ({ body: await describeStatus(context) }),
    }),
  ];
}

async function describeStatus({ server, settings, connection }: AdminContext): Promise<object> {
  return {
    version: PACKAGE.version,
    uptimeMs: server === undefined ? null : Math.round(monotonicMs() - server.startedAt),
    baseUrl: server?.findBaseUrl() ?? null,
    isSandbox: settings.sandbox,
    hasDocs: settings.docs,
    database: { kind: connection.dialect.name, schema: await findSchemaName(connection) },
  };
}
