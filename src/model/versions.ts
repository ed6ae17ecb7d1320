/** The API versions served. Both work on the same data; where they differ, a model row names its versions. */
export const V1 = 'v1.0';
export const BETA = 'beta';

export const API_VERSIONS = [V1, BETA] as const;
export type ApiVersion = (typeof API_VERSIONS)[number];

/** The version that a URL's first segment names, in any casing. */
export function findApiVersion(segment: string): ApiVersion | undefined {
  const folded = segment.toLowerCase();
  return API_VERSIONS.find((version) => version === folded);
}
