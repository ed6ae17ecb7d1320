/** The seed of an organisation with thousands of people, and apps of each kind. */

export const MANY_USERS = 5000;
export const MANY_TENANT_ID = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10';
export const MANY_PORTAL_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a15';

const FIRST_NAMES = ['Ada', 'Émile', 'Grace', 'İpek', 'Jürgen', 'Noor', 'Søren', 'Zoë'];
const LAST_NAMES = ['Bauer', 'Çelik', 'Hansen', 'Müller', 'O’Brien', 'Patel', 'Xu_100%'];

/** For the names `u0` and on; of many first and last names, so that few people share both. */
export function createManyUsers(count = MANY_USERS): Readonly<Record<string, object>> {
  const users = Array.from({ length: count }, (_, index) => {
    const last = LAST_NAMES[Math.floor(index / FIRST_NAMES.length) % LAST_NAMES.length];
    const user = {
      id: `7ba2228a-e020-11ec-9d64-${index.toString(16).padStart(12, '0')}`,
      userPrincipalName: `user${index}@many.example`,
      displayName: `${FIRST_NAMES[index % FIRST_NAMES.length]} ${last} ${Math.floor(index / 56)}`,
      licence: 'none',
    };
    return [`u${index}`, user] as const;
  });
  return Object.fromEntries(users);
}

export function createManySeed(apps: object = {}, count = MANY_USERS): object {
  const portal = { id: MANY_PORTAL_ID, isPublicClient: true, scopes: ['User.Read'] };
  const names = { id: MANY_TENANT_ID, displayName: 'Many', domainName: 'many.example' };
  return { tenants: [{ ...names, users: createManyUsers(count), apps: { portal, ...apps } }] };
}
