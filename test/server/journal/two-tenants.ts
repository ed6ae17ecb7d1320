/** The default seed with a second tenant, and a content of the first tenant's closed provider. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

import type { Seed } from '../../../src/seed/seed-schema.ts';

const DEFAULT_SEED = join(import.meta.dirname, '..', '..', '..', 'seeds', 'default.yaml');

export interface OtherTenant {
  readonly tenant: string;
  readonly provider: string;
  readonly content: string;
  readonly user: string;
  readonly activity: string;
  /** It has one when not given. */
  readonly hasServicePlan?: boolean;
}

export const OTHER_APP = { id: '77777777-0000-4000-8000-000000000006', clientSecret: 'of the other tenant' };

const isClosed = (provider: object): boolean =>
  'isCourseActivitySyncEnabled' in provider && provider.isCourseActivitySyncEnabled === false;

export function writeTwoTenants(other: OtherTenant): Disposable & { readonly seed: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-journal-'));
  const { tenants, ...rest } = parse(readFileSync(DEFAULT_SEED, 'utf8'), { schema: 'core' }) as Seed;
  const [first] = tenants;
  const [open] = first?.providers ?? [];
  const closed = first?.providers?.find(isClosed);
  if (first === undefined || open === undefined || closed === undefined)
    throw new Error('The default seed has changed.');
  const content = open.contents?.[0];
  const foreign = { ...content, id: other.content.replace(/2$/, '5'), externalId: 'foreign' };
  const providers = [open, { ...closed, contents: [...(closed.contents ?? []), foreign] }];
  const second = {
    id: other.tenant,
    displayName: 'Fabrikam',
    domainName: 'fabrikam.example',
    hasServicePlan: other.hasServicePlan ?? true,
    users: {
      learner: {
        id: other.user,
        userPrincipalName: 'frida@fabrikam.example',
        displayName: 'Frida',
        licence: 'premium',
      },
    },
    apps: { writer: { ...OTHER_APP, roles: first.apps['writer']?.roles } },
    providers: [
      {
        ...open,
        id: other.provider,
        contents: [{ ...content, id: other.content }],
        activities: [
          {
            ...open.activities?.[0],
            id: other.activity,
            learnerUserId: other.user,
            learningContentId: other.content,
            assignerUserId: other.user,
          },
        ],
      },
    ],
  };
  const seed = join(folder, 'seed.yaml');
  writeFileSync(seed, stringify({ ...rest, tenants: [{ ...first, providers }, second] }));
  return { seed, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
