/** The users that a person may sign in as. */
import type { DirectoryUser } from '../../model/directory.ts';
import type { IssuerContext } from '../issuer-context.ts';
import type { Registration } from '../directory.ts';
import type { SignedIn } from './sessions.ts';

/** Users shown on a page, in the tenants together; others are searched for. */
const SHOWN_USERS = 20;
/** Of each tenant, however many there are. */
const FEWEST_OF_TENANT = 3;

/** Each of its words is looked for in the names of each user. */
export const LONGEST_SEARCH = 100;

/** What a page looks for. */
export interface AccountQuery {
  /** Shows those whom it finds, in place of all; empty for none. */
  readonly search: string;
  /** By {@link accountName}, the latest first: who was chosen in this browser. */
  readonly recent: readonly string[];
  /** The userPrincipalName of whom the app expects. */
  readonly loginHint?: string | undefined;
}

/** Users to choose from; none stands in it twice. */
export interface Accounts {
  readonly search: string;
  /** Shown above all others. */
  readonly first: readonly FirstAccount[];
  readonly groups: readonly AccountGroup[];
}

export interface FirstAccount extends SignedIn {
  readonly because: 'expected' | 'recent';
}

/** Users of one tenant. */
export interface AccountGroup {
  readonly registration: Registration;
  readonly users: readonly DirectoryUser[];
  /** Whether the tenant has more. */
  readonly isCut: boolean;
}

/** How a form names a user: unlike names, ids are told apart in every tenant. */
export function accountName({ tenantId, id }: DirectoryUser): string {
  return `${tenantId}/${id}`;
}

export async function listAccounts(
  issuer: Pick<IssuerContext, 'directory'>,
  registrations: readonly Registration[],
  query: AccountQuery,
): Promise<Accounts> {
  const search = query.search.trim().slice(0, LONGEST_SEARCH);
  const { directory } = issuer;
  const first = search === '' ? await listFirst(issuer, registrations, query) : [];
  const shown = Math.max(FEWEST_OF_TENANT, Math.ceil(SHOWN_USERS / registrations.length));
  const taken = new Set(first.map(({ user }) => accountName(user)));
  const list = async (registration: Registration): Promise<AccountGroup> => {
    const { tenant } = registration;
    const limit = shown + taken.size + 1;
    const found =
      search === ''
        ? await directory.listFirstUsers(tenant, limit)
        : await directory.searchUsers(tenant, search, limit);
    const others = found.filter((user) => user.accountEnabled && !taken.has(accountName(user)));
    return { registration, users: others.slice(0, shown), isCut: others.length > shown };
  };
  return { search, first, groups: await Promise.all(registrations.map(list)) };
}

async function listFirst(
  issuer: Pick<IssuerContext, 'directory'>,
  registrations: readonly Registration[],
  { loginHint, recent }: AccountQuery,
): Promise<readonly FirstAccount[]> {
  const find = async (name: string, because: FirstAccount['because']): Promise<readonly FirstAccount[]> => {
    const found = await findAccount(issuer, registrations, name);
    return found === undefined ? [] : [{ ...found, because }];
  };
  const expected = loginHint === undefined ? [] : await find(loginHint, 'expected');
  const chosen = await Promise.all(recent.map((name) => find(name, 'recent')));
  const isNew = ({ user }: FirstAccount): boolean =>
    accountName(user) !== (expected[0] && accountName(expected[0].user));
  return [...expected, ...chosen.flat().filter(isNew)];
}

/** By {@link accountName} or userPrincipalName, in the tenants of the registrations; `undefined` for a disabled one. */
export async function findAccount(
  { directory }: Pick<IssuerContext, 'directory'>,
  registrations: readonly Registration[],
  name: string,
): Promise<SignedIn | undefined> {
  const [tenantId, userId] = name.split('/');
  for (const { tenant } of registrations) {
    if (userId !== undefined && tenant.id !== tenantId) continue;
    const user = await directory.findUser(tenant, userId ?? name.trim());
    if (user?.accountEnabled === true) return { tenant, user };
  }
  return undefined;
}
