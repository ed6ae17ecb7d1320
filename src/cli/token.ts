/** `vivarium token`: an access token, from the keys of the data folder or from the server that a ready file names. */
import type { TokenHolder } from '../app.ts';
import { StartError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { checkInstance } from './control/connect.ts';
import { readBody, send } from './control/send.ts';
import { findTarget, getReady } from './control/target.ts';
import type { ReadyContent } from './ready-file.ts';

/** Prints the token alone, or as JSON. Throws StartError when no such app or user is known. */
export async function printToken(settings: Settings, holder: TokenHolder): Promise<void> {
  const { readyFile } = settings;
  const token =
    readyFile === undefined ? await mint(settings, holder) : await requestToken(readyFile, settings, holder);
  process.stdout.write(`${settings.output === 'json' ? JSON.stringify({ token }) : token}\n`);
}

/** Works without a running server. */
async function mint(settings: Settings, holder: TokenHolder): Promise<string> {
  // With it comes the whole server, which a ready file makes unnecessary.
  const { mintToken } = await import('../app.ts');
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
  return readToken(await readBody(target, answer), target.baseUrl);
}

const IDLE_MS = 30_000;

type Form = Readonly<Record<string, string>>;

function formOfApp({ apps }: ReadyContent, name: string, scope: string): Form {
  const { clientId, clientSecret } = getNamed(apps, name, 'app');
  return { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope };
}

function formOfUser(ready: ReadyContent, holder: Extract<TokenHolder, { user: string }>, scope: string): Form {
  const { userPrincipalName: username, password } = getNamed(ready.users, holder.user, 'user');
  const [found] = Object.entries(ready.signInApps);
  if (found === undefined) throw new StartError('No app has delegated permissions, so that no user can sign in.');
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
  const hint = `There are: ${Object.keys(items).join(', ')}.`;
  throw new StartError(`There is no ${kind} named ${name}.`, { hint });
}

function readToken(text: string, baseUrl: string): string {
  const { access_token: token, error_description: refusal } = readAnswer(text);
  if (token !== undefined) return token;
  throw new StartError(`${baseUrl} issued no token: ${(refusal ?? text).split(/\r?\n/, 1)[0]}`);
}

function readAnswer(text: string): { readonly access_token?: string; readonly error_description?: string } {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}
