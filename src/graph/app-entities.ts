/** Apps of the directory as the API shows them. */
import { X509Certificate } from 'node:crypto';
import { v5 as uuidV5 } from 'uuid';
import { applicationId, holdingId, pairId, servicePrincipalId } from '../model/directory-ids.ts';
import type { AppRegistration, KeyCredential, Tenant } from '../model/directory.ts';
import type { Entity } from '../model/entity.ts';
import { GRAPH_APP_ID, GRAPH_NAME } from '../model/graph-resource.ts';
import { PERMISSIONS } from '../model/permissions.ts';
import { formatDateTimeOffset, parseDateTimeOffset } from '../odata/edm.ts';

/** Properties that are set by the owner of an app, and stored as its manifest. */
export const MANIFEST_PROPERTIES = [
  ...(['description', 'identifierUris', 'isFallbackPublicClient', 'notes', 'publicClient'] as const),
  ...(['requiredResourceAccess', 'signInAudience', 'spa', 'tags', 'web'] as const),
] as const;
type Manifest = Pick<Entity<'application'>, (typeof MANIFEST_PROPERTIES)[number]>;

export function applicationEntity(tenant: Tenant, app: AppRegistration): Entity<'application'> {
  return {
    ...manifestOf(app),
    id: applicationId(tenant.id, app.id),
    appId: app.id,
    createdDateTime: app.createdDateTime,
    displayName: app.displayName,
    keyCredentials: keyCredentialsOf(app).map(keyValue),
    passwordCredentials: passwordValues(app),
  };
}

/** An app of the seed has no manifest: then the defaults follow from its registration. */
function manifestOf({ manifest, redirectUris, secretSha256, certificates }: AppRegistration): Manifest {
  const isPublic = secretSha256 === null && certificates.length === 0;
  return {
    description: null,
    identifierUris: [],
    isFallbackPublicClient: manifest === null ? isPublic : null,
    notes: null,
    publicClient: { redirectUris: isPublic ? redirectUris : [] },
    requiredResourceAccess: [],
    signInAudience: 'AzureADMyOrg',
    spa: { redirectUris: [] },
    tags: [],
    web: {
      homePageUrl: null,
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      logoutUrl: null,
      redirectUris: isPublic ? [] : redirectUris,
    },
    ...(manifest as Partial<Manifest> | null),
  };
}

/** The id of the secret of a seed. */
export function seedSecretId({ id }: AppRegistration): string {
  return uuidV5('secret', id);
}

function passwordValues(app: AppRegistration): readonly Record<string, unknown>[] {
  const blank = { customKeyIdentifier: null, secretText: null };
  const ofSeed = { displayName: null, endDateTime: null, hint: null, keyId: seedSecretId(app), startDateTime: null };
  const added = app.passwordCredentials.map(({ secretSha256: _hash, ...credential }) => ({
    ...blank,
    ...credential,
    startDateTime: formatDateTimeOffset(credential.startDateTime, 'Z'),
    endDateTime: formatDateTimeOffset(credential.endDateTime, 'Z'),
  }));
  return [...(app.secretSha256 === null ? [] : [{ ...blank, ...ofSeed }]), ...added];
}

/** Those of a seed, and those that were added. */
export function keyCredentialsOf(app: AppRegistration): readonly KeyCredential[] {
  const ofSeed = app.certificates.map((pem) => readCertificate(new X509Certificate(pem), uuidV5(pem, app.id)));
  return [...ofSeed, ...app.keyCredentials];
}

/** The name is the certificate's subject. */
export function readCertificate(certificate: X509Certificate, keyId: string): KeyCredential {
  const { validFromDate, validToDate, fingerprint, subject } = certificate;
  return {
    keyId,
    displayName: subject,
    customKeyIdentifier: Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64'),
    startDateTime: parseDateTimeOffset(validFromDate.toISOString()) ?? '',
    endDateTime: parseDateTimeOffset(validToDate.toISOString()) ?? '',
    certificate: certificate.toString(),
  };
}

