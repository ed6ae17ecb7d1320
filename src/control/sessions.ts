/**
 * Sessions of the console: a token that says who it is for and until when, sealed with the key of the admin API. Nothing of
 * them is stored, so every server with that key knows them, and another key ends them all.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import { ROLES } from './role.ts';
import type { Person, Role } from './role.ts';
import type { ControlKey } from './token.ts';

export interface Session {
  readonly token: string;
  readonly role: Role;
  readonly name: string;
  /** Who has signed in; not of a session that a token has opened. */
  readonly person?: Person | undefined;
  /** UTC. */
  readonly expiresAt: string;
}

export interface Sessions extends ControlKey {
  /** For a person it lasts an hour: then they have to be known, and to have the role, still. */
  open(holder: Pick<Session, 'role' | 'name' | 'person'>): Session;
  /** A code that opens one session of an administrator. */
  newCode(): string;
  /** Whether it is a code that nobody has used yet; then it is used up. */
  takeCode(code: string): boolean;
}

const SESSION_MS = 12 * 3_600_000;
const PERSON_SESSION_MS = 3_600_000;
const CODE_MS = 3_600_000;
const CODE_BYTES = 24;
const BEARER = /^bearer +/i;

interface Claims extends Pick<Session, 'role' | 'name' | 'person'> {
  /** Epoch milliseconds. */
  readonly until: number;
}

/** @param clock real time: a sandbox clock that jumps ends nobody's session */
export function createSessions(key: string, clock: Clock): Sessions {
  const codes = new Map<string, number>();
  const seal = (content: string): Buffer => createHmac('sha256', key).update(`console session ${content}`).digest();

  const readClaims = (authorization: string | undefined): Claims | undefined => {
    const [content = '', sent = ''] = (authorization ?? '').replace(BEARER, '').trimEnd().split('.');
    const given = Buffer.from(sent, 'base64url');
    const real = seal(content);
    if (given.length !== real.length || !timingSafeEqual(given, real)) return undefined;
    const claims = JSON.parse(Buffer.from(content, 'base64url').toString()) as Claims;
    return claims.until > clock.now() && ROLES.includes(claims.role) ? claims : undefined;
  };

  return {
    findHolder: (authorization) => {
      const claims = readClaims(authorization);
      if (claims === undefined) return undefined;
      const { role, name, person } = claims;
      return { role, name: person?.userId ?? `console session, ${name}`, person };
    },
    open: (session) => {
      const until = clock.now() + (session.person === undefined ? SESSION_MS : PERSON_SESSION_MS);
      const { role, name, person } = session;
      const claims: Claims = { role, name, person, until };
      const content = Buffer.from(JSON.stringify(claims)).toString('base64url');
      const token = `${content}.${seal(content).toString('base64url')}`;
      return { token, ...session, expiresAt: formatUtcMilliseconds(until) };
    },
    newCode: () => {
      const code = randomBytes(CODE_BYTES).toString('base64url');
      codes.set(code, clock.now() + CODE_MS);
      return code;
    },
    takeCode: (code) => {
      const until = codes.get(code);
      return codes.delete(code) && until !== undefined && until > clock.now();
    },
  };
}
