/** The entries of `syncTargets`: what each may hold, and what was written as what it means. */
import { resolve } from 'node:path';

import { findGuid, getGuid } from '../lib/ids.ts';
import type { RegistrationId } from '../lib/ids.ts';
import { LEARNER_KEYS } from '../model/directory.ts';
import type { LearnerKey } from '../model/directory.ts';
import { isKeyUrl } from '../model/outside-issuer.ts';
import { AUTHORITY_URL, GRAPH_URL, REQUEST_BUDGET } from '../model/sync-target.ts';
import type { SyncTarget, TargetCredentials } from '../model/sync-target.ts';
import { findEntries, isGuid, isText, listFieldProblems } from './entry-fields.ts';
import type { Entry, FieldRow } from './entry-fields.ts';

const A_URL = 'an https origin, or an http one on loopback';
const TENANT = 'a tenant id or a domain name';
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** By the name in the file. docs/settings.md is printed from it. */
export const TARGET_FIELDS = {
  name: {
    value: 'up to 32 lower-case letters, digits and hyphens',
    description: 'What commands and metrics call the target. What was sent is remembered under it.',
    isRequired: true,
    isValue: (written) => isText(written) && NAME.test(written),
  },
  tenant: { value: TENANT, description: 'The tenant here.', isRequired: true, isValue: isText },
  provider: {
    value: 'a GUID',
    description: 'The registration id here: its contents and activities are sent.',
    isRequired: true,
    isValue: isGuid,
  },
  remoteTenant: { value: TENANT, description: 'The tenant there.', isRequired: true, isValue: isTenantName },
  remoteProvider: {
    value: 'a GUID',
    description: 'The registration id there. Without it, the one that `vivarium sync provider` has registered.',
    isValue: isGuid,
  },
  clientId: { value: 'a GUID', description: 'The app in the tenant there.', isRequired: true, isValue: isGuid },
  clientSecretFile: {
    value: 'the path of a file',
    description: 'Its secret, in a file that is read whenever a token is asked for.',
    isValue: isText,
  },
  clientSecretVariable: {
    value: 'the name of an environment variable',
    description: 'Its secret, in a variable that is read at startup.',
    isValue: isText,
  },
  certificateFile: {
    value: 'the path of a PEM file',
    description: 'In place of a secret: its certificate and the private key of it, RSA, in one file.',
    isValue: isText,
  },
  graphUrl: { value: A_URL, description: `Without it, ${GRAPH_URL}.`, isValue: isOrigin },
  authority: { value: A_URL, description: `Where tokens come from. Without it, ${AUTHORITY_URL}.`, isValue: isOrigin },
  caFile: {
    value: 'the path of a PEM file',
    description: 'CAs to trust there in place of those that come with Node, such as those of a proxy that reads along.',
    isValue: isText,
  },
  proxy: {
    value: 'an http or https URL',
    description: 'The proxy to use. Without it, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` of the environment count.',
    isSecret: true,
    isValue: (written) => isText(written) && /^https?:$/.test(URL.parse(written)?.protocol ?? ''),
  },
  requestsPerMinute: {
    value: `a whole number from ${REQUEST_BUDGET.minimum} to ${REQUEST_BUDGET.maximum}`,
    description: `The budget: never more requests than that in a minute, those within batches counted one by one. Default: ${REQUEST_BUDGET.default}.`,
    isValue: (written) =>
      Number.isInteger(written) &&
      (written as number) >= REQUEST_BUDGET.minimum &&
      (written as number) <= REQUEST_BUDGET.maximum,
  },
  learnersBy: {
    value: `one of ${LEARNER_KEYS.join(', ')}`,
    description:
      'How users there are found to be those of here: by the same id, or by another property, which is looked up there. Default: id.',
    isValue: (written) => LEARNER_KEYS.some((key) => key === written),
  },
} as const satisfies Readonly<Record<string, FieldRow>>;

type FieldName = keyof typeof TARGET_FIELDS;

export interface ReadTargets {
  /** Only those without a problem. */
  readonly targets: readonly SyncTarget[];
  /** Sentences, to follow the name of the setting. */
  readonly problems: readonly string[];
}

export interface TargetSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly directory: string;
}

/** Reads a list of entries, or one entry, as a value of YAML or JSON or as JSON text. */
export function readSyncTargets(written: unknown, sources: TargetSources): ReadTargets {
  const entries = findEntries(written);
  if (entries === undefined) return { targets: [], problems: ['must be a list of targets, each with its members.'] };
  const problems = entries.map((entry) => [
    ...listFieldProblems(entry, TARGET_FIELDS),
    ...listCredentialProblems(entry, sources),
  ]);
  const targets = entries.filter((_, index) => problems[index]?.length === 0).map((one) => readTarget(one, sources));
  const told = problems.flatMap((own, index) => own.map((problem) => `entry ${index + 1}: ${problem}`));
  const names = targets.map(({ name }) => name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return {
    targets: Object.freeze(targets),
    problems: [...told, ...[...repeated].map((name) => `two targets have the name ${name}.`)],
  };
}

const CREDENTIALS = ['clientSecretFile', 'clientSecretVariable', 'certificateFile'] as const;

function listCredentialProblems(entry: Entry, { env }: TargetSources): readonly string[] {
  const given = CREDENTIALS.filter((name) => isText(entry[name]));
  if (given.length !== 1) return [`give one of ${CREDENTIALS.join(', ')}.`];
  const variable = entry['clientSecretVariable'];
  if (isText(variable) && (env[variable] ?? '') === '') return [`the variable ${variable} is not set.`];
  return [];
}

/** From an entry without problems. */
function readTarget(entry: Entry, sources: TargetSources): SyncTarget {
  const text = (name: FieldName) => (entry[name] ?? undefined) as string | undefined;
  const file = (name: FieldName) => {
    const path = text(name);
    return path === undefined ? undefined : resolve(sources.directory, path);
  };
  const secretFile = file('clientSecretFile');
  const certificate = file('certificateFile');
  const secret = sources.env[text('clientSecretVariable') ?? ''] ?? '';
  const credentials: TargetCredentials =
    secretFile !== undefined
      ? { kind: 'secretFile', file: secretFile }
      : certificate !== undefined
        ? { kind: 'certificate', file: certificate }
        : { kind: 'secret', reveal: () => secret };
  return Object.freeze({
    name: text('name') ?? '',
    tenant: text('tenant') ?? '',
    provider: getGuid<RegistrationId>(text('provider') ?? ''),
    remoteTenant: text('remoteTenant') ?? '',
    remoteProvider: findGuid<RegistrationId>(text('remoteProvider') ?? ''),
    graphUrl: originOf(text('graphUrl') ?? GRAPH_URL),
    authority: originOf(text('authority') ?? AUTHORITY_URL),
    clientId: text('clientId') ?? '',
    credentials,
    caFile: file('caFile'),
    proxy: text('proxy'),
    requestsPerMinute: (entry['requestsPerMinute'] as number | undefined) ?? REQUEST_BUDGET.default,
    learnersBy: (entry['learnersBy'] as LearnerKey | undefined) ?? 'id',
  });
}

/** Goes into a path as it is. */
function isTenantName(written: unknown): boolean {
  return isText(written) && /^[\w.-]{1,253}$/.test(written);
}

/** Secrets and tokens go there. */
function isOrigin(written: unknown): boolean {
  if (!isText(written) || !isKeyUrl(written)) return false;
  return new URL(written).href === `${originOf(written)}/`;
}

function originOf(url: string): string {
  return new URL(url).origin;
}
