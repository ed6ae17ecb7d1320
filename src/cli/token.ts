/** `vivarium token`: an access token, from the keys of the data folder or from the server that a ready file names. */
import type { TokenHolder } from '../app.ts';
import { unknownName } from '../lib/some-names.ts';
import { StartError, UsageError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { checkInstance } from './control/call-remote.ts';
import { readAnswerBody, send } from './control/send.ts';
import { findTarget, getReady } from './control/target.ts';
import type { ReadyContent } from './ready-file.ts';

/** Prints the token alone, or as JSON. Throws StartError when no such app or user is known, UsageError for wrong scopes. */
export async function printToken(settings: Settings, holder: TokenHolder): Promise<void> {
  const token = await getToken(settings, holder);
  process.stdout.write(`${settings.output === 'json' ? JSON.stringify({ token }) : token}\n`);
}

/** As {@link printToken} prints it. */
export async function getToken(settings: Settings, holder: TokenHolder): Promise<string> {
  const { readyFile } = settings;
  return readyFile === undefined ? mint(settings, holder) : requestToken(readyFile, settings, holder);
}

/** Works without a running server. */
async function mint(settings: Settings, holder: TokenHolder): Promise<string> {
  // With it comes the database, which a ready file makes unnecessary.
  const { mintToken } = await import('../app/commands/mint-token.ts');
  return mintToken(settings, holder);
}

/** As any client would: an app by its secret, a user by the password, through the first app that users sign in with. */
async function requestToken(readyFile: string, settings: Settings, holder: TokenHolder): Promise<string> {
  const ready = getReady(readyFile);
  const { tokenUrl } = ready;
  if (tokenUrl === null) {
    const hint = 'Ask a trusted issuer for a token, or start with --embedded-issuer.';
    throw new StartError('The embedded issuer is switched off.', { hint });
  }
  const target = findTarget(settings, {});
  await checkInstance(target);
  const scope = `${settings.audiences[0]}/.default`;
  const form = 'app' in holder ? formOfApp(ready, holder.app, scope) : formOfUser(ready, holder, scope);
  const answer = await send(target, {
    method: 'POST',
    path: new URL(tokenUrl).pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    idleMs: IDLE_MS,
  });
  const { token, refusal } = readAnswer(await readAnswerBody(target, answer));
  if (token !== undefined) return token;
  const isOfScopes = 'user' in holder && holder.scopes !== undefined && answer.statusCode === 400;
  throw new (isOfScopes ? UsageError : StartError)(`${target.baseUrl} issued no token: ${refusal}`);
}

const IDLE_MS = 30_000;

type Form = Readonly<Record<string, string>>;

function formOfApp({ apps, certificateApps }: ReadyContent, name: string, scope: string): Form {
  if (!Object.hasOwn(apps, name) && Object.hasOwn(certificateApps, name)) {
    const hint = 'Name the data folder with --data, whose key signs tokens for every app.';
    throw new StartError(`${name} proves itself with a certificate, whose key the ready file does not have.`, { hint });
  }
  const { clientId, clientSecret } = getNamed(apps, name, 'app');
  return { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope };
}

function formOfUser(ready: ReadyContent, holder: Extract<TokenHolder, { user: string }>, scope: string): Form {
  const { userPrincipalName: username, password } = getNamed(ready.users, holder.user, 'user');
  const [found] = Object.entries(ready.signInApps);
  if (found === undefined) throw new StartError('No app has delegated permissions, so no user can sign in.');
  const [name, { clientId }] = found;
  const secret = ready.apps[name]?.clientSecret;
  return {
    grant_type: 'password',
    client_id: clientId,
    ...(secret !== undefined && { client_secret: secret }),
    username,
    password,
    scope: holder.scopes?.join(' ') ?? scope,
  };
}

function getNamed<Item>(items: Readonly<Record<string, Item>>, name: string, kind: string): Item {
  const item = Object.hasOwn(items, name) ? items[name] : undefined;
  if (item !== undefined) return item;
  throw unknownName(kind, name, Object.keys(items));
}

/** The token, or the first line of what came in its place. */
function readAnswer(text: string): { readonly token: string | undefined; readonly refusal: string } {
  const { access_token: token, error_description: refusal = text } = parseAnswer(text);
  return { token, refusal: refusal.split(/\r?\n/, 1)[0] ?? '' };
}

function parseAnswer(text: string): { readonly access_token?: string; readonly error_description?: string } {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}
