/** The token that opens the control API: made once for a data folder, and untouched by whatever the API resets. */
import { existsSync, readFileSync } from 'node:fs';
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

import { writeWhole } from '../../base/write-whole.ts';

export interface ControlToken {
  readonly text: string;
  /** Whether an Authorization header carries it. Takes the same time for all that do not. */
  isSentIn(authorization: string | undefined): boolean;
}

const TOKEN_BYTES = 32;
const BEARER = /^bearer +/i;

/** The token in the file, readable by its owner only; made when there is no file. */
export function openControlToken(path: string): ControlToken {
  if (!existsSync(path)) writeWhole(path, `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`, 0o600);
  const text = readFileSync(path, 'utf8').trim();
  const known = digest(text);
  return {
    text,
    isSentIn: (authorization = '') => timingSafeEqual(digest(authorization.replace(BEARER, '').trimEnd()), known),
  };
}

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
