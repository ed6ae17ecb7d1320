/** What a person who has signed in may do in the console. */
import { ControlError } from '../control/route.ts';
import type { Role } from '../control/role.ts';
import type { Settings } from '../config/settings.ts';
import type { DirectoryUser, Tenant } from '../model/directory.ts';
import type { AdminContext, SignedInPerson } from './context.ts';

/** From most to least: the first that names a person is theirs. */
const LISTS = [
  ['administrator', 'consoleAdministrators'],
  ['operator', 'consoleOperators'],
  ['viewer', 'consoleViewers'],
] as const satisfies readonly (readonly [Role, keyof Settings])[];

export interface KnownPerson {
  readonly role: Role;
  /** `undefined`: someone with a role who is not a user of the tenant. */
  readonly user: DirectoryUser | undefined;
}

/** @throws ControlError 403 for one who has no role and is no user */
export async function findConsoleRole(
  { directory, settings }: Pick<AdminContext, 'directory' | 'settings'>,
  person: SignedInPerson,
): Promise<KnownPerson> {
  const tenants = await directory.listTenants();
  const tenant = tenants.find(({ id }) => id === person.tenantId);
  if (tenant === undefined) throw new ControlError(403, 'This server does not have your organisation as a tenant.');
  const user = await directory.findUser(tenant, person.userId);
  if (user?.accountEnabled === false) throw new ControlError(403, 'Your account is disabled.');
  const mayHaveRole = tenants.length === 1 || isNamed(tenant, settings.consoleTenant);
  const role = mayHaveRole ? findListed(settings, person, user) : undefined;
  if (role !== undefined) return { role, user };
  if (user !== undefined) return { role: 'learner', user };
  throw new ControlError(
    403,
    'You have no role in this console, and the tenant does not have you as a user. Ask an administrator for a role.',
  );
}

function isNamed({ id, domainName }: Tenant, name: string | undefined): boolean {
  return name !== undefined && [id as string, domainName].includes(name.toLowerCase());
}

function findListed(settings: Settings, person: SignedInPerson, user: DirectoryUser | undefined): Role | undefined {
  // Names with @ are those of the directory: what an issuer lets people call themselves gives no role.
  const claimed = person.roles.filter((value) => !value.includes('@'));
  const names = new Set([person.userId, ...(user === undefined ? [] : [user.userPrincipalName]), ...claimed]);
  return LISTS.find(([, key]) => settings[key]?.some((name) => names.has(name) || names.has(name.toLowerCase())))?.[0];
}
