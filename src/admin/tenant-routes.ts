/** The admin API's paths of tenants. */
import { Type } from 'typebox';

import { controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import type { AdminContext } from './context.ts';

const closed = { additionalProperties: false } as const;

const TENANT = Type.Object(
  {
    id: Type.String(),
    displayName: Type.String(),
    domainName: Type.String(),
    hasServicePlan: Type.Boolean({ description: 'Without it, its requests for learning are refused.' }),
  },
  { ...closed, description: 'An organisation that the server knows.' },
);

export function tenantRoutes({ directory }: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'listTenants',
      method: 'GET',
      path: '/tenants',
      summary: 'Lists the tenants.',
      answer: {
        status: 200,
        description: 'The tenants.',
        schema: Type.Object({ value: Type.Array(TENANT) }, closed),
      },
      run: async () => {
        const tenants = await directory.listTenants();
        const value = tenants.map(({ key: _key, ...shown }) => shown);
        return { body: { value } };
      },
    }),
  ];
}
