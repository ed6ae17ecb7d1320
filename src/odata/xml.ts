/** XML as data, and its printing: one element a line, escaped. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements, or text. */
  readonly content: readonly XmlElement[] | string;
}

/** An element; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  content: XmlElement['content'] = [],
): XmlElement {
  const given = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { name, attributes: Object.fromEntries(given), content };
}

/** The document with this root, in UTF-8. */
export function printXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${printElement(root, '')}\n`;
}

function printElement({ name, attributes, content }: XmlElement, indent: string): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`);
  const start = `${indent}<${name}${written.join('')}`;
  if (content.length === 0) return `${start} />`;
  if (typeof content === 'string') return `${start}>${escape(content)}</${name}>`;
  const children = content.map((child) => printElement(child, `${indent}  `));
  return `${start}>\n${children.join('\n')}\n${indent}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
