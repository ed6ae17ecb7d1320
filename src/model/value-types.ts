/** Enumerations and complex types of the entities. */
import type { ComplexType, EnumMember, EnumType, PropertyType } from './rows.ts';

const sentinel = { name: 'unknownFutureValue', isSentinel: true } as const;

export const ENUMS = {
  'graph.assignmentType': [
    { name: 'required', value: 0 },
    { name: 'recommended', value: 1 },
    { ...sentinel, value: 2 },
    { name: 'peerRecommended', value: 3, isHidden: true },
  ],
  'graph.courseStatus': [
    { name: 'notStarted', value: 0 },
    { name: 'inProgress', value: 1 },
    { name: 'completed', value: 2 },
    { ...sentinel, value: 3 },
  ],
  'graph.level': [
    { name: 'beginner', value: 0 },
    { name: 'intermediate', value: 1 },
    { name: 'advanced', value: 2 },
    { ...sentinel, value: 3 },
  ],
  'graph.bodyType': [
    { name: 'text', value: 0 },
    { name: 'html', value: 1 },
  ],
} as const satisfies Record<EnumType, readonly EnumMember[]>;

export interface DateTimeTimeZone {
  /** Local time without offset, as the client wrote it. */
  readonly dateTime: string;
  readonly timeZone: string;
}

export interface ItemBody {
  readonly contentType: 'text' | 'html';
  readonly content: string | null;
}

export interface LicenseUnitsDetail {
  readonly enabled: number;
  readonly lockedOut: number;
  readonly suspended: number;
  readonly warning: number;
}

export interface ServicePlanInfo {
  readonly servicePlanId: string;
  readonly servicePlanName: string;
  readonly provisioningStatus: string;
  readonly appliesTo: string;
}

export interface PasswordProfile {
  readonly forceChangePasswordNextSignIn: boolean | null;
  readonly forceChangePasswordNextSignInWithMfa: boolean | null;
  readonly password: string | null;
}

export interface AssignedLicenseValue {
  readonly disabledPlans: readonly string[];
  readonly skuId: string | null;
}

/** An object of the directory that is kept as it was sent. */
export type DirectoryValue = Readonly<Record<string, unknown>>;

export interface ComplexMember {
  readonly name: string;
  readonly type: Exclude<PropertyType, 'Edm.Duration'>;
  readonly nullable: boolean;
  /** Appended to the property's column; none in a type that no table holds. */
  readonly columnSuffix?: string;
  readonly default?: string;
}

