/** Apps: registered, given and deprived of secrets, certificates and permissions, and removed. */
import { hash, randomBytes } from 'node:crypto';
import { getGuid } from '../lib/ids.ts';
import type { AppId } from '../lib/ids.ts';
import { addYears, formatInstant } from '../lib/utc-text.ts';
import { NEW_APP } from '../model/directory.ts';
import type { AppRegistration, PasswordCredential, Tenant } from '../model/directory.ts';
import type { Work } from '../store/work.ts';
import type { Change, Directory } from './directory.ts';

export type NewApp = Partial<Omit<AppRegistration, 'tenantId' | 'rowVersion' | 'createdDateTime'>> &
  Pick<AppRegistration, 'displayName'>;

/** Its name is its id, as display names may repeat, unless another is given. */
export function* createApp(
  directory: Directory,
  tenant: Tenant,
  { id = getGuid<AppId>(directory.newId()), ...properties }: NewApp,
): Work<Change<AppRegistration>> {
  const createdDateTime = formatInstant(directory.clock.now());
  const app = { ...NEW_APP, name: id, ...properties, tenantId: tenant.id, id, createdDateTime };
  if (!(yield* directory.apps.insertApp(tenant, app))) return { kind: 'notUnique', property: 'appId' };
  directory.forgetCallers();
  return { kind: 'done', item: app };
}

/** Stores the app in place of the one of the same version. */
export function* replaceApp(directory: Directory, tenant: Tenant, app: AppRegistration): Work<Change<AppRegistration>> {
  const outcome = yield* directory.apps.updateApp(tenant, app);
  if (outcome === 'notUnique') return { kind: 'notUnique', property: 'displayName' };
  if (outcome === 'changed') return { kind: 'changed' };
  directory.forgetCallers();
  return { kind: 'done', item: { ...app, rowVersion: app.rowVersion + 1 } };
}

/** `false` when another change came first. */
export function* removeApp(directory: Directory, tenant: Tenant, stored: AppRegistration): Work<boolean> {
  const isDone = yield* directory.apps.removeApp(tenant, stored);
  directory.forgetCallers();
  return isDone;
}

/** A secret that was made, to be shown once. */
export interface MadeSecret {
  readonly secretText: string;
  readonly credential: PasswordCredential;
}

const SECRET_BYTES = 30;
const HINT_LENGTH = 3;
const SECRET_YEARS = 2;

/** Instants are canonical UTC text; a secret begins at once and ends after two years when not said otherwise. */
export function makeSecret(
  directory: Directory,
  asked: Partial<Pick<PasswordCredential, 'displayName' | 'startDateTime' | 'endDateTime'>> = {},
): MadeSecret {
  const { displayName = null, startDateTime = formatInstant(directory.clock.now()) } = asked;
  const secretText = randomBytes(SECRET_BYTES).toString('base64url');
  const credential = {
    keyId: directory.newId(),
    displayName,
    hint: secretText.slice(0, HINT_LENGTH),
    startDateTime,
    endDateTime: asked.endDateTime ?? addYears(startDateTime, SECRET_YEARS),
    secretSha256: hash('sha256', secretText, 'hex'),
  };
  return { secretText, credential };
}

export function withSecret(app: AppRegistration, { credential }: MadeSecret): AppRegistration {
  return { ...app, passwordCredentials: [...app.passwordCredentials, credential] };
}

/** `undefined` when the app has no such secret. */
export function withoutSecret(app: AppRegistration, keyId: string): AppRegistration | undefined {
  const passwordCredentials = app.passwordCredentials.filter((one) => one.keyId !== keyId);
  return passwordCredentials.length === app.passwordCredentials.length ? undefined : { ...app, passwordCredentials };
}

export interface Permissions {
  readonly kind: 'application' | 'delegated';
  readonly names: readonly string[];
}

const HELD = { application: 'appRoles', delegated: 'delegatedScopes' } as const;

export function withPermissions(app: AppRegistration, { kind, names }: Permissions): AppRegistration {
  const held = new Set([...app[HELD[kind]], ...names]);
  const withdrawn = app.withdrawn.filter((one) => one.kind !== kind || !names.includes(one.permission));
  return { ...app, withdrawn, [HELD[kind]]: [...held] };
}

/** Tokens that were issued until now lose the permissions as well. `now`: epoch milliseconds. */
export function withoutPermissions(app: AppRegistration, { kind, names }: Permissions, now: number): AppRegistration {
  const kept = app[HELD[kind]].filter((name) => !names.includes(name));
  const others = app.withdrawn.filter((one) => one.kind !== kind || !names.includes(one.permission));
  const withdrawn = [...others, ...names.map((permission) => ({ permission, kind, at: now }))];
  return { ...app, withdrawn, [HELD[kind]]: kept };
}
