/** What the flags of `vivarium conformance` give. */
import { API_VERSIONS } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';

export interface ConformanceInput {
  readonly target?: readonly string[];
  readonly caFile?: string;
  readonly tokenFile?: string;
  readonly credentials?: string;
  readonly tenant?: string;
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly clientSecretFile?: string;
  readonly delegatedTokenFile?: string;
  readonly provider?: string;
  readonly learner?: string;
  readonly otherLearner?: string;
  readonly apiVersion: (typeof VERSION_CHOICES)[number];
  readonly only?: readonly string[];
  readonly readOnly?: boolean;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly list?: boolean;
  readonly report?: readonly string[];
  readonly badge?: string;
  readonly summary?: boolean;
}

const BOTH = 'both';
export const VERSION_CHOICES = [...API_VERSIONS, BOTH] as const;

export function versionsOf({ apiVersion }: ConformanceInput): readonly ApiVersion[] {
  return apiVersion === BOTH ? API_VERSIONS : [apiVersion];
}
