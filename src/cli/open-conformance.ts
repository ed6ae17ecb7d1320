/** What a run of the rules works with: its client, its tokens, and where its objects come from. */
import { openSigner } from '../app/commands/open-signer.ts';
import type { readConformanceSeed } from '../app/commands/conformance-seed.ts';
import type { Settings } from '../config/settings.ts';
import { learner } from '../conformance/callers.ts';
import { openClient } from '../conformance/client.ts';
import type { RuleClient } from '../conformance/client.ts';
import type { RunCredentials } from '../conformance/credentials.ts';
import { FixtureMaker, listBlueprints } from '../conformance/fixtures.ts';
import { createOwnGround, createSeededGround } from '../conformance/ground.ts';
import type { RuleGround } from '../conformance/ground.ts';
import type { RunParts } from '../conformance/session.ts';
import { MY_ACTIVITIES, P1 } from '../conformance/setup.ts';
import { createSignedTokens } from '../conformance/signed-tokens.ts';
import { combineCallerTokens, createCallerTokens, findUserId } from '../conformance/tokens.ts';
import type { CallerTokens } from '../conformance/tokens.ts';
import { StartError } from '../lib/start-error.ts';
import type { ApiVersion } from '../model/versions.ts';
import { versionsOf } from './conformance-input.ts';
import type { ConformanceInput } from './conformance-input.ts';
import type { ConformanceTarget } from './conformance-target.ts';
import { checkInstance } from './control/call-remote.ts';
import { connect } from './control/connect.ts';
import type { Control } from './control/connect.ts';
import { findTarget } from './control/target.ts';
import { UnreachableError } from './control/unreachable-error.ts';

type ConformanceSeed = ReturnType<typeof readConformanceSeed>;
type SeedTenant = ConformanceSeed['tenants'][number];

export interface OpenOptions {
  readonly input: ConformanceInput;
  readonly settings: Settings;
  readonly target: ConformanceTarget;
  readonly seed: ConformanceSeed;
}

