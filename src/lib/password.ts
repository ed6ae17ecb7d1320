/** Passwords as they are kept. One that was made here has too much entropy to be guessed; one that a person chose is stretched. */
import { hash, randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const stretch = promisify<string, Buffer, number, Buffer>(scrypt);

const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** `scrypt` with Node's cost of 2^14: some 40 ms. */
const CHOSEN = 'scrypt';
const MADE = 'sha256';

/** A random password. */
export function createPassword(): string {
  return randomBytes(15).toString('base64url');
}

/** Of a password from {@link createPassword}. */
export function hashMadePassword(password: string): string {
  return `${MADE}:${hash('sha256', password, 'base64url')}`;
}

/** Of a password that a person chose. */
export function hashChosenPassword(password: string): string {
  const salt = randomBytes(SALT_BYTES);
  return `${CHOSEN}:${salt.toString('base64url')}:${scryptSync(password, salt, KEY_BYTES).toString('base64url')}`;
}

/** As {@link hashChosenPassword}, without keeping other work waiting. */
export async function stretchPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await stretch(password, salt, KEY_BYTES);
  return `${CHOSEN}:${salt.toString('base64url')}:${key.toString('base64url')}`;
}

/** Whether this is the password that was hashed. */
export async function isPassword(password: string, passwordHash: string): Promise<boolean> {
  const [kind, ...parts] = passwordHash.split(':');
  const known = Buffer.from(parts.at(-1) ?? '', 'base64url');
  const offered =
    kind === CHOSEN
      ? await stretch(password, Buffer.from(parts[0] ?? '', 'base64url'), KEY_BYTES)
      : hash('sha256', password, 'buffer');
  return password !== '' && known.length === offered.length && timingSafeEqual(known, offered);
}
