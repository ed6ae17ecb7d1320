/** The service document: what a client finds at the root of an API version. */
import { CONTAINERS } from '../model/containers.ts';

interface ServiceDocument {
  readonly '@odata.context': string;
  readonly value: readonly { readonly name: string; readonly kind: string; readonly url: string }[];
}

/** @param root origin and version, without a trailing slash */
export function createServiceDocument(root: string): ServiceDocument {
  return {
    '@odata.context': `${root}/$metadata`,
    value: CONTAINERS.map(({ name, kind }) => ({ name, kind, url: name })),
  };
}