export const COMPLEX_TYPES = {
  'graph.dateTimeTimeZone': [
    { name: 'dateTime', type: 'Edm.String', nullable: false, columnSuffix: '' },
    { name: 'timeZone', type: 'Edm.String', nullable: true, columnSuffix: '_time_zone', default: 'UTC' },
  ],
  'graph.itemBody': [
    { name: 'contentType', type: 'graph.bodyType', nullable: true, columnSuffix: '_content_type', default: 'text' },
    { name: 'content', type: 'Edm.String', nullable: true, columnSuffix: '' },
  ],
  'graph.licenseUnitsDetail': [
    { name: 'enabled', type: 'Edm.Int32', nullable: true },
    { name: 'lockedOut', type: 'Edm.Int32', nullable: true },
    { name: 'suspended', type: 'Edm.Int32', nullable: true },
    { name: 'warning', type: 'Edm.Int32', nullable: true },
  ],
  'graph.servicePlanInfo': [
    { name: 'servicePlanId', type: 'Edm.Guid', nullable: true },
    { name: 'servicePlanName', type: 'Edm.String', nullable: true },
    { name: 'provisioningStatus', type: 'Edm.String', nullable: true },
    { name: 'appliesTo', type: 'Edm.String', nullable: true },
  ],
  'graph.passwordProfile': [
    { name: 'forceChangePasswordNextSignIn', type: 'Edm.Boolean', nullable: true },
    { name: 'forceChangePasswordNextSignInWithMfa', type: 'Edm.Boolean', nullable: true },
    { name: 'password', type: 'Edm.String', nullable: true },
  ],
  'graph.assignedLicense': [
    { name: 'disabledPlans', type: 'Collection(Edm.Guid)', nullable: false },
    { name: 'skuId', type: 'Edm.Guid', nullable: true },
  ],
  'graph.passwordCredential': [
    { name: 'customKeyIdentifier', type: 'Edm.Binary', nullable: true },
    { name: 'displayName', type: 'Edm.String', nullable: true },
    { name: 'endDateTime', type: 'Edm.DateTimeOffset', nullable: true },
    { name: 'hint', type: 'Edm.String', nullable: true },
    { name: 'keyId', type: 'Edm.Guid', nullable: true },
    { name: 'secretText', type: 'Edm.String', nullable: true },
    { name: 'startDateTime', type: 'Edm.DateTimeOffset', nullable: true },
  ],
  'graph.keyCredential': [
    { name: 'customKeyIdentifier', type: 'Edm.Binary', nullable: true },
    { name: 'displayName', type: 'Edm.String', nullable: true },
    { name: 'endDateTime', type: 'Edm.DateTimeOffset', nullable: true },
    { name: 'key', type: 'Edm.Binary', nullable: true },
    { name: 'keyId', type: 'Edm.Guid', nullable: true },
    { name: 'startDateTime', type: 'Edm.DateTimeOffset', nullable: true },
    { name: 'type', type: 'Edm.String', nullable: true },
    { name: 'usage', type: 'Edm.String', nullable: true },
  ],
  'graph.resourceAccess': [
    { name: 'id', type: 'Edm.Guid', nullable: false },
    { name: 'type', type: 'Edm.String', nullable: true },
  ],
  'graph.requiredResourceAccess': [
    { name: 'resourceAccess', type: 'Collection(graph.resourceAccess)', nullable: false },
    { name: 'resourceAppId', type: 'Edm.String', nullable: false },
  ],
  'graph.implicitGrantSettings': [
    { name: 'enableAccessTokenIssuance', type: 'Edm.Boolean', nullable: true },
    { name: 'enableIdTokenIssuance', type: 'Edm.Boolean', nullable: true },
  ],
  'graph.webApplication': [
    { name: 'homePageUrl', type: 'Edm.String', nullable: true },
    { name: 'implicitGrantSettings', type: 'graph.implicitGrantSettings', nullable: true },
    { name: 'logoutUrl', type: 'Edm.String', nullable: true },
    { name: 'redirectUris', type: 'Collection(Edm.String)', nullable: false },
  ],
  'graph.publicClientApplication': [{ name: 'redirectUris', type: 'Collection(Edm.String)', nullable: false }],
  'graph.spaApplication': [{ name: 'redirectUris', type: 'Collection(Edm.String)', nullable: false }],
  'graph.appRole': [
    { name: 'allowedMemberTypes', type: 'Collection(Edm.String)', nullable: false },
    { name: 'description', type: 'Edm.String', nullable: true },
    { name: 'displayName', type: 'Edm.String', nullable: true },
    { name: 'id', type: 'Edm.Guid', nullable: false },
    { name: 'isEnabled', type: 'Edm.Boolean', nullable: false },
    { name: 'origin', type: 'Edm.String', nullable: true },
    { name: 'value', type: 'Edm.String', nullable: true },
  ],
  'graph.permissionScope': [
    { name: 'adminConsentDescription', type: 'Edm.String', nullable: true },
    { name: 'adminConsentDisplayName', type: 'Edm.String', nullable: true },
    { name: 'id', type: 'Edm.Guid', nullable: false },
    { name: 'isEnabled', type: 'Edm.Boolean', nullable: false },
    { name: 'origin', type: 'Edm.String', nullable: true },
    { name: 'type', type: 'Edm.String', nullable: true },
    { name: 'userConsentDescription', type: 'Edm.String', nullable: true },
    { name: 'userConsentDisplayName', type: 'Edm.String', nullable: true },
    { name: 'value', type: 'Edm.String', nullable: true },
  ],
} as const satisfies Record<ComplexType, readonly ComplexMember[]>;
