/** The admin API's paths of all that is kept about one learner. */
import { Type } from 'typebox';

import { controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import type { AdminContext } from './context.ts';
import { eraseLearner, readLearner } from './learners.ts';
import type { LearnerRecord } from './learners.ts';

const closed = { additionalProperties: false } as const;
const PARAMS = Type.Object({ learner: Type.String({ description: 'User id, or user principal name.' }) }, closed);
const TENANT = Type.Optional(
  Type.String({ description: 'Id or domain name, where several tenants know the learner.' }),
);
const PLAIN = Type.Record(Type.String(), Type.Unknown());
const nullable = Type.Union([Type.String(), Type.Null()]);

const SIGN_IN = Type.Object(
  { kind: Type.String(), state: Type.String(), appId: nullable, expiresAt: Type.String() },
  { ...closed, description: 'A code, refresh token, device or browser session; of its value, only a hash is kept.' },
);

const UNMAPPED = Type.Object(
  { providerId: Type.String(), requests: Type.Integer(), lastAt: Type.String() },
  { ...closed, description: 'Requests of a provider for the learner, when no user had the id.' },
);

const LEARNER_DATA = Type.Object(
  {
    id: Type.String(),
    tenant: Type.Object({ id: Type.String(), domainName: Type.String() }, closed),
    user: Type.Union([PLAIN, Type.Null()], { description: 'Null when the directory has no user of the id.' }),
    activities: Type.Array(PLAIN, { description: 'As the Graph API has them.' }),
    assigned: Type.Array(PLAIN, { description: 'Activities of others that name the learner as their assigner.' }),
    signIns: Type.Array(SIGN_IN),
    unmapped: Type.Array(UNMAPPED),
    journal: Type.Array(PLAIN, { description: 'Entries in memory that mention the learner.' }),
    snapshotRows: Type.Record(Type.String(), Type.Integer(), {
      description: 'How many of their rows snapshots of a sandbox hold, by table.',
    }),
    documents: Type.Integer({
      description: 'How many texts mention them: credentials of a sandbox, states of snapshots.',
    }),
  },
  { ...closed, description: 'All that is kept about a learner.' },
);

const ERASURE = Type.Object(
  {
    id: Type.String(),
    tenant: Type.String({ description: 'Its domain name.' }),
    activities: Type.Integer(),
    assigned: Type.Integer({ description: 'Activities of others that do not name them any more.' }),
    signIns: Type.Integer(),
    journal: Type.Integer(),
    notices: Type.Array(Type.String(), { description: 'What could not be reached.' }),
  },
  { ...closed, description: 'What has gone.' },
);

export function learnerRoutes(context: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'exportLearner',
      method: 'GET',
      path: '/learners/{learner}',
      summary: 'Gives all that is kept about a learner.',
      role: 'administrator',
      params: PARAMS,
      query: Type.Object({ tenant: TENANT }, closed),
      answer: { status: 200, description: 'The data, without hashes of secrets.', schema: LEARNER_DATA },
      run: async ({ params, query }) => ({ body: show(await readLearner(context, params.learner, query.tenant)) }),
    }),
    controlRoute({
      id: 'eraseLearner',
      method: 'POST',
      path: '/learners/{learner}/erase',
      summary: 'Erases all that is kept about a learner, also from the files of the database.',
      role: 'administrator',
      params: PARAMS,
      body: Type.Object({ tenant: TENANT }, closed),
      answer: { status: 200, description: 'It has gone.', schema: ERASURE },
      run: async ({ params, body }) => {
        const record = await readLearner(context, params.learner, body.tenant);
        const notices = await eraseLearner(context, record);
        const { learner, activities, assigned, signIns, journal } = record;
        return {
          body: {
            id: learner.id,
            tenant: learner.tenant.domainName,
            activities: activities.length,
            assigned: assigned.length,
            signIns: signIns.length,
            journal: journal.length,
            notices,
          },
        };
      },
    }),
  ];
}

function show({ learner: { id, tenant, user }, signIns, unmapped, ...record }: LearnerRecord) {
  return {
    id,
    tenant: { id: tenant.id, domainName: tenant.domainName },
    user: user === undefined ? null : showUser(user),
    ...record,
    signIns: signIns.map((signIn) => ({ ...signIn, expiresAt: formatUtcMilliseconds(signIn.expiresAt) })),
    unmapped: unmapped.map((one) => ({ ...one, lastAt: formatUtcMilliseconds(one.lastAt) })),
  };
}

/** All that is known of them, but for the hash of the password. */
function showUser({ passwordHash, ...user }: NonNullable<LearnerRecord['learner']['user']>) {
  return { ...user, hasPassword: passwordHash !== null };
}
