/** The shapes of the protocol tables. The tables are data; `odata/`, `store/` and the printed documents interpret them. */
import type { SwitchName } from './behaviour.ts';
import type { ApiVersion } from './versions.ts';

export type EnumType = 'graph.assignmentType' | 'graph.courseStatus' | 'graph.level' | 'graph.bodyType';
export type ComplexType =
  | 'graph.dateTimeTimeZone'
  | 'graph.itemBody'
  | 'graph.licenseUnitsDetail'
  | 'graph.servicePlanInfo'
  | 'graph.passwordProfile'
  | 'graph.assignedLicense'
  | 'graph.passwordCredential'
  | 'graph.keyCredential'
  | 'graph.requiredResourceAccess'
  | 'graph.resourceAccess'
  | 'graph.implicitGrantSettings'
  | 'graph.webApplication'
  | 'graph.publicClientApplication'
  | 'graph.spaApplication'
  | 'graph.appRole'
  | 'graph.permissionScope';
export type PropertyType =
  | 'Edm.String'
  | 'Edm.Boolean'
  | 'Edm.Int32'
  | 'Edm.DateTimeOffset'
  | 'Edm.Duration'
  | 'Edm.Guid'
  | 'Edm.Binary'
  | 'Collection(Edm.String)'
  | 'Collection(Edm.Guid)'
  | EnumType
  | ComplexType
  | `Collection(${ComplexType})`;

/** How a property may be sent when its entity is created. `ignored`: may be sent, has no effect. */
export type OnCreate = 'required' | 'optional' | 'ignored';

/**
 * How a property may be sent when its entity is updated. `fixed`: equal to what is stored, or refused;
 * `setOnce`: as `fixed`, but a stored null may be filled.
 */
export type OnUpdate = 'required' | 'optional' | 'fixed' | 'setOnce';

export interface PropertyRow {
  /** The wire name, as the schema spells it. */
  readonly name: string;
  /** The spelling of the examples where it differs from the schema's. An answer uses it where the request did. */
  readonly documentedName?: string;
  /** Further names accepted besides any casing of these two; never answered with. */
  readonly spellings?: readonly string[];
  readonly type: PropertyType;
  readonly nullable: boolean;
  /** The published schema lets the value, or items of the collection, be null, although none is here. */
  readonly isNullableInSchema?: boolean;
  readonly onCreate: OnCreate;
  readonly onUpdate: OnUpdate;
  /** The value of an entity that was created without this property; null when not given. */
  readonly default?: string | boolean;
  /**
   * Longest text in UTF-16 code units; for a collection, of each item. For a complex type, of its `content`. Limits of
   * this server: the pages name none.
   */
  readonly maxLength?: number;
  /** Inclusive bounds of a number. */
  readonly range?: readonly [minimum: number, maximum: number];
  /** The pages name the bounds. */
  readonly isRangeDocumented?: boolean;
  /** Enum members that an update may set, when not all of them. */
  readonly updateMembers?: readonly string[];
  /** Whether a text may be empty. A required or keyed text may not. */
  readonly mayBeEmpty?: boolean;
  /** Text must be an absolute http or https URL. */
  readonly isUrl?: boolean;
  /** A number may arrive as text ("1"). */
  readonly acceptsNumericText?: boolean;
  /** How the UTC offset is written in answers. */
  readonly utcOffset?: '+00:00' | 'Z';
  /** The column, or the prefix of a complex type's columns; none when computed from other columns. */
  readonly column?: string;
  /** Text that is always a GUID is kept as one. */
  readonly isGuid?: boolean;
  /** Text that often is a GUID, such as an id of another system, takes the room of one then. */
  readonly isOftenGuid?: boolean;
  /** Null is stored as the empty text, which the property cannot hold otherwise: so that a key has no nulls. */
  readonly isNullStoredEmpty?: boolean;
  /** Answers have it only when `$select` names it. */
  readonly isOnlySelected?: boolean;
  /** May stand in `$filter`; a complex property with its members. */
  readonly isFilterable?: boolean;
  /** May stand in `$orderby`; a complex property with its members. */
  readonly isSortable?: boolean;
  /** The versions that the row holds in; both when not given. */
  readonly versions?: readonly ApiVersion[];
  readonly source: string;
}

/** A documented or observed name that is no property of the schema, and what is done with it. */
export interface ToleratedRow {
  readonly name: string;
  readonly rule: 'ignored' | 'mustEqualRegistrationId' | { readonly firstItemOf: string };
  readonly source: string;
}

