declare module 'odata-csdl' {
  /** CSDL XML as CSDL JSON. With `strict`, throws at the first thing that the standard does not allow. */
  export function xml2json(xml: string, options?: { readonly strict?: boolean }): Record<string, unknown>;
}
