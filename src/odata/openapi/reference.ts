/** References to schemas of the document. */
import { NAMESPACE, withoutAlias } from '../../model/schema.ts';

type Reference = { readonly $ref: string };

/** @param name below the namespace */
export function schemaReference(name: string): Reference {
  return { $ref: `#/components/schemas/${NAMESPACE}.${name}` };
}

/** @param type as the property tables write it, such as `graph.level` */
export function typeReference(type: string): Reference {
  return schemaReference(withoutAlias(type));
}
