/** Users and apps of a seed -> directory entries, with the secrets and passwords that were made for them. */
import { hash, randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { getGuid } from '../lib/ids.ts';
import type { AppId, UserId } from '../lib/ids.ts';
import { describeUriProblem } from '../lib/redirect-uri.ts';
import { createPassword, hashChosenPassword, hashMadePassword } from '../lib/password.ts';
import { NEW_APP, NEW_USER } from '../model/directory.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import type { SandboxCredentials } from './credentials.ts';
import type { TenantSeed } from './seed-schema.ts';

type AppSeed = TenantSeed['apps'][string];
type UserSeed = TenantSeed['users'][string];

/** How a tenant of a seed is read, and what that has brought to light. */
export interface TenantNotes {
  /** Whether secrets and passwords may be generated: the stored credentials cover the first tenant only. */
  readonly hasCredentials: boolean;
  /** What was made up before. */
  readonly known: SandboxCredentials | undefined;
  /** Where paths of certificates start. */
  readonly folder: string;
  readonly problems: string[];
  /** By app id as written. */
  readonly secrets: Map<string, string>;
  /** By user id as written. */
  readonly passwords: Map<string, string>;
  /** Of certificates, by app id as written. */
  readonly thumbprints: Map<string, readonly string[]>;
}

/** Where a public client is answered that registers nothing: native apps listen on this machine. */
const LOOPBACK_URIS = ['http://localhost', 'http://127.0.0.1'];

const PEM = '-----BEGIN CERTIFICATE-----';

export function readUsers(seed: TenantSeed, tenant: Tenant, notes: TenantNotes): DirectoryUser[] {
  return Object.entries(seed.users).map(([name, user]) => {
    return {
      ...NEW_USER,
      tenantId: tenant.id,
      id: getGuid<UserId>(user.id),
      name,
      userPrincipalName: user.userPrincipalName.toLowerCase(),
      displayName: user.displayName,
      mail: user.mail ?? null,
      employeeId: user.employeeId ?? null,
      licence: user.licence,
      directoryRoles: user.directoryRoles ?? [],
      passwordHash: readPassword(user, notes),
    };
  });
}

export function readApps(seed: TenantSeed, tenant: Tenant, notes: TenantNotes): AppRegistration[] {
  return Object.entries(seed.apps).map(([name, app]) => {
    const complain = (problem: string) => notes.problems.push(`apps.${name}${problem}`);
    const secret = readSecret(app, notes, complain);
    if (secret !== undefined) notes.secrets.set(app.id, secret);
    const certificates = (app.certificates ?? []).flatMap((text, index) =>
      readCertificate(text, notes.folder, (problem) => complain(`.certificates.${index} ${problem}`)),
    );
    if (certificates.length > 0) notes.thumbprints.set(app.id, certificates.map(thumbprintOf));
    if (app.isPublicClient === true && app.certificates !== undefined)
      complain(' is a public client with certificates');
    app.redirectUris?.forEach((uri, index) => {
      const problem = describeUriProblem(uri);
      if (problem !== undefined) complain(`.redirectUris.${index} ${problem}`);
    });
    return {
      ...NEW_APP,
      tenantId: tenant.id,
      id: getGuid<AppId>(app.id),
      name,
      displayName: name,
      secretSha256: secret === undefined ? null : hash('sha256', secret, 'hex'),
      certificates: certificates.map(String),
      redirectUris: redirectUrisOf(app),
      appRoles: app.roles ?? [],
      delegatedScopes: app.scopes ?? [],
    };
  });
}

export function redirectUrisOf({ redirectUris, isPublicClient }: AppSeed): readonly string[] {
  return redirectUris ?? (isPublicClient === true ? LOOPBACK_URIS : []);
}

function readPassword({ id, password }: UserSeed, notes: TenantNotes): string | null {
  if (password === undefined && !notes.hasCredentials) return null;
  const before = Object.values(notes.known?.users ?? {}).find((user) => user.id === id.toLowerCase());
  // Older credentials have no passwords.
  const known = password ?? (before?.password || createPassword());
  notes.passwords.set(id, known);
  return password === undefined ? hashMadePassword(known) : hashChosenPassword(known);
}

/** An app with certificates has no secret that it does not ask for. */
function readSecret(app: AppSeed, notes: TenantNotes, complain: (problem: string) => void): string | undefined {
  if (app.isPublicClient === true) return undefined;
  if (app.clientSecret !== undefined || app.certificates !== undefined) return app.clientSecret;
  if (!notes.hasCredentials) complain(' needs a clientSecret, as only those of the first tenant are made up');
  const before = Object.values(notes.known?.apps ?? {}).find(({ clientId }) => clientId === app.id.toLowerCase());
  return before?.clientSecret || randomBytes(30).toString('base64url');
}

/** Empty when there is something to complain about. */
function readCertificate(
  text: string,
  folder: string,
  complain: (problem: string) => void,
): readonly X509Certificate[] {
  try {
    const pem = text.includes(PEM) ? text : readFileSync(resolve(folder, text), 'utf8');
    const certificate = new X509Certificate(pem);
    if (certificate.publicKey.asymmetricKeyType !== 'rsa') complain('does not have an RSA key');
    return [certificate];
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    complain(code === undefined || code.startsWith('ERR_') ? 'is not a certificate' : `cannot be read: ${code}`);
    return [];
  }
}

/** As Microsoft Entra's portal shows it: SHA-1 in hex. */
function thumbprintOf({ fingerprint }: X509Certificate): string {
  return fingerprint.replaceAll(':', '');
}
