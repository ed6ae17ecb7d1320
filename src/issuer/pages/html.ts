/** HTML as a type of its own: what is text is escaped where it is put in, so that nothing can be forgotten. */

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | Html | readonly Html[] | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Literal text is HTML; values are text, or HTML made by this function. Attribute values stand in double quotes. */
export function html(literals: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(literals.map((literal, index) => literal + print(values[index])).join(''));
}

function print(value: Part): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
  return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
}
