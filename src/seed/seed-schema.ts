/** The shape of a seed file. `schemas/seed.json` is printed from it, for editors. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { DIRECTORY_MODES, LICENCES } from '../model/directory.ts';
import { PERMISSIONS } from '../model/permissions.ts';

const closed = { additionalProperties: false } as const;
const name = '^[A-Za-z][A-Za-z0-9_-]{0,63}$';

const Guid = Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$', description: 'A GUID.' });
const Text = Type.String({ minLength: 1, maxLength: 256 });

/** Not of white space alone. */
const secret = { minLength: 8, maxLength: 256, pattern: '\\S' };

const User = Type.Object(
  {
    id: Guid,
    userPrincipalName: Text,
    displayName: Text,
    mail: Type.Optional(Text),
    employeeId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 16,
        description: 'Given by the organisation, for systems that know learners by it. Users may share one.',
      }),
    ),
    licence: Type.Enum([...LICENCES], { description: 'Activities are written only for learners with premium.' }),
    password: Type.Optional(
      Type.String({
        ...secret,
        description: 'For scripts that ask for tokens with a password. Made at the first start when not given.',
      }),
    ),
    directoryRoles: Type.Optional(
      Type.Array(Text, { description: 'Such as Knowledge Administrator, which may register providers.' }),
    ),
  },
  closed,
);

const permissionNames = (kind: 'roleId' | 'scopeId') =>
  PERMISSIONS.filter((row) => row[kind] !== undefined).map((row) => row.name);

const App = Type.Object(
  {
    id: Guid,
    isPublicClient: Type.Optional(Type.Boolean({ description: 'Has neither a secret nor a certificate.' })),
    clientSecret: Type.Optional(
      Type.String({
        ...secret,
        description: 'Made at the first start when not given, unless the app has certificates.',
      }),
    ),
    certificates: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description:
          'X.509 certificates of RSA keys that the app signs client assertions with: PEM, or paths of PEM files from this one.',
      }),
    ),
    redirectUris: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9+.-]*:', maxLength: 256 }), {
        description:
          'Where sign-ins may lead back to: absolute URIs in their canonical form. The port of http://localhost and http://127.0.0.1 makes no difference. A public client without any has these two.',
      }),
    ),
    roles: Type.Optional(Type.Array(Type.Enum(permissionNames('roleId')), { description: 'Application permissions.' })),
    scopes: Type.Optional(Type.Array(Type.Enum(permissionNames('scopeId')), { description: 'Delegated permissions.' })),
  },
  closed,
);

/** Its other properties are those of the API and are checked by the model, as a request's would be. */
const Item = Type.Object({ id: Guid }, { additionalProperties: true });

const Activity = Type.Object(
  {
    id: Type.String({
      pattern: '^([0-9a-fA-F-]{36}:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
      description: 'A GUID, or the id of the learner, a colon and a GUID.',
    }),
  },
  { additionalProperties: true },
);

const Provider = Type.Object(
  {
    id: Guid,
    contents: Type.Optional(Type.Array(Item, { description: 'Properties of learningContent.' })),
    activities: Type.Optional(Type.Array(Activity, { description: 'Properties of learningCourseActivity.' })),
  },
  { additionalProperties: true, description: 'Properties of learningProvider.' },
);

const TenantSeed = Type.Object(
  {
    id: Guid,
    displayName: Text,
    domainName: Type.String({ pattern: '^[A-Za-z0-9.-]+$', description: 'May replace the id in token URLs.' }),
    hasServicePlan: Type.Optional(
      Type.Boolean({
        description: 'Without it, every request but those for users and licences is refused. Default true.',
      }),
    ),
    directory: Type.Optional(
      Type.Enum([...DIRECTORY_MODES], {
        description:
          'registered: activities are of its users. open: of any learner, who becomes a user with the first one. Default: the setting directory.',
      }),
    ),
    openLicence: Type.Optional(
      Type.Enum([...LICENCES], {
        description: 'What learners get who become users so. Default: the setting openLicence.',
      }),
    ),
    users: Type.Record(Type.String({ pattern: name }), User),
    apps: Type.Record(Type.String({ pattern: name }), App),
    providers: Type.Optional(Type.Array(Provider)),
  },
  closed,
);

export const SEED_SCHEMA = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    tenants: Type.Array(TenantSeed, { minItems: 1 }),
    samples: Type.Optional(
      Type.Record(Type.String({ pattern: name }), Type.String(), { description: 'Passed on in the ready file.' }),
    ),
  },
  { ...closed, title: 'Vivarium seed', description: 'What an empty data folder is filled with.' },
);

export type Seed = Static<typeof SEED_SCHEMA>;
export type TenantSeed = Seed['tenants'][number];