/** @throws UnreachableError when the target does not answer */
export async function openConformance(
  options: OpenOptions,
): Promise<Pick<RunParts, 'client' | 'tokens' | 'ground' | 'hasExtensions'> & AsyncDisposable> {
  const { input, settings, seed } = options;
  const [tenant] = seed.tenants;
  if (tenant === undefined) throw new Error('The seed has no tenant.');
  const target = { ...options.target, credentials: nameUsers(options.target.credentials, tenant) };
  await using opening = new AsyncDisposableStack();
  const client = opening.use(openClient(target.trust));
  const [version] = versionsOf(input) as readonly [ApiVersion];
  // What a folder has noted may be another server's by now, which must not see a secret.
  if (target.isLocal) await checkInstance(findTarget(settings, {}));
  const hasExtensions = await checkReachable(client, target.findRoot(version));
  const control = findControl(input, settings, target);
  const isSeeded = control !== undefined && (await hasSeed(control, seed));
  const tokens = await openTokens({ ...options, target }, { client, tenant, isSeeded });
  const ground =
    isSeeded && control !== undefined
      ? createSeededGround(() => control.sandbox.reset(), input.readOnly === true)
      : await openOwnGround({ ...options, target }, { client, tokens, tenant, version });
  const open = opening.move();
  return { client, tokens, ground, hasExtensions, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

/** Users of the seed under their names there, where the credentials have them under others. */
function nameUsers(credentials: RunCredentials, { users }: SeedTenant): RunCredentials {
  const known = Object.values(credentials.users);
  const named = Object.entries(users).flatMap(([name, { id }]) => {
    const user = known.find((one) => one.id === id);
    return user === undefined ? [] : [[name, user] as const];
  });
  return { ...credentials, users: { ...Object.fromEntries(named), ...credentials.users } };
}

/** Any answer will do. @returns whether a Vivarium gave it */
async function checkReachable(client: RuleClient, root: string): Promise<boolean> {
  try {
    const { headers } = await client.send({ method: 'GET', url: `${root}/`, headers: {} });
    return headers['x-ms-ags-diagnostic']?.includes('"Vivarium"') === true;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const hint = 'Name another with --target, and the CA of its certificate with --ca-file.';
    throw new UnreachableError(`No answer from ${root}: ${code ?? message}.`, { hint, cause });
  }
}

/** Of a sandbox of Vivarium, where it is the local one or its token is given. */
function findControl(
  { tokenFile }: ConformanceInput,
  settings: Settings,
  { isLocal, baseUrl }: ConformanceTarget,
): Control | undefined {
  if (!isLocal && tokenFile === undefined) return undefined;
  try {
    return connect(settings, { ...(!isLocal && { url: baseUrl }), ...(tokenFile !== undefined && { tokenFile }) });
  } catch (error) {
    if (error instanceof UnreachableError && tokenFile === undefined) return undefined;
    throw error;
  }
}

/** Whether a reset would bring about just what the seed has. */
async function hasSeed({ call }: Control, { tenants }: ConformanceSeed): Promise<boolean> {
  try {
    const status = (await call({ path: '/status' })) as {
      readonly tenants: readonly { readonly domainName: string }[];
    };
    const names = tenants.map(({ domainName }) => domainName);
    return status.tenants.length === names.length && status.tenants.every((one) => names.includes(one.domainName));
  } catch (error) {
    // A server that keeps the record has no control API.
    if (error instanceof UnreachableError) return false;
    throw error;
  }
}

interface TokenParts {
  readonly client: RuleClient;
  readonly tenant: SeedTenant;
  readonly isSeeded: boolean;
}

async function openTokens(
  { settings, target, seed }: OpenOptions,
  { client, tenant, isSeeded }: TokenParts,
): Promise<CallerTokens> {
  const { isLocal, baseUrl } = target;
  const credentials = isSeeded ? addSeedTenants(target.credentials, seed, baseUrl) : target.credentials;
  const fromEndpoint = createCallerTokens({
    client,
    credentials,
    rolesOf: (app) => tenant.apps[app]?.roles,
    say: (text) => void process.stderr.write(`${text}\n`),
  });
  const signer = isLocal && isSeeded ? await findSigner(settings, baseUrl) : undefined;
  return combineCallerTokens([fromEndpoint, ...(signer === undefined ? [] : [createSignedTokens(signer, tenant.id)])]);
}

/** The other tenants of the seed, whose apps have secrets there. */
function addSeedTenants(credentials: RunCredentials, { tenants }: ConformanceSeed, baseUrl: string): RunCredentials {
  const others = tenants.map(({ id, displayName, apps }) => {
    const known = Object.entries(apps).flatMap(([name, app]) => {
      const { id: clientId, clientSecret } = app;
      return clientSecret === undefined ? [] : [[name, { clientId, clientSecret }] as const];
    });
    return [displayName, { tokenUrl: `${baseUrl}/${id}/oauth2/v2.0/token`, apps: Object.fromEntries(known) }] as const;
  });
  return { ...credentials, otherTenants: { ...Object.fromEntries(others), ...credentials.otherTenants } };
}

/** A server that keeps nothing, or whose database is not the one of the settings, leaves no keys to sign with. */
async function findSigner(
  settings: Settings,
  origin: string,
): Promise<Awaited<ReturnType<typeof openSigner>> | undefined> {
  try {
    return await openSigner(settings, origin);
  } catch (error) {
    if (error instanceof StartError) return undefined;
    throw error;
  }
}

interface OwnParts {
  readonly client: RuleClient;
  readonly tokens: CallerTokens;
  readonly tenant: SeedTenant;
  readonly version: ApiVersion;
}

async function openOwnGround(
  { input, target }: OpenOptions,
  { client, tokens, tenant, version }: OwnParts,
): Promise<RuleGround> {
  const { users } = target.credentials;
  const known = new Map<string, string>();
  for (const [name, { id }] of Object.entries(tenant.users)) {
    const user = users[name];
    const found = user?.id ?? (user?.token === undefined ? undefined : findUserId(user.token));
    if (found !== undefined) known.set(id, found);
  }
  if (input.provider !== undefined) known.set(P1, input.provider);
  const authorize = async (caller: Parameters<RunParts['tokens']['find']>[0]['caller']): Promise<string> => {
    const header = await tokens.find({ caller, isExact: false });
    if (header === undefined) throw new Error('There is no token to make with what the rule begins from.');
    return header;
  };
  const place = { findRoot: target.findRoot, send: client.send, authorize };
  const maker = new FixtureMaker({ place, version, blueprints: listBlueprints(tenant), known });
  return createOwnGround({
    maker,
    tenant,
    isReadOnly: input.readOnly === true,
    hasGivenProvider: input.provider !== undefined,
    hasOtherActivities: await hasActivities(`${target.findRoot(version)}${MY_ACTIVITIES}/$count`, { client, tokens }),
  });
}

/** Whether the learner has any; not where there is no token to ask with. */
async function hasActivities(url: string, { client, tokens }: Pick<OwnParts, 'client' | 'tokens'>): Promise<boolean> {
  const authorization = await tokens.find({ caller: learner, isExact: false });
  if (authorization === undefined) return false;
  const { status, text } = await client.send({ method: 'GET', url, headers: { authorization } });
  return status === 200 && text.trim() !== '0';
}
