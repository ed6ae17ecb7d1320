/** Facts about a schema -> CSDL XML that states them, among other things, as published files have them. */
import type { Facts, SchemaFacts } from '../../src/contract/schema-facts.ts';
import { element, printXml } from '../../src/odata/xml.ts';
import type { XmlElement } from '../../src/odata/xml.ts';

const EDM = 'http://docs.oasis-open.org/odata/ns/edm';
/** Facts that are no attributes. */
const OTHERS = ['is', 'Key', 'AlternateKeys', 'Parameters', 'ReturnType'];

export function printCsdl(facts: SchemaFacts): string {
  const tops = [...facts.keys()].filter((subject) => !subject.includes('/'));
  const operations = [...facts].filter(([subject]) => subject.endsWith('()'));
  const ours = element('Schema', { Namespace: 'microsoft.graph', Alias: 'graph', xmlns: EDM }, [
    ...tops.map((subject) => printSubject(facts, subject)),
    ...operations.map(([subject, each]) => printOperation(subject, each)),
    ...[...facts].flatMap(([subject, each]) => printAnnotations(subject, each)),
  ]);
  // Of the same names as ours, which must not be taken for them.
  const other = element('Schema', { Namespace: 'microsoft.graph.other', Alias: 'self', xmlns: EDM }, [
    element('EntityType', { Name: 'learningContent', BaseType: 'graph.entity' }, [
      element('Property', { Name: 'other', Type: 'self.level' }),
    ]),
    element('EnumType', { Name: 'level' }, [element('Member', { Name: 'other', Value: '9' })]),
  ]);
  const edmx = { Version: '4.0', 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' };
  return printXml(element('edmx:Edmx', edmx, [element('edmx:DataServices', {}, [ours, other])]));
}

function printSubject(facts: SchemaFacts, subject: string): XmlElement {
  const { is = '', Key, AlternateKeys, ...rest } = facts.get(subject) ?? {};
  const [owner = ''] = subject.split('/');
  const depth = subject === owner ? 1 : 2;
  const members = [...facts.keys()].filter(
    (each) =>
      each.startsWith(`${subject}/`) &&
      !each.endsWith('()') &&
      (depth === 2 || facts.get(each)?.['is'] !== 'NavigationPropertyBinding'),
  );
  const name = subject.slice(subject.indexOf('/') + 1);
  return element(is, { Name: name, ...attributesOf(rest) }, [
    ...(Key === undefined
      ? []
      : [
          element(
            'Key',
            {},
            Key.split(',').map((key) => element('PropertyRef', { Name: key })),
          ),
        ]),
    ...members.map((each) => (depth === 1 ? printSubject(facts, each) : printBinding(facts, subject, each))),
    ...(AlternateKeys === undefined ? [] : [printAlternateKeys(AlternateKeys)]),
  ]);
}

function printBinding(facts: SchemaFacts, owner: string, subject: string): XmlElement {
  return element('NavigationPropertyBinding', {
    Path: subject.slice(owner.length + 1),
    ...attributesOf(facts.get(subject) ?? {}),
  });
}

function attributesOf(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !OTHERS.includes(name) && !name.startsWith('@')));
}

function printAlternateKeys(keys: string): XmlElement {
  const value = (property: string, attributes: Facts, content: readonly XmlElement[] = []): XmlElement =>
    element('PropertyValue', { Property: property, ...attributes }, content);
  const records = keys.split('; ').map((key) => {
    const references = key
      .split(',')
      .map((name) => element('Record', {}, [value('Alias', { String: name }), value('Name', { PropertyPath: name })]));
    return element('Record', {}, [value('Key', {}, [element('Collection', {}, references)])]);
  });
  return element('Annotation', { Term: 'Org.OData.Core.V1.AlternateKeys' }, [element('Collection', {}, records)]);
}

function printAnnotations(subject: string, facts: Facts): readonly XmlElement[] {
  const annotations = Object.entries(facts).filter(([name]) => name.startsWith('@'));
  const printed = annotations.map(([name, value]) => {
    const [term = '', property] = name.slice(1).split('/');
    // A tag.
    if (property === undefined) return element('Annotation', { Term: term });
    const isBoolean = value === 'true' || value === 'false';
    const content = isBoolean ? [] : [element('EnumMember', {}, value)];
    const attributes = { Property: property, Bool: isBoolean ? value : undefined };
    const record = element('Record', {}, [element('PropertyValue', attributes, content)]);
    return element('Annotation', { Term: term }, [record]);
  });
  const description = element('Annotation', { Term: 'Org.OData.Core.V1.Description', String: 'Says nothing.' });
  return [element('Annotations', { Target: `microsoft.graph.${subject}` }, [...printed, description])];
}

function printOperation(subject: string, { is = '', Parameters = '', ReturnType }: Facts): XmlElement {
  const name = subject.slice(subject.indexOf('/') + 1, -2);
  const parameters = Parameters.split(', ').map((parameter) => {
    const [parameterName, type] = parameter.split(': ');
    return element('Parameter', { Name: parameterName, Type: type });
  });
  const returns = ReturnType === undefined ? [] : [element('ReturnType', { Type: ReturnType })];
  return element(is, { Name: name, IsBound: 'true' }, [...parameters, ...returns]);
}
