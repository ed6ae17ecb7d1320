/**
 * The values that clients hold for a grant: codes, refresh tokens, sessions. Opaque to them; here they name their tenant,
 * because a client of `common` does not, and every row of the store is found by its tenant first.
 */
import { hash, randomBytes, randomInt } from 'node:crypto';
import { findGuid } from '../lib/ids.ts';
import type { TenantId } from '../lib/ids.ts';

/** Codes and refresh tokens of Microsoft Entra begin with a version, too. */
const PREFIX = '1.';
const GUID_BYTES = 16;
const RANDOM_BYTES = 32;
const HANDLE = /^1\.[\w-]{64}$/;

/** No vowels, so that no word comes up, and nothing that looks like another. */
const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ3456789';
const USER_CODE_LENGTH = 9;

/** A fresh value for a grant of the tenant. */
export function createHandle(tenantId: TenantId): string {
  const tenant = Buffer.from(tenantId.replaceAll('-', ''), 'hex');
  return PREFIX + Buffer.concat([tenant, randomBytes(RANDOM_BYTES)]).toString('base64url');
}

/** The tenant that the value names; `undefined` when it is none of ours. */
export function findHandleTenant(handle: string): TenantId | undefined {
  if (!HANDLE.test(handle)) return undefined;
  const hex = Buffer.from(handle.slice(PREFIX.length), 'base64url').toString('hex', 0, GUID_BYTES);
  return findGuid<TenantId>(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
}

/** What is kept of a value. */
export function hashHandle(handle: string): string {
  return hash('sha256', handle, 'base64url');
}

/** A fresh code for a person to type. */
export function createUserCode(): string {
  return Array.from({ length: USER_CODE_LENGTH }, () => USER_CODE_LETTERS[randomInt(USER_CODE_LETTERS.length)]).join(
    '',
  );
}

/** What is kept of a user code; people write it in any case, with spaces and hyphens. */
export function hashUserCode(typed: string): string {
  return hashHandle(typed.replaceAll(/[\s-]/g, '').toUpperCase());
}
