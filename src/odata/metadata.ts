/** `$metadata`: the schema of one API version as CSDL XML 4.0. */
import { BASE_TYPE, CONTAINER, CONTAINERS, NAVIGATION } from '../model/containers.ts';
import type { ContainerRow, NavigationRow } from '../model/containers.ts';
import type { OperationId } from '../model/operations.ts';
import type { PropertyRow, PropertyType } from '../model/rows.ts';
import { NAMESPACE } from '../model/schema.ts';
import type { EntityView, Schema } from '../model/schema.ts';
import { COMPLEX_TYPES, ENUMS } from '../model/value-types.ts';
import type { ComplexMember } from '../model/value-types.ts';
import { annotateCollection, annotateSingleton } from './capabilities.ts';
import { addedProperties } from './property-paths.ts';
import { element, printXml } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** How type names are written within the schema, as in the property tables. */
const ALIAS = 'graph';
const CORE = 'Org.OData.Core.V1';
const VALIDATION = 'Org.OData.Validation.V1';
const VOCABULARIES = [CORE, 'Org.OData.Capabilities.V1', VALIDATION];
/** Digits of a second's fraction that values may have; OData assumes none. */
const PRECISIONS: Readonly<Partial<Record<PropertyType, string>>> = { 'Edm.DateTimeOffset': '7', 'Edm.Duration': '12' };
const VOCABULARY_FOLDER = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies/';

/** The document is the same for every client: it holds no address of the server. */
export function printMetadata(schema: Schema): string {
  const types = [
    ...Object.entries(ENUMS).map(([name, members]) => printEnum(name, members)),
    ...Object.entries(COMPLEX_TYPES).map(([name, members]) => printComplexType(name, members)),
    printBaseType(),
    ...[...schema.entities.values()].map((view) => printEntity(schema, view)),
    printContainer(schema),
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
      DefaultValue: member.default,
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
  const { name, isKeyless, base = isKeyless === true ? '' : BASE_TYPE.name, alternateKey } = view.row;
  // The base type has the key.
  const properties = addedProperties(schema, view).filter((row) => row.name !== BASE_TYPE.key);
  const key = alternateKey === undefined ? [] : [printAlternateKey(alternateKey)];
  return printEntityType(schema, { name, base, members: properties.map(printProperty), annotations: key });
}

interface EntityTypeParts {
  readonly name: string;
  /** Empty for a type of its own. */
  readonly base: string;
  readonly members?: readonly XmlElement[];
  readonly annotations?: readonly XmlElement[];
}

function printEntityType(schema: Schema, { name, base, members = [], annotations = [] }: EntityTypeParts): XmlElement {
  const navigation = NAVIGATION.filter(({ owner }) => owner === name).map((row) => printNavigation(schema, row));
  const attributes = { Name: name, BaseType: base === '' ? undefined : `${ALIAS}.${base}` };
  return element('EntityType', attributes, [...members, ...navigation, ...annotations]);
}

function printProperty(row: PropertyRow): XmlElement {
  const isText = row.type === 'Edm.String' || row.type === 'Collection(Edm.String)';
  const attributes = {
    Name: row.name,
    Type: row.type,
    Nullable: row.nullable ? undefined : 'false',
    MaxLength: isText ? row.maxLength?.toString() : undefined,
    Precision: PRECISIONS[row.type],
    DefaultValue: row.default?.toString(),
  };
  return element('Property', attributes, annotateProperty(row));
}

function annotateProperty({ isUrl, onCreate, onUpdate, range }: PropertyRow): readonly XmlElement[] {
  const tags = [
    ...(isUrl === true ? ['IsURL'] : []),
    ...(onUpdate === 'fixed' ? [onCreate === 'ignored' ? 'Computed' : 'Immutable'] : []),
  ];
  const bounds = (range ?? []).map((bound, index) => ({ term: index === 0 ? 'Minimum' : 'Maximum', bound }));
  return [
    ...tags.map((tag) => annotation(`${CORE}.${tag}`, { Bool: 'true' })),
    ...bounds.map(({ term, bound }) => annotation(`${VALIDATION}.${term}`, { Int: String(bound) })),
  ];
}

function printNavigation(schema: Schema, row: NavigationRow): XmlElement {
  const type = `${ALIAS}.${row.target}`;
  const attributes = {
    Name: row.name,
    Type: row.isCollection ? `Collection(${type})` : type,
    ContainsTarget: row.boundTo === undefined ? 'true' : undefined,
  };
  return element('NavigationProperty', attributes, row.list === undefined ? [] : annotateList(schema, row.list));
}

/** A unique property beside the key, with the name that URLs give it. */
function printAlternateKey(property: string): XmlElement {
  const reference = element('Record', { Type: `${CORE}.PropertyRef` }, [
    element('PropertyValue', { Property: 'Alias', String: property }),
    element('PropertyValue', { Property: 'Name', PropertyPath: property }),
  ]);
  const key = element('PropertyValue', { Property: 'Key' }, [element('Collection', {}, [reference])]);
  const record = element('Record', { Type: `${CORE}.AlternateKey` }, [key]);
  return annotation(`${CORE}.AlternateKeys`, {}, [element('Collection', {}, [record])]);
}

function printContainer(schema: Schema): XmlElement {
  const children = CONTAINERS.map((row) => {
    const annotations =
      row.kind === 'EntitySet'
        ? annotateList(schema, row.list)
        : row.capabilities === undefined
          ? []
          : annotateSingleton(row.capabilities);
    const typeAttribute = row.kind === 'EntitySet' ? 'EntityType' : 'Type';
    const attributes = { Name: row.name, [typeAttribute]: `${ALIAS}.${row.type}` };
    return element(row.kind, attributes, [...printBindings(row), ...annotations]);
  });
  return element('EntityContainer', { Name: CONTAINER }, children);
}

/** Where a root's properties lead that contain nothing, however far below it they stand. */
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

function annotateList(schema: Schema, id: OperationId): readonly XmlElement[] {
  const list = schema.operations.find((operation) => operation.id === id);
  return list === undefined ? [] : annotateCollection(schema, list);
}

function annotation(
  term: string,
  attributes: Readonly<Record<string, string>>,
  content: readonly XmlElement[] = [],
): XmlElement {
  return element('Annotation', { Term: term, ...attributes }, content);
}

function withoutAlias(name: string): string {
  return name.slice(ALIAS.length + 1);
}
