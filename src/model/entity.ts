/** Entity types as the rules see them, derived from the property tables. */
import type { ComplexType, PropertyRow, PropertyType } from './rows.ts';
import type { ENTITIES, EntityName } from './schema.ts';
import type {
  AssignedLicenseValue,
  DateTimeTimeZone,
  DirectoryValue,
  ENUMS,
  ItemBody,
  LicenseUnitsDetail,
  PasswordProfile,
  ServicePlanInfo,
} from './value-types.ts';

type Tables = typeof ENTITIES;

type RowsOf<Name extends EntityName> =
  | Tables[Name]['properties'][number]
  | (Tables[Name] extends { readonly base: infer Base extends EntityName }
      ? Tables[Base]['properties'][number]
      : never);

interface Scalars {
  'Edm.String': string;
  'Edm.Boolean': boolean;
  'Edm.Int32': number;
  /** Canonical UTC text, see `odata/edm.ts`. */
  'Edm.DateTimeOffset': string;
  'Edm.Duration': string;
  'Edm.Guid': string;
  /** In base64. */
  'Edm.Binary': string;
  'Collection(Edm.String)': readonly string[];
  'Collection(Edm.Guid)': readonly string[];
  'graph.dateTimeTimeZone': DateTimeTimeZone;
  'graph.itemBody': ItemBody;
  'graph.licenseUnitsDetail': LicenseUnitsDetail;
  'graph.servicePlanInfo': ServicePlanInfo;
  'graph.passwordProfile': PasswordProfile;
  'graph.assignedLicense': AssignedLicenseValue;
  'graph.passwordCredential': DirectoryValue;
  'graph.keyCredential': DirectoryValue;
  'graph.requiredResourceAccess': DirectoryValue;
  'graph.resourceAccess': DirectoryValue;
  'graph.implicitGrantSettings': DirectoryValue;
  'graph.webApplication': DirectoryValue;
  'graph.publicClientApplication': DirectoryValue;
  'graph.spaApplication': DirectoryValue;
  'graph.appRole': DirectoryValue;
  'graph.permissionScope': DirectoryValue;
}

type ValueOfType<Type extends PropertyType> = Type extends keyof Scalars
  ? Scalars[Type]
  : Type extends `Collection(${infer Item extends ComplexType})`
    ? readonly Scalars[Item][]
    : Type extends keyof typeof ENUMS
      ? (typeof ENUMS)[Type][number]['name']
      : never;

type ValueOf<Row extends PropertyRow> = ValueOfType<Row['type']> | (Row['nullable'] extends true ? null : never);

/** All properties of the type, inherited ones included; a property without a value is null. */
export type Entity<Name extends EntityName> = {
  readonly [Row in RowsOf<Name> as Row['name']]: ValueOf<Row>;
};

export type CourseActivityType = 'learningAssignment' | 'learningSelfInitiatedCourse';

/** One activity of either type; `type` tells which. */
export type CourseActivity =
  | ({ readonly type: 'learningAssignment' } & Entity<'learningAssignment'>)
  | ({ readonly type: 'learningSelfInitiatedCourse' } & Entity<'learningSelfInitiatedCourse'>);