export interface EntityRow {
  readonly name: string;
  /** The entity whose properties this one adds to. */
  readonly base?: string;
  /** The type above it in the published schema where that is not served; `entity` when not given. */
  readonly schemaBase?: string;
  /** Whether the published schema lets objects have properties that it does not name. */
  readonly isOpen?: boolean;
  /** Other names that `@odata.type` may give it. */
  readonly otherNames?: readonly string[];
  /** Whether an object can be of this very type, or only of one derived from it. */
  readonly isConcrete: boolean;
  /** A singleton, of which there is one and which needs no key. */
  readonly isKeyless?: boolean;
  readonly properties: readonly PropertyRow[];
  readonly tolerated?: readonly ToleratedRow[];
  /** The property that is unique beside `id`, addressed as `(name='value')`. */
  readonly alternateKey?: string;
  /** Permissions whose name starts with this family are the ones that concern objects of this type. */
  readonly permissionFamily?: string;
  /** Of the directory, not of Viva Learning: served whatever service plan the tenant has. */
  readonly isOfDirectory?: boolean;
  /** The properties are the parameters of an action of this name, bound to the entity. */
  readonly action?: {
    readonly boundTo: string;
    /** A type of the schema, such as `graph.user`; none when it gives nothing. */
    readonly returns?: string;
    readonly isReturnNullable?: boolean;
  };
  readonly source: string;
}

export interface EnumMember {
  readonly name: string;
  /** The schema's number: what is stored and sorted by. */
  readonly value: number;
  /** A member behind the sentinel is shown only to callers that ask for it. */
  readonly isHidden?: boolean;
  /** Shown in place of hidden members; never accepted as a value. */
  readonly isSentinel?: boolean;
}

export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** System query options, without `$`. */
export type QueryOptionName =
  'select' | 'format' | 'top' | 'skip' | 'skiptoken' | 'deltatoken' | 'count' | 'filter' | 'orderby';

export interface OperationRow {
  /** Also the metric label, log field and conformance key. */
  readonly id: string;
  readonly method: HttpMethod;
  /** From the version root. `{name}` is a key, `(property={name})` an alternate key. */
  readonly path: string;
  /** A second path for the same. */
  readonly otherPath?: string;
  /** Which of the two no page has; the second when not given. */
  readonly isFirstPathTolerated?: boolean;
  readonly entity: string;
  /** The action that the operation calls: its parameters are the body. */
  readonly action?: string;
  /** An action without parameters. */
  readonly hasNoBody?: boolean;
  /** What an action gives where that is not the entity. */
  readonly returns?: ComplexType;
  /** A delegated token opens the operation to users with one of these directory roles; to all when not given. */
  readonly directoryRoles?: readonly string[];
  readonly success: 200 | 201 | 202 | 204;
  /** Creates what its key names when it is not there. */
  readonly isUpsert?: boolean;
  /** Permissions that open the operation, least first, a token kind. None: that kind of token is refused. */
  readonly application: readonly PermissionName[];
  readonly delegated: readonly PermissionName[];
  /** About the signed-in user: has a meaning for delegated tokens only. */
  readonly isPersonal?: boolean;
  /** Answers with a collection in one piece, without pages. */
  readonly isUnpaged?: boolean;
  /** The query options taken; none when not given. */
  readonly options?: readonly QueryOptionName[];
  /** Those of the options that no page documents. */
  readonly undocumentedOptions?: readonly QueryOptionName[];
  /** Microsoft Graph has nothing like it; servers that keep to the reference have not either. */
  readonly isAddition?: boolean;
  /** The switch without which the operation does not exist. */
  readonly onlyWith?: SwitchName;
  /** Permissions that a switch adds. */
  readonly opensWith?: {
    readonly switch: SwitchName;
    readonly application?: readonly PermissionName[];
    readonly delegated?: readonly PermissionName[];
  };
  readonly versions?: readonly ApiVersion[];
  readonly source: string;
}

export interface PermissionRow {
  readonly name: string;
  /** Id as a delegated scope of Microsoft Graph. */
  readonly scopeId?: string;
  /** Id as an application role of Microsoft Graph. */
  readonly roleId?: string;
  readonly displayName: string;
}

export type PermissionName =
  | `Learning${string}.Read${string}`
  | `User.Read${string}`
  | `Directory.Read${string}`
  | `LicenseAssignment.Read${string}`
  | `Organization.Read${string}`
  | `Application.Read${string}`
  | 'AppRoleAssignment.ReadWrite.All'
  | `DelegatedPermissionGrant.Read${string}`
  | 'User.DeleteRestore.All';

export interface ErrorRow {
  /** The row of the published error tables, where there is one. */
  readonly id?: string;
  readonly status: number;
  readonly code: string;
  /** Literal text; `{name}` is filled from the error's values. Never localised. */
  readonly message: string;
  readonly when: string;
  /** What the client or its operator does about it. Markdown, for the printed documents. */
  readonly remedy: string;
  readonly source: string;
}