function keyValue({ certificate: _pem, ...credential }: KeyCredential): Record<string, unknown> {
  return {
    ...credential,
    startDateTime: formatDateTimeOffset(credential.startDateTime, 'Z'),
    endDateTime: formatDateTimeOffset(credential.endDateTime, 'Z'),
    key: null,
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
  };
}

export function servicePrincipalEntity(tenant: Tenant, app: AppRegistration): Entity<'servicePrincipal'> {
  return {
    id: servicePrincipalId(tenant.id, app.id),
    accountEnabled: app.accountEnabled,
    appDisplayName: app.displayName,
    appId: app.id,
    appOwnerOrganizationId: tenant.id,
    appRoles: [],
    displayName: app.displayName,
    oauth2PermissionScopes: [],
    servicePrincipalNames: [app.id],
    servicePrincipalType: 'Application',
    signInAudience: manifestOf(app).signInAudience,
  };
}

/** Microsoft Graph itself, as every tenant has it: with the permissions that this server knows. */
export function graphPrincipalEntity(tenant: Tenant): Entity<'servicePrincipal'> {
  return {
    id: servicePrincipalId(tenant.id, GRAPH_APP_ID),
    accountEnabled: true,
    appDisplayName: GRAPH_NAME,
    appId: GRAPH_APP_ID,
    appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
    appRoles: PERMISSIONS.flatMap(({ name, roleId, displayName }) =>
      roleId === undefined
        ? []
        : [
            {
              allowedMemberTypes: ['Application'],
              description: displayName,
              displayName,
              id: roleId,
              isEnabled: true,
              origin: 'Application',
              value: name,
            },
          ],
    ),
    displayName: GRAPH_NAME,
    oauth2PermissionScopes: PERMISSIONS.flatMap(({ name, scopeId, displayName }) =>
      scopeId === undefined
        ? []
        : [
            {
              adminConsentDescription: displayName,
              adminConsentDisplayName: displayName,
              id: scopeId,
              isEnabled: true,
              origin: 'Application',
              type: name.endsWith('.All') ? 'Admin' : 'User',
              userConsentDescription: displayName,
              userConsentDisplayName: displayName,
              value: name,
            },
          ],
    ),
    servicePrincipalNames: [GRAPH_APP_ID, 'https://graph.microsoft.com'],
    servicePrincipalType: 'Application',
    signInAudience: 'AzureADMultipleOrgs',
  };
}

/** One for each application permission that the app holds. */
export function assignmentEntities(tenant: Tenant, app: AppRegistration): readonly Entity<'appRoleAssignment'>[] {
  const principalId = servicePrincipalId(tenant.id, app.id);
  return PERMISSIONS.flatMap(({ name, roleId }) =>
    roleId === undefined || !app.appRoles.includes(name)
      ? []
      : [
          {
            id: holdingId(principalId, roleId),
            appRoleId: roleId,
            createdDateTime: null,
            principalDisplayName: app.displayName,
            principalId,
            principalType: 'ServicePrincipal',
            resourceDisplayName: GRAPH_NAME,
            resourceId: servicePrincipalId(tenant.id, GRAPH_APP_ID),
          },
        ],
  );
}

/** The consent for all users that the app holds; `undefined` when it holds none. */
export function findGrantEntity(tenant: Tenant, app: AppRegistration): Entity<'oAuth2PermissionGrant'> | undefined {
  if (app.delegatedScopes.length === 0 || !app.hasServicePrincipal) return undefined;
  const clientId = servicePrincipalId(tenant.id, app.id);
  const resourceId = servicePrincipalId(tenant.id, GRAPH_APP_ID);
  const scope = app.delegatedScopes.join(' ');
  return {
    id: pairId(clientId, resourceId),
    clientId,
    consentType: 'AllPrincipals',
    principalId: null,
    resourceId,
    scope,
  };
}
