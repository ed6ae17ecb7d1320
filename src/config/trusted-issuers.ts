/** The entries of `trustedIssuers`: what each may hold, and what was written as what it means. */
import { findGuid } from '../lib/ids.ts';
import type { TenantId } from '../lib/ids.ts';
import { ENTRA_CLAIM_NAMES, fillTenant, isKeyUrl, TENANT_PLACE, TOKEN_ALGORITHMS } from '../model/outside-issuer.ts';
import type { ClaimNames, OutsideIssuer } from '../model/outside-issuer.ts';
import { findEntries, isGuid, isObject, isText, listFieldProblems } from './entry-fields.ts';
import type { Entry, FieldRow } from './entry-fields.ts';

const A_URL = 'an https URL, or an http one on loopback';

/** By the name in the file. docs/settings.md is printed from it. */
export const ISSUER_FIELDS = {
  issuer: {
    value: `${A_URL}, with or without ${TENANT_PLACE}, or a list of such URLs`,
    description: `The issuer's name in \`iss\`, exactly as in the tokens. \`${TENANT_PLACE}\` is replaced by the tenant of the token. When tokens of two versions have two names, both are listed; discovery starts at the first.`,
    isRequired: true,
    isValue: (written) => isListOf(written, isIssuerName),
  },
  audiences: {
    value: 'a text or a list of texts',
    description: 'Values of `aud` that mean this server.',
    isRequired: true,
    isValue: (written) => isListOf(written, isText),
  },
  tenants: {
    value: 'a list of GUIDs',
    description: 'The tenants that it may issue tokens for. Default: every tenant of the directory.',
    isValue: (written) => isListOf(written, isGuid),
  },
  tenant: {
    value: 'a GUID',
    description: 'The tenant of all its tokens, for an issuer without tenants.',
    isValue: isGuid,
  },
  jwksUri: {
    value: A_URL,
    description: `Where its keys are. Without it they are found by \`/.well-known/openid-configuration\`, where \`${TENANT_PLACE}\` is \`common\`.`,
    isValue: (written) => isText(written) && isKeyUrl(written),
  },
  algorithms: {
    value: `a list of ${TOKEN_ALGORITHMS.join(', ')}`,
    description: 'Accepted signature algorithms; RS256 alone when not given.',
    isValue: (written) => isListOf(written, (item) => TOKEN_ALGORITHMS.some((known) => known === item)),
  },
  claims: {
    value: `names of claims for ${Object.keys(ENTRA_CLAIM_NAMES).join(', ')}`,
    description:
      'What its tokens have in place of `tid` for the tenant, `oid` for the user, `appid` or `azp` for the app, `scp` for scopes and `roles` for roles. Tenant, user and app must be GUIDs. A token with the claim of scopes is a delegated one.',
    isValue: isClaimNames,
  },
} as const satisfies Readonly<Record<string, FieldRow>>;

type FieldName = keyof typeof ISSUER_FIELDS;

export interface ReadIssuers {
  /** Only those without a problem. */
  readonly issuers: readonly OutsideIssuer[];
  /** Sentences, to follow the name of the setting. */
  readonly problems: readonly string[];
}

/** Reads a list of entries, or one entry, as a value of YAML or JSON or as JSON text. */
export function readTrustedIssuers(written: unknown): ReadIssuers {
  const entries = findEntries(written);
  if (entries === undefined) return { issuers: [], problems: ['must be a list of issuers, each with its members.'] };
  const problems = entries.map(listProblems);
  const good = entries.filter((_, index) => problems[index]?.length === 0);
  const issuers = good.map(readIssuer);
  const told = problems.flatMap((own, index) => own.map((problem) => `entry ${index + 1}: ${problem}`));
  return { issuers: Object.freeze(issuers), problems: [...told, ...listRepeated(issuers)] };
}

/** A null counts as not given, as everywhere in the file. */
function valueOf(entry: Entry, name: FieldName): unknown {
  return entry[name] ?? undefined;
}

function listProblems(entry: Entry): readonly string[] {
  return [...listFieldProblems(entry, ISSUER_FIELDS), ...listContradictions(entry)];
}

/** What members can only be wrong about together. */
function listContradictions(entry: Entry): readonly string[] {
  if (valueOf(entry, 'tenant') === undefined) return [];
  const isTemplate = listOf(entry['issuer']).some((name) => String(name).includes(TENANT_PLACE));
  return [
    ...(valueOf(entry, 'tenants') === undefined ? [] : ['tenant and tenants exclude one another.']),
    ...(isTemplate ? [`tenant is for an issuer without ${TENANT_PLACE}.`] : []),
  ];
}

/** A token must have one issuer only. */
function listRepeated(issuers: readonly OutsideIssuer[]): readonly string[] {
  const names = issuers.flatMap((issuer) => issuer.names);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(repeated)].map((name) => `the issuer ${name} is listed more than once.`);
}

/** From an entry without problems. */
function readIssuer(entry: Entry): OutsideIssuer {
  const texts = (name: FieldName) => listOf(valueOf(entry, name)) as readonly string[];
  const jwksUri = valueOf(entry, 'jwksUri') as string | undefined;
  const [fixedTenant] = texts('tenant').flatMap(findTenantIds);
  const algorithms = texts('algorithms') as OutsideIssuer['algorithms'];
  return Object.freeze({
    names: texts('issuer') as OutsideIssuer['names'],
    audiences: texts('audiences'),
    algorithms: algorithms.length === 0 ? [TOKEN_ALGORITHMS[0]] : algorithms,
    claimNames: readClaimNames((valueOf(entry, 'claims') ?? {}) as Readonly<Record<string, string>>),
    ...(jwksUri !== undefined && { jwksUri }),
    ...(fixedTenant !== undefined && { fixedTenant }),
    ...(valueOf(entry, 'tenants') !== undefined && { tenants: texts('tenants').flatMap(findTenantIds) }),
  });
}

function findTenantIds(text: string): readonly TenantId[] {
  const id = findGuid<TenantId>(text);
  return id === undefined ? [] : [id];
}

function readClaimNames({ app, ...names }: Readonly<Record<string, string>>): ClaimNames {
  return { ...ENTRA_CLAIM_NAMES, ...names, ...(app !== undefined && { app: [app] }) };
}

/** One thing may stand for a list of one. */
function listOf(written: unknown): readonly unknown[] {
  if (written === undefined) return [];
  return Array.isArray(written) ? written : [written];
}

function isListOf(written: unknown, isItem: (item: unknown) => boolean): boolean {
  const items = listOf(written);
  return items.length > 0 && items.every(isItem);
}

function isIssuerName(written: unknown): boolean {
  if (!isText(written)) return false;
  const filled = fillTenant(written, 'common');
  return !/[{}?#\s]/.test(filled) && isKeyUrl(filled);
}

function isClaimNames(written: unknown): boolean {
  return (
    isObject(written) &&
    Object.entries(written).every(([name, claim]) => Object.hasOwn(ENTRA_CLAIM_NAMES, name) && isText(claim))
  );
}
