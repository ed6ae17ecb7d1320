/** The admin API's path of retention: completed activities that are old enough to go. */
import { Type } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { readRetentionRules, runRetention } from '../record/retention.ts';
import { createRetentionStore } from '../store/retention-store.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant } from './find-tenant.ts';

const closed = { additionalProperties: false } as const;

const ORDER = Type.Object(
  {
    tenant: Type.Optional(Type.String({ description: 'Id or domain name. When not given, the rules of the setting.' })),
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 36_500, description: 'Activities that were completed longer ago go.' }),
    ),
    isDryRun: Type.Boolean({ description: 'Only count them.' }),
  },
  closed,
);

const OUTCOME = Type.Object(
  {
    tenant: Type.String({ description: 'Its domain name.' }),
    days: Type.Integer(),
    before: Type.String({ description: 'UTC: what was completed before goes.' }),
    activities: Type.Integer({ description: 'How many have gone, or would go.' }),
  },
  { ...closed, description: 'What a rule has come to.' },
);

export function retentionRoutes({
  connection,
  directory,
  settings,
  clock,
  server,
}: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'runRetention',
      method: 'POST',
      path: '/retention',
      summary: 'Deletes activities that were completed long ago, or counts them.',
      role: 'administrator',
      body: ORDER,
      answer: {
        status: 200,
        description: 'One for each rule.',
        schema: Type.Object({ value: Type.Array(OUTCOME) }, closed),
      },
      run: async ({ body: { tenant: name, days, isDryRun }, ...sender }) => {
        if ((name === undefined) !== (days === undefined))
          throw new ControlError(400, 'Give tenant and days, or neither.');
        const given = name === undefined || days === undefined ? undefined : [{ tenant: name, days }];
        const store = createRetentionStore(connection, originOf({ server }, 'runRetention', sender));
        const value = [];
        for (const rule of given ?? readRetentionRules(settings.retentionRules)) {
          const tenant = await getNamedTenant(directory, rule.tenant);
          const outcome = await runRetention(store, { tenant, days: rule.days, now: clock.now(), isDryRun });
          value.push({ tenant: tenant.domainName, days: rule.days, ...outcome });
        }
        return { body: { value } };
      },
    }),
  ];
}
