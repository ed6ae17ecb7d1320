/** What a schema states, as facts that can be compared. */

/**
 * Facts by name: `is` has the element's name, attributes have theirs (`Type`, `Nullable`), annotations begin with `@`.
 * Attributes with their default value are left out. Types of the schema's own namespace begin with `graph.`.
 */
export type Facts = Readonly<Record<string, string>>;

/** Facts by subject, as paths of CSDL targets without the namespace: `user`, `user/mail`, `GraphService/users`. */
export type SchemaFacts = ReadonlyMap<string, Facts>;
