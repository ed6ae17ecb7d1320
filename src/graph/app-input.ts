/** Reads an application from a body. */
import { X509Certificate } from 'node:crypto';
import { describeUriProblem } from '../lib/redirect-uri.ts';
import type { AppRegistration, KeyCredential } from '../model/directory.ts';
import type { Entity } from '../model/entity.ts';
import { reason } from '../model/reasons.ts';
import type { FieldProblem } from '../odata/read-entity.ts';
import { applicationEntity, keyCredentialsOf, MANIFEST_PROPERTIES, readCertificate } from './app-entities.ts';
import type { RequestContext } from './context.ts';
import { fixedProblems, readInput, refuseProblems, viewOf } from './entity-input.ts';

type Application = Entity<'application'>;

/** @throws directoryValueMissing, directoryValueInvalid, and those of reading a body */
export function readApplication(
  context: RequestContext,
  mode: 'create' | 'update',
  stored?: AppRegistration,
): Partial<AppRegistration> & Pick<AppRegistration, 'displayName'> {
  const view = viewOf(context, 'application');
  const input = readInput(context, 'application', { mode });
  const fixed = stored === undefined ? [] : fixedProblems(view, input, applicationEntity(context.tenant, stored));
  const values = input.values as Partial<Application>;
  const keys = readKeys(context, values.keyCredentials, stored);
  const problems = [...uriProblems(values), ...keys.problems];
  refuseProblems(mode, view, [...input.problems, ...fixed, ...problems]);
  const sent = MANIFEST_PROPERTIES.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]);
  const manifest = { ...stored?.manifest, ...(Object.fromEntries(sent) as Partial<Application>) };
  const isManifestSent = mode === 'create' || sent.length > 0;
  const sendsUris = sent.some(([name]) => URI_HOLDERS.includes(name as never));
  return {
    displayName: values.displayName ?? stored?.displayName ?? '',
    ...(isManifestSent && { manifest }),
    ...(sendsUris && { redirectUris: URI_HOLDERS.flatMap((name) => urisOf(manifest[name])) }),
    ...(values.keyCredentials !== undefined && { keyCredentials: keys.credentials, certificates: [] }),
  };
}

const URI_HOLDERS = ['web', 'spa', 'publicClient'] as const;

function urisOf(value: unknown): readonly string[] {
  return ((value as { readonly redirectUris?: readonly string[] } | null | undefined)?.redirectUris ?? []).slice();
}

function uriProblems(values: Partial<Application>): readonly FieldProblem[] {
  return URI_HOLDERS.flatMap((name) =>
    urisOf(values[name]).flatMap((uri) => {
      const problem = describeUriProblem(uri);
      return problem === undefined ? [] : [unfitValue(name, `redirect URIs, each of which ${problem}`, uri)];
    }),
  );
}

interface ReadKeys {
  readonly credentials: readonly KeyCredential[];
  readonly problems: readonly FieldProblem[];
}

/** The sent collection replaces the stored one. A stored credential may be sent again without its key. */
function readKeys(
  { services }: RequestContext,
  sent: readonly Readonly<Record<string, unknown>>[] = [],
  stored?: AppRegistration,
): ReadKeys {
  const known = stored === undefined ? [] : keyCredentialsOf(stored);
  const credentials: KeyCredential[] = [];
  const problems: FieldProblem[] = [];
  for (const { key, keyId, displayName } of sent) {
    const kept = known.find((one) => one.keyId === keyId);
    const certificate = typeof key === 'string' ? findCertificate(key) : undefined;
    if (kept !== undefined && typeof key !== 'string') credentials.push(kept);
    else if (certificate === undefined)
      problems.push(unfitValue('keyCredentials', 'X.509 certificates of RSA keys, in base64', key));
    else {
      const read = readCertificate(certificate, (keyId as string | null) ?? services.directory.newId());
      credentials.push({ ...read, displayName: (displayName as string | null) ?? read.displayName });
    }
  }
  return { credentials, problems };
}

function findCertificate(base64: string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(Buffer.from(base64, 'base64'));
    return certificate.publicKey.asymmetricKeyType === 'rsa' ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/** The problem of a value that does not fit. */
export function unfitValue(field: string, expected: string, found: unknown): FieldProblem {
  return { kind: 'invalid', field, reason: unfit(expected, found) };
}

export function unfit(expected: string, found: unknown): ReturnType<typeof reason> {
  return reason('unfit', { expected, found });
}
