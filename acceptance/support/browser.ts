/** A person at a browser, played by fetch: reads the sign-in page and presses the buttons on it. */

/** What the app is sent: an address with parameters, or an address and a form. */
export interface SignInAnswer {
  readonly url: URL;
  readonly form: URLSearchParams | undefined;
}

export interface Browser {
  /** Opens the address, signs in as the user where a page asks for it, and gives what the app is sent. */
  signIn(url: string, userPrincipalName: string): Promise<SignInAnswer>;
  /** Opens the address and gives where it leads to at once; undefined when a page is shown. */
  follow(url: string): Promise<URL | undefined>;
  /** Enters the code that a device shows, and signs in as the user. */
  enterCode(url: string, userCode: string, userPrincipalName: string): Promise<void>;
}

interface Visit {
  readonly url: string;
  readonly html: string;
  /** Where a redirect leads. */
  readonly location: string | null;
}

/** With cookies of its own. */
export function openBrowser(): Browser {
  const visit = createVisitor();
  const choose = (page: Visit, userPrincipalName: string): Promise<Visit> => {
    const form = findForm(page, 'user');
    const user = findUserButton(form.html, userPrincipalName);
    return visit(form.action, new URLSearchParams({ ...form.hidden, user }));
  };
  return {
    signIn: async (url, userPrincipalName) => {
      const first = await visit(url);
      return readAnswer(first.location === null ? await choose(first, userPrincipalName) : first);
    },
    follow: async (url) => {
      const { location } = await visit(url);
      return location === null ? undefined : new URL(location, url);
    },
    enterCode: async (url, userCode, userPrincipalName) => {
      const form = findForm(await visit(url), 'user_code');
      const page = await visit(form.action, new URLSearchParams({ ...form.hidden, user_code: userCode }));
      const last = await choose(page, userPrincipalName);
      if (/role="alert"/.test(last.html)) throw new Error(`The code is refused: ${textOf(last.html)}`);
    },
  };
}

function createVisitor(): (url: string, form?: URLSearchParams) => Promise<Visit> {
  const cookies = new Map<string, string>();
  return async (url, form) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: cookie === '' ? {} : { cookie },
      ...(form !== undefined && { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const html = await response.text();
    if (response.status >= 400) throw new Error(`${response.status} from ${url}: ${textOf(html)}`);
    return { url, html, location: response.headers.get('location') };
  };
}

/** A redirect, or a page whose form sends itself. */
function readAnswer(visit: Visit): SignInAnswer {
  if (visit.location !== null) return { url: new URL(visit.location, visit.url), form: undefined };
  const { action, hidden } = findForm(visit, 'code');
  return { url: new URL(action), form: new URLSearchParams(hidden) };
}

interface Form {
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly html: string;
}

/** The form of the page that has a field or a button of that name. */
function findForm({ url, html }: Visit, name: string): Form {
  const form = [...html.matchAll(/<form\b.*?<\/form>/gs)].find(([text]) => text.includes(`name="${name}"`))?.[0];
  if (form === undefined) throw new Error(`No form with ${name}: ${textOf(html)}`);
  const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
    ([, field = '', value = '']) => [unescape(field), unescape(value)] as const,
  );
  const action = unescape(/action="([^"]*)"/.exec(form)?.[1] ?? '');
  return { action: new URL(action, url).href, hidden: Object.fromEntries(hidden), html: form };
}

/** The value of the button that shows the user's name. */
function findUserButton(html: string, userPrincipalName: string): string {
  const buttons = html.matchAll(/<button\b[^>]*name="user" value="([^"]*)".*?<\/button>/gs);
  const value = [...buttons].find(([text]) => textOf(text, '').includes(userPrincipalName))?.[1];
  if (value === undefined) throw new Error(`No button for ${userPrincipalName}.`);
  return unescape(value);
}

function textOf(html: string, gap = ' '): string {
  const body = html.replace(/<(style|script)\b.*?<\/\1>/gs, '').replaceAll(/<[^>]*>/g, gap);
  return unescape(body.replaceAll(/\s+/g, ' ').trim());
}

function unescape(text: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replaceAll(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
