/** What a browser remembers, in cookies: who has signed in, and who was chosen lately. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BrowserMemory } from '../issuer/sign-in/authorize.ts';

/** More would not be seen at a glance. */
const MAX_RECENT = 5;
const RECENT_SECONDS = 90 * 86_400;

type CookieName = 'session' | 'recent';

export function readMemory(request: FastifyRequest, origin: string): BrowserMemory {
  const recent = findCookie(request, origin, 'recent')?.split('.') ?? [];
  return { sessionHandle: findCookie(request, origin, 'session'), recent: recent.slice(0, MAX_RECENT) };
}

/** Lasts until the browser is closed. `undefined` removes the cookie. */
export function setSessionHandle(reply: FastifyReply, origin: string, handle: string | undefined): void {
  // Other sites frame the endpoint for silent sign-ins: they need None, and None needs Secure.
  const site = isSecure(origin) ? 'Secure; SameSite=None' : 'SameSite=Lax';
  setCookie(
    reply,
    cookieName(origin, 'session'),
    `${handle ?? ''}; Path=/; HttpOnly; ${site}${handle === undefined ? '; Max-Age=0' : ''}`,
  );
}

/** Ids alone, which the page looks up: they give access to no further users. */
export function addRecentAccount(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  origin: string,
  account: string,
): void {
  const { recent } = readMemory(request, origin);
  const latest = [account, ...recent.filter((other) => other !== account)].slice(0, MAX_RECENT);
  const secure = isSecure(origin) ? 'Secure; ' : '';
  setCookie(
    reply,
    cookieName(origin, 'recent'),
    `${latest.join('.')}; Path=/; HttpOnly; ${secure}SameSite=Lax; Max-Age=${RECENT_SECONDS}`,
  );
}

function findCookie({ headers }: FastifyRequest, origin: string, name: CookieName): string | undefined {
  const wanted = `${cookieName(origin, name)}=`;
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
}

function setCookie(reply: FastifyReply, name: string, value: string): void {
  // Fastify adds to Set-Cookie: one cookie does not replace another.
  reply.header('Set-Cookie', `${name}=${value}`);
}

/** The prefix keeps other hosts and plain HTTP from setting it. */
function cookieName(origin: string, name: CookieName): string {
  return `${isSecure(origin) ? '__Host-' : ''}vivarium-${name}`;
}

function isSecure(origin: string): boolean {
  return origin.startsWith('https:');
}
