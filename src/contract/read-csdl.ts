/** CSDL XML 4.0, as published or as served, to facts about the namespace of Microsoft Graph. */
import { SaxesParser } from 'saxes';
import type { SaxesTagNS } from 'saxes';
import { NAMESPACE } from '../model/schema.ts';
import type { SchemaFacts } from './schema-facts.ts';

const EDMX = 'http://docs.oasis-open.org/odata/ns/edmx';
const EDM = 'http://docs.oasis-open.org/odata/ns/edm';
const ALTERNATE_KEYS = 'Org.OData.Core.V1.AlternateKeys';

/** The text cannot be read as CSDL. The message continues a sentence that begins with the file's name. */
export class CsdlError extends Error {}

/** @throws CsdlError when the text is not well-formed, not CSDL 4.0, or has no schema of Microsoft Graph */
export function readCsdl(text: string): SchemaFacts {
  const reading = new Reading();
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', ({ message }) => {
    const [, line = '1', column = '0', problem = message] = /^(\d+):(\d+): (.*)$/s.exec(message) ?? [];
    throw new CsdlError(`is not well-formed XML: line ${line}, column ${column}: ${problem.replace(/\.$/, '')}`);
  });
  parser.on('opentag', (tag) => reading.open(tag));
  parser.on('text', (value) => reading.addText(value));
  parser.on('closetag', () => reading.close());
  parser.write(text).close();
  return reading.finish();
}

/** An element that is open. */
interface Frame {
  /** What facts within the element are about; `undefined` when they do not count. */
  readonly subject: string | undefined;
  /** The annotation that the element is part of: its term, then the properties that lead to the element. */
  readonly annotation?: readonly string[] | undefined;
  /** The text of the element is a value of the annotation. */
  readonly isValue?: boolean;
  readonly operation?: BoundOperation | undefined;
}

interface BoundOperation {
  readonly is: string;
  readonly name: string;
  readonly parameters: string[];
  returns: string | undefined;
}

type Attributes = Readonly<Record<string, string>>;

class Reading {
  readonly #facts = new Map<string, Record<string, string>>();
  readonly #frames: Frame[] = [];
  /** Of the schema that is open. */
  #namespace = '';
  /** How the document abbreviates Microsoft Graph's namespace; `undefined` before its schema. */
  #alias: string | undefined;

  open({ local, uri, attributes: given, isSelfClosing }: SaxesTagNS): void {
    const attributes: Record<string, string> = {};
    for (const attribute of Object.values(given)) {
      if (attribute.uri === '') attributes[attribute.local] = attribute.value;
    }
    // A tag, such as Computed, is set by being there.
    if (isSelfClosing && Object.keys(attributes).join() === 'Term') attributes['Bool'] = 'true';
    const parent = this.#frames.at(-1);
    if (parent === undefined) checkRoot(local, uri, attributes);
    this.#frames.push(uri === EDM ? this.#read(local, attributes, parent) : { subject: undefined });
  }

  addText(text: string): void {
    const { subject, annotation, isValue } = this.#frames.at(-1) ?? {};
    if (subject === undefined || annotation === undefined || isValue !== true) return;
    this.#append([subject, `@${annotation.join('/')}`], text.trim(), ',');
  }

  close(): void {
    const { operation } = this.#frames.pop() ?? {};
    if (operation !== undefined) this.#addOperation(operation);
  }

