/** Where the answer to a sign-in request may go: to what the registration lists, and nowhere else. */

/** For these the port makes no difference: native apps listen on whichever is free (RFC 8252, section 7.3). */
const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1'];

/** What a URL parser would drop or change, and who compares texts would not: space, control characters, `\`, `#`. */
const AMBIGUOUS = /[^\x21-\x7e]|[\\#]/;

/** Whether the registration lists the URI, as Microsoft Entra compares them: path and query exactly, loopback ports not. */
export function isRegistered(redirectUri: string, registered: readonly string[]): boolean {
  if (AMBIGUOUS.test(redirectUri)) return false;
  const wanted = foldUri(redirectUri);
  return wanted !== undefined && registered.some((uri) => foldUri(uri) === wanted);
}

/** The address in one spelling; `undefined` for what can be none. */
function foldUri(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  // Schemes of apps have no host and path that could be spelt in several ways.
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return isScript(url) ? undefined : text;
  const port = isLoopback(url) ? '' : url.port;
  return `${url.protocol}//${url.hostname}:${port}${url.pathname}${url.search}`;
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname);
}

/** Would run in the page that sends the browser there. */
function isScript({ protocol }: URL): boolean {
  return ['javascript:', 'data:', 'vbscript:', 'blob:', 'file:'].includes(protocol);
}
