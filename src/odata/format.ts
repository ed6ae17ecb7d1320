/** How much OData control information an answer carries, as the Accept header asks. Everything is JSON, whatever it asks. */

export type MetadataLevel = 'none' | 'minimal' | 'full';

export interface Format {
  readonly level: MetadataLevel;
  readonly contentType: string;
}

const LEVEL = /odata\.metadata\s*=\s*"?(none|minimal|full)\b/i;
const IEEE754 = /IEEE754Compatible\s*=\s*"?true\b/i;

const MINIMAL = createFormat('minimal', false);

export function readFormat(accept: string | undefined): Format {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return MINIMAL;
  const level = (LEVEL.exec(accept)?.[1]?.toLowerCase() ?? 'minimal') as MetadataLevel;
  return createFormat(level, IEEE754.test(accept));
}

/** No property here is an Int64 or a Decimal, so that IEEE754Compatible changes nothing but this text. */
function createFormat(level: MetadataLevel, isIeee754Compatible: boolean): Format {
  const parameters = `odata.metadata=${level};odata.streaming=true;IEEE754Compatible=${isIeee754Compatible}`;
  return { level, contentType: `application/json;${parameters};charset=utf-8` };
}
