// JSON schemas as TypeScript types, in text.

/** The keywords that the schemas of the control API use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly description?: string;
}

/** Names by {@link shapeOf}: what has one is referred to by it. */
export type TypeNames = ReadonlyMap<string, string>;

/** A schema as a text, whatever it is described as. */
export function shapeOf({ description: _description, ...shape }: JsonSchema): string {
  return JSON.stringify(shape);
}

const WIDTH = 117;

export function printInterface(name: string, schema: JsonSchema, names: TypeNames): string {
  const head = `${printComment(schema.description ?? '', '')}export `;
  if (schema.properties !== undefined) return `${head}interface ${name} ${printMembers(schema, names)}\n`;
  return `${head}type ${name} = ${printVariants(schema, names)};\n`;
}

/** A JSDoc comment that ends with a line feed, on one line where that is short enough; nothing for no text. */
export function printComment(text: string, indent: string): string {
  if (text === '') return '';
  if (`${indent}/** ${text} */`.length <= WIDTH) return `${indent}/** ${text} */\n`;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length === 0 || `${indent} *${line}`.length > WIDTH) lines.push(` ${word}`.trimStart());
    else lines[lines.length - 1] = line.trimStart();
  }
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`, ''].join('\n');
}

function printType(schema: JsonSchema, names: TypeNames): string {
  return names.get(shapeOf(schema)) ?? printVariants(schema, names);
}

function printVariants(schema: JsonSchema, names: TypeNames): string {
  if (schema.const !== undefined) return printLiteral(schema.const);
  const literals = schema.enum?.map(printLiteral);
  const variants = (schema.anyOf ?? schema.oneOf)?.map((variant) => printType(variant, names));
  const singles = [schema.type ?? []].flat().map((type) => ({ ...schema, type }));
  const types = singles.map((single) => names.get(shapeOf(single)) ?? printOne(single, names));
  return [...new Set(literals ?? variants ?? types)].join(' | ') || 'unknown';
}

function printOne(schema: JsonSchema, names: TypeNames): string {
  switch (schema.type) {
    case 'object':
      return printObject(schema, names);
    case 'array':
      return `readonly (${printType([schema.items ?? {}].flat()[0] ?? {}, names)})[]`;
    case 'integer':
      return 'number';
    default:
      return String(schema.type);
  }
}

function printObject(schema: JsonSchema, names: TypeNames): string {
  if (Object.keys(schema.properties ?? {}).length > 0) return printMembers(schema, names);
  const values = Object.values(schema.patternProperties ?? {})[0] ?? schema.additionalProperties;
  return `Readonly<Record<string, ${typeof values === 'object' ? printType(values, names) : 'unknown'}>>`;
}

function printMembers({ properties = {}, required = [] }: JsonSchema, names: TypeNames): string {
  const members = Object.entries(properties).map(([name, schema]) => {
    const type = printType(schema, names);
    const isRequired = required.includes(name);
    const comment = printComment(schema.description ?? '', '  ');
    const orNothing = isRequired || type === 'unknown' ? '' : ' | undefined';
    return `${comment}  readonly ${name}${isRequired ? '' : '?'}: ${type}${orNothing};`;
  });
  return `{\n${members.join('\n')}\n}`;
}

function printLiteral(value: unknown): string {
  return JSON.stringify(value);
}
