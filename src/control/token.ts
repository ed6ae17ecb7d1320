/** The token that opens a control API: made once for a data folder, and untouched by whatever the API changes. */
import { existsSync } from 'node:fs';
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

import { readWord } from '../lib/read-filled.ts';
import { writeWhole } from '../lib/write-whole.ts';
import type { Person, Role } from './role.ts';

/** Who sends a request, as far as what was sent says it. */
export interface ControlHolder {
  readonly role: Role;
  /** What the change log calls them: `admin token`, or the id of a user. */
  readonly name: string;
  /** `undefined`: of a token, which names no one. */
  readonly person?: Person | undefined;
}

/** Something that opens a control API. */
export interface ControlKey {
  /** Whose Authorization header it is. Takes the same time for all who may do nothing. */
  findHolder(authorization: string | undefined): ControlHolder | undefined;
}

export interface ControlToken extends ControlKey {
  readonly text: string;
}

const TOKEN_BYTES = 32;
const BEARER = /^bearer +/i;

/**
 * The token in the file, readable by its owner only; made when there is no file.
 * @param name of its holder, and of the token in messages: `control token`
 * @throws StartError when the file cannot be read or holds no token: an empty one would be sent by everybody
 */
export function openControlToken(path: string, name: string): ControlToken {
  if (!existsSync(path)) writeWhole(path, `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`, 0o600);
  const hint = 'Put a token into it, or delete it: the next start makes one.';
  return controlToken(readWord(path, { what: `The ${name}`, hint }), name);
}

export function controlToken(text: string, name: string): ControlToken {
  const known = digest(text);
  return {
    text,
    findHolder: (authorization) => {
      const sent = authorization?.replace(BEARER, '').trimEnd() ?? '';
      return sent !== '' && timingSafeEqual(digest(sent), known) ? { role: 'administrator', name } : undefined;
    },
  };
}

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
