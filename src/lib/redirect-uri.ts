/**
 * Redirect URIs, as registrations list them and requests name them. Only their canonical spelling counts: what is compared is
 * then what a browser is sent to. https://learn.microsoft.com/entra/identity-platform/reply-url has Microsoft Entra's rules.
 */

export interface RedirectUri {
  /** Where browsers are sent. A bare origin ends with a slash here, as Microsoft Entra sends it. */
  readonly href: string;
  /** The same for URIs that count as one: the port of loopback makes no difference (RFC 8252, section 7.3). */
  readonly key: string;
}

const LOOPBACK_PORT = /^(http:\/\/(?:localhost|127\.0\.0\.1)):[1-9]\d{0,4}(?=\/)/;

/** Browsers run these in the current page, or open files. */
const SCRIPT_SCHEMES: readonly string[] = ['javascript:', 'data:', 'vbscript:', 'blob:', 'file:'];

/** What Microsoft Entra allows in no registration: wildcards, and characters that some app platforms read otherwise. */
const UNSUPPORTED = /[*!$'(),;\\]/;

/** `undefined` unless the text is an absolute URI in its canonical spelling that browsers may be sent to. */
export function findRedirectUri(text: string): RedirectUri | undefined {
  const url = URL.parse(text);
  if (url === null || SCRIPT_SCHEMES.includes(url.protocol)) return undefined;
  const { href } = withoutExtras(url);
  const key = href.replace(LOOPBACK_PORT, '$1');
  // The canonical spelling adds a slash to a bare origin.
  const isCanonical = [text, `${text}/`].some((spelling) => spelling.replace(LOOPBACK_PORT, '$1') === key);
  return isCanonical && !text.includes('\\') ? { href, key } : undefined;
}

/** Whether a registration lists the URI: scheme, host, path and query exactly, without wildcards. */
export function isRegistered({ key }: RedirectUri, registered: readonly string[]): boolean {
  return registered.some((text) => findRedirectUri(text)?.key === key);
}

/** What keeps the text from being registered, and what to write in its place; `undefined` when nothing does. */
export function describeUriProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return 'must be an absolute URI, such as https://app.example/callback';
  if (SCRIPT_SCHEMES.includes(url.protocol)) return `must not have the scheme ${url.protocol}`;
  if (UNSUPPORTED.test(text)) return "must not contain wildcards (*) or any of ! $ ' ( ) , ; \\";
  if (findRedirectUri(text) === undefined) return `must be in its canonical form: write ${withoutExtras(url).href}`;
  return undefined;
}

/** Redirect URIs have no user and no fragment. */
function withoutExtras(url: URL): URL {
  return Object.assign(new URL(url), { username: '', password: '', hash: '' });
}
