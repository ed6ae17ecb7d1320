/** The users that a person may sign in as. */
import type { DirectoryUser } from '../../model/directory.ts';
import type { Authority } from '../authority.ts';
import type { Registration } from '../directory.ts';
import type { SignedIn } from './sessions.ts';

/** Users shown on a page; others are asked for by name. */
const SHOWN_USERS = 50;

/** Users of one tenant, to choose from. */
export interface Accounts {
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
  { directory }: Pick<Authority, 'directory'>,
  registrations: readonly Registration[],
): Promise<readonly Accounts[]> {
  const list = async (registration: Registration): Promise<Accounts> => {
    const found = await directory.listFirstUsers(registration.tenant, SHOWN_USERS + 1);
    return { registration, users: found.slice(0, SHOWN_USERS), isCut: found.length > SHOWN_USERS };
  };
  return Promise.all(registrations.map(list));
}

/** By {@link accountName} or userPrincipalName, in the tenants of the registrations. */
export async function findAccount(
  { directory }: Pick<Authority, 'directory'>,
  registrations: readonly Registration[],
  name: string,
): Promise<SignedIn | undefined> {
  const [tenantId, userId] = name.split('/');
  for (const { tenant } of registrations) {
    if (userId !== undefined && tenant.id !== tenantId) continue;
    const user = await directory.findUser(tenant, userId ?? name.trim());
    if (user !== undefined) return { tenant, user };
  }
  return undefined;
}
