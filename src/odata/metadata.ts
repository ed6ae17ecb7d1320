/** `$metadata`: the schema of one API version as CSDL XML 4.0. What is served is described as in the published schema. */
import { BASE_TYPE, CONTAINER, CONTAINERS, INTERMEDIATE_TYPES, NAVIGATION } from '../model/containers.ts';
import type { ContainerRow, NavigationRow } from '../model/containers.ts';
import type { PropertyRow } from '../model/rows.ts';
import { NAMESPACE, withoutAlias } from '../model/schema.ts';
import type { EntityView, Schema } from '../model/schema.ts';
import { COMPLEX_TYPES, ENUMS } from '../model/value-types.ts';
import type { ComplexMember } from '../model/value-types.ts';
import { addedProperties } from './property-paths.ts';
import { element, printXml } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** How type names are written within the schema, as in the property tables. */
const ALIAS = 'graph';
const CORE = 'Org.OData.Core.V1';
const CAPABILITIES = 'Org.OData.Capabilities.V1';
const VOCABULARIES = [CORE, CAPABILITIES];
const VOCABULARY_FOLDER = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies/';

/** The document is the same for every client: it holds no address of the server. */
export function printMetadata(schema: Schema): string {
  const entities = [...schema.entities.values()];
  const types = [
    ...Object.entries(ENUMS).map(([name, members]) => printEnum(name, members)),
    ...Object.entries(COMPLEX_TYPES).map(([name, members]) => printComplexType(name, members)),
    printBaseType(),
    ...INTERMEDIATE_TYPES.map((row) => printEntityType({ ...row, base: BASE_TYPE.name })),
    ...entities.filter(({ row }) => row.action === undefined).map((view) => printEntity(schema, view)),
    ...entities.filter(({ row }) => row.action !== undefined).map(printAction),
    printContainer(),
  ];
  const attributes = { Namespace: NAMESPACE, Alias: ALIAS, xmlns: 'http://docs.oasis-open.org/odata/ns/edm' };
  const services = element('edmx:DataServices', {}, [element('Schema', attributes, types)]);
  const edmx = { Version: '4.0', 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' };
  return printXml(element('edmx:Edmx', edmx, [...VOCABULARIES.map(printReference), services]));
}

function printReference(vocabulary: string): XmlElement {
  const include = element('edmx:Include', { Namespace: vocabulary });
  return element('edmx:Reference', { Uri: `${VOCABULARY_FOLDER}${vocabulary}.xml` }, [include]);
}

function printEnum(name: string, members: readonly { readonly name: string; readonly value: number }[]): XmlElement {
  const printed = members.map((member) => element('Member', { Name: member.name, Value: String(member.value) }));
  return element('EnumType', { Name: withoutAlias(name) }, printed);
}

function printComplexType(name: string, members: readonly ComplexMember[]): XmlElement {
  const printed = members.map((member) =>
    element('Property', {
      Name: member.name,
      Type: member.type,
      Nullable: member.nullable ? undefined : 'false',
    }),
  );
  return element('ComplexType', { Name: withoutAlias(name) }, printed);
}

function printBaseType(): XmlElement {
  const { name, key, keyType } = BASE_TYPE;
  return element('EntityType', { Name: name, Abstract: 'true' }, [
    element('Key', {}, [element('PropertyRef', { Name: key })]),
    element('Property', { Name: key, Type: keyType, Nullable: 'false' }),
  ]);
}

function printEntity(schema: Schema, view: EntityView): XmlElement {
  const { name, isKeyless, schemaBase = isKeyless === true ? '' : BASE_TYPE.name, alternateKey } = view.row;
  // The base type has the key.
  const properties = addedProperties(schema, view).filter((row) => row.name !== BASE_TYPE.key);
  const navigation = NAVIGATION.filter(({ owner }) => owner === name).map(printNavigation);
  const key = alternateKey === undefined ? [] : [printAlternateKey(alternateKey)];
  return printEntityType({
    name,
    base: view.row.base ?? schemaBase,
    isOpen: view.row.isOpen,
    content: [...properties.map(printProperty), ...navigation, ...key],
  });
}

/** The parameters of an action, after what it is bound to. */
function printAction({ name, row: { action }, properties }: EntityView): XmlElement {
  const { boundTo = '', returns, isReturnNullable = false } = action ?? {};
  const parameter = (parameterName: string, type: string, nullable: boolean) =>
    element('Parameter', { Name: parameterName, Type: type, Nullable: nullable ? undefined : 'false' });
  return element('Action', { Name: name, IsBound: 'true' }, [
    parameter('bindingParameter', `${ALIAS}.${boundTo}`, false),
    ...properties.map((property) => parameter(property.name, property.type, property.nullable)),
    ...(returns === undefined
      ? []
      : [element('ReturnType', { Type: returns, Nullable: isReturnNullable ? undefined : 'false' })]),
  ]);
}

interface EntityTypeParts {
  readonly name: string;
  /** Empty for a type without a base. */
  readonly base: string;
  readonly isOpen?: boolean | undefined;
  readonly content?: readonly XmlElement[];
}

function printEntityType({ name, base, isOpen = false, content = [] }: EntityTypeParts): XmlElement {
  const attributes = {
    Name: name,
    BaseType: base === '' ? undefined : `${ALIAS}.${base}`,
    OpenType: isOpen ? 'true' : undefined,
  };
  return element('EntityType', attributes, content);
}

/** Limits of this server, such as `MaxLength`, are left out: generated clients would enforce them against the service. */
function printProperty({ name, type, nullable, isNullableInSchema = nullable }: PropertyRow): XmlElement {
  return element('Property', { Name: name, Type: type, Nullable: isNullableInSchema ? undefined : 'false' });
}

function printNavigation({ name, target, isCollection, boundTo }: NavigationRow): XmlElement {
  const type = `${ALIAS}.${target}`;
  return element('NavigationProperty', {
    Name: name,
    Type: isCollection ? `Collection(${type})` : type,
    ContainsTarget: boundTo === undefined ? 'true' : undefined,
  });
}

/** A unique property beside the key, with the name that URLs give it. */
function printAlternateKey(property: string): XmlElement {
  const reference = element('Record', { Type: `${CORE}.PropertyRef` }, [
    element('PropertyValue', { Property: 'Alias', String: property }),
    element('PropertyValue', { Property: 'Name', PropertyPath: property }),
  ]);
  const key = element('PropertyValue', { Property: 'Key' }, [element('Collection', {}, [reference])]);
  const record = element('Record', { Type: `${CORE}.AlternateKey` }, [key]);
  return annotation(`${CORE}.AlternateKeys`, [element('Collection', {}, [record])]);
}

function printContainer(): XmlElement {
  const children = CONTAINERS.map((row) => {
    const typeAttribute = row.kind === 'EntitySet' ? 'EntityType' : 'Type';
    const attributes = { Name: row.name, [typeAttribute]: `${ALIAS}.${row.type}` };
    const capabilities = Object.entries(row.capabilities ?? {}).map(([term, values]) => printCapability(term, values));
    return element(row.kind, attributes, [...printBindings(row), ...capabilities]);
  });
  return element('EntityContainer', { Name: CONTAINER }, children);
}

function printCapability(term: string, values: Readonly<Record<string, boolean>>): XmlElement {
  const members = Object.entries(values).map(([property, value]) =>
    element('PropertyValue', { Property: property, Bool: String(value) }),
  );
  return annotation(`${CAPABILITIES}.${term}`, [element('Record', {}, members)]);
}

/** Bindings for the navigation properties below a root, at any depth, that refer to entities rather than contain them. */
function printBindings({ type }: ContainerRow): readonly XmlElement[] {
  return findBindings(type, []).map(([path, target]) =>
    element('NavigationPropertyBinding', { Path: path, Target: target }),
  );
}

function findBindings(owner: string, above: readonly string[]): readonly (readonly [string, string])[] {
  return NAVIGATION.filter((row) => row.owner === owner).flatMap((row) => {
    const path = [...above, row.name];
    if (row.boundTo !== undefined) return [[path.join('/'), row.boundTo] as const];
    return findBindings(row.target, path);
  });
}

function annotation(term: string, content: readonly XmlElement[]): XmlElement {
  return element('Annotation', { Term: term }, content);
}