  finish(): SchemaFacts {
    if (this.#alias === undefined) throw new CsdlError(`is CSDL, but has no schema of the namespace ${NAMESPACE}`);
    return this.#facts;
  }

  #read(element: string, attributes: Attributes, parent: Frame | undefined): Frame {
    const { subject, operation } = parent ?? {};
    const { Name: name = '' } = attributes;
    switch (element) {
      case 'Schema':
        this.#namespace = attributes['Namespace'] ?? '';
        if (this.#isOurs) this.#alias = attributes['Alias'] ?? NAMESPACE;
        return { subject: undefined };
      case 'Annotations':
        return { subject: this.#findTarget(attributes['Target'] ?? '') };
      case 'EnumType':
      case 'ComplexType':
      case 'EntityType':
      case 'EntityContainer':
        return { subject: this.#isOurs ? this.#add(name, element, attributes) : undefined };
      case 'Member':
      case 'Property':
      case 'NavigationProperty':
      case 'EntitySet':
      case 'Singleton':
        return { subject: subject && this.#add(`${subject}/${name}`, element, attributes) };
      case 'NavigationPropertyBinding':
        return { subject: subject && this.#add(`${subject}/${attributes['Path'] ?? ''}`, element, attributes) };
      case 'Action':
      case 'Function': {
        const isBound = this.#isOurs && attributes['IsBound'] === 'true';
        const opened = { is: element, name, parameters: [], returns: undefined };
        return { subject: undefined, operation: isBound ? opened : undefined };
      }
      case 'Parameter':
        operation?.parameters.push(`${name}: ${this.#typeName(attributes['Type'] ?? '')}`);
        return { subject: undefined };
      case 'ReturnType':
        if (operation !== undefined) operation.returns = this.#typeName(attributes['Type'] ?? '');
        return { subject: undefined };
      case 'PropertyRef':
        if (subject !== undefined) this.#append([subject, 'Key'], name, ',');
        return { subject };
      case 'Annotation':
        return this.#readAnnotation(subject, [attributes['Term'] ?? ''], attributes);
      case 'PropertyValue':
        if (parent?.annotation === undefined) return { subject };
        return this.#readAnnotation(subject, [...parent.annotation, attributes['Property'] ?? ''], attributes);
      case 'Bool':
      case 'EnumMember':
      case 'Int':
        return { subject, annotation: parent?.annotation, isValue: true };
      default:
        return { subject, annotation: parent?.annotation };
    }
  }

  get #isOurs(): boolean {
    return this.#namespace === NAMESPACE;
  }

  #add(subject: string, is: string, attributes: Attributes): string {
    const facts = this.#factsOf(subject);
    facts['is'] = is;
    for (const [name, value] of Object.entries(attributes)) {
      if (NAMES.has(name) || DEFAULTS[name] === value) continue;
      facts[name] = TYPE_NAMES.has(name) ? this.#typeName(value) : value;
    }
    return subject;
  }

  /** What an annotation sets, not what it explains: texts and dates are passed over. */
  #readAnnotation(subject: string | undefined, path: readonly string[], attributes: Attributes): Frame {
    const [term, ...properties] = path;
    if (subject === undefined) return { subject };
    const { Bool, EnumMember, Int, String: text = '' } = attributes;
    const value = Bool ?? EnumMember ?? Int;
    if (term === ALTERNATE_KEYS) {
      if (properties.at(-1) === 'Key') this.#append([subject, 'AlternateKeys'], '', '; ');
      if (properties.at(-1) === 'Alias') this.#append([subject, 'AlternateKeys'], text, ',');
    } else if (value !== undefined) {
      this.#append([subject, `@${path.join('/')}`], value, ',');
    }
    return { subject, annotation: path };
  }

  /** Adds to a list; nothing stands between what begins a list, or a list of the list, and its first item. */
  #append([subject, name]: readonly [subject: string, name: string], value: string, separator: string): void {
    const facts = this.#factsOf(subject);
    const before = facts[name] ?? '';
    facts[name] = before === '' || before.endsWith('; ') ? before + value : before + separator + value;
  }

  /** An operation belongs to the type that it is bound to. */
  #addOperation({ is, name, parameters, returns }: BoundOperation): void {
    const [, type] = /graph\.(\w+)\)?$/.exec(parameters[0] ?? '') ?? [];
    if (type === undefined) return;
    this.#append([`${type}/${name}()`, 'Parameters'], parameters.join(', '), ' | ');
    Object.assign(this.#factsOf(`${type}/${name}()`), { is, ...(returns !== undefined && { ReturnType: returns }) });
  }

  #factsOf(subject: string): Record<string, string> {
    const known = this.#facts.get(subject);
    if (known !== undefined) return known;
    const facts = {};
    this.#facts.set(subject, facts);
    return facts;
  }

  /** `microsoft.graph.user/mail` and `graph.user/mail` -> `user/mail`; `undefined` for other namespaces. */
  #findTarget(target: string): string | undefined {
    const [qualified = '', ...rest] = target.split('/');
    const [, name] = /^graph\.(\w+)$/.exec(this.#typeName(qualified)) ?? [];
    return name === undefined ? undefined : [name, ...rest].join('/');
  }

  /** `Collection(microsoft.graph.user)` -> `Collection(graph.user)`; types of other namespaces stay as they are. */
  #typeName(text: string): string {
    return text.replace(/[\w.]+/g, (name) => {
      const dot = name.lastIndexOf('.');
      const prefix = name.slice(0, Math.max(dot, 0));
      const isOurs = prefix === NAMESPACE || prefix === this.#alias;
      return isOurs ? `graph${name.slice(dot)}` : name;
    });
  }
}

/** Attributes that the subject is made of. */
const NAMES = new Set(['Name', 'Path']);
const TYPE_NAMES = new Set(['Type', 'BaseType', 'EntityType', 'UnderlyingType']);
const DEFAULTS: Attributes = {
  Abstract: 'false',
  ContainsTarget: 'false',
  HasStream: 'false',
  IsFlags: 'false',
  Nullable: 'true',
  OpenType: 'false',
  UnderlyingType: 'Edm.Int32',
  Unicode: 'true',
};

function checkRoot(local: string, uri: string, { Version: version = '' }: Attributes): void {
  if (local !== 'Edmx') throw new CsdlError(`is not CSDL: its root element is <${local}>, not <edmx:Edmx>`);
  if (uri === EDMX && version.startsWith('4.')) return;
  throw new CsdlError(
    `is not CSDL of OData 4: its root element has the namespace "${uri}" and the version "${version}"`,
  );
}
