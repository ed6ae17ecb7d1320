/** A person with a browser that shows no pictures: fetches pages, reads their forms, presses their buttons. */
import { hash, randomBytes } from 'node:crypto';
import type { Answer, TestServer } from '../../support/server.ts';
import { PORTAL_ID, PORTAL_URI, SCOPES, TENANT_ID } from './authority.ts';

export interface Person {
  /** Opens an address of the server, with the cookies of this browser. */
  open(url: string): Promise<Answer>;
  /** Presses the button that has this text in it, on the page that was opened last. */
  press(text: string, fields?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Opens a sign-in page, chooses the user by name, and gives where the app is answered. */
  signIn(url: string, displayName: string): Promise<URL>;
}

export function createPerson(server: TestServer): Person {
  const cookies = new Map<string, string>();
  let shown = '';
  const send = async (url: string, form?: URLSearchParams): Promise<Answer> => {
    const { pathname, search } = new URL(url, server.origin);
    const answer = await server.call({
      path: pathname + search,
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded', origin: server.origin }),
      },
      ...(form !== undefined && { body: form.toString() }),
    });
    keepCookies(cookies, answer.headers['set-cookie']);
    shown = answer.text;
    return answer;
  };
  const press: Person['press'] = async (text, fields = {}) => {
    const { action, values } = findForm(shown, text);
    return send(action, new URLSearchParams({ ...values, ...fields }));
  };
  return {
    open: (url) => send(url),
    press,
    signIn: async (url, displayName) => {
      await send(url);
      const { headers, text } = await press(displayName);
      if (headers['location'] === undefined) throw new Error(`The app was not answered: ${text}`);
      return new URL(headers['location']);
    },
  };
}

function keepCookies(cookies: Map<string, string>, headers: string | undefined): void {
  for (const [, name = '', value = ''] of (headers ?? '').matchAll(/(?:^|, )([^=;, ]+)=([^;]*)/g))
    cookies.set(name, value);
}

interface Form {
  readonly action: string;
  readonly values: Readonly<Record<string, string>>;
}

/** The form of the button, with the button's own value, as a browser would send it. */
function findForm(page: string, text: string): Form {
  for (const [form, action = ''] of page.matchAll(/<form[^>]* action="([^"]*)"[^>]*>.*?<\/form>/gs)) {
    const button = [...form.matchAll(/<button[^>]*>.*?<\/button>/gs)].find(([whole]) => whole.includes(text))?.[0];
    if (button === undefined) continue;
    const fields = [...form.matchAll(/<input[^>]*>/g)].map(([input]) => input);
    const entries = [...fields, button].map((tag) => [readAttribute(tag, 'name'), readAttribute(tag, 'value')]);
    return { action, values: Object.fromEntries(entries.filter(([name]) => name !== '')) as Form['values'] };
  }
  throw new Error(`No button with ${text} on the page: ${page}`);
}

function readAttribute(tag: string, name: string): string {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export function createPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: hash('sha256', verifier, 'base64url') };
}

/** A good request of the portal; `undefined` takes a parameter away. */
export function authorizeUrl(
  pkce: Pkce,
  changes: Readonly<Record<string, string | undefined>> = {},
  segment = TENANT_ID,
): string {
  const parameters = Object.entries({
    client_id: PORTAL_ID,
    response_type: 'code',
    redirect_uri: PORTAL_URI,
    scope: SCOPES,
    state: 'a state & more',
    code_challenge: pkce.challenge,
    code_challenge_method: 'S256',
    ...changes,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/${segment}/oauth2/v2.0/authorize?${new URLSearchParams(parameters).toString()}`;
}
