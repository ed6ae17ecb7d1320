/** Writes by an external id, with the id spelled in every way in which clients put one into a URL. */
import * as fc from 'fast-check';

import type { Sent } from './learning-commands.ts';

const PIECES = [
  ...['a', 'A', ':', '/', "'", "''", '%', '%2F', '%252F', '%3A', '%27', '%25', '(', ')', '=', '?', '#', '+', '&'],
  ...[' ', 'é', 'e\u0301', 'K', '\u212a', '\ufffd', '\u{1f600}'],
];

export const storedKey = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 })
  .map((all) => all.join(''));

/** Ways in which a careless reader takes another key for the stored one. */
const CONFUSIONS: readonly ((key: string) => string)[] = [
  decodeOrKeep,
  encodeURIComponent,
  (key) => encodeURIComponent(encodeURIComponent(key)),
  (key) => key.normalize('NFC'),
  (key) => key.normalize('NFD'),
  (key) => key.normalize('NFKC'),
  (key) => key.toUpperCase(),
  (key) => key.toLowerCase(),
  (key) => key.replaceAll("'", "''"),
  (key) => key.replaceAll("''", "'"),
  (key) => key.replaceAll('+', ' '),
  (key) => key.replaceAll('\ufffd', '\ud800'),
  (key) => key.trim(),
  (key) => ` ${key}`,
  (key) => `${key}\u0000`,
  (key) => `'${key}'`,
  (key) => `'${key}`,
  (key) => `${key}'`,
  (key) => key.replaceAll(/^'|'$/g, ''),
  (key) => key.split(/[/?#]/)[0] ?? '',
];

/** A key that is not the stored one. */
export function otherThan(stored: string): fc.Arbitrary<string> {
  const confused = fc.constantFrom(...CONFUSIONS).map((confuse) => confuse(stored));
  return fc
    .oneof({ weight: 4, arbitrary: confused }, { weight: 1, arbitrary: storedKey })
    .filter((key) => key !== stored && key !== '');
}

function decodeOrKeep(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

const WELL_QUOTED = /^'(?:[^']|'')*'$/;
const LONE_PERCENT = /%(?![0-9a-f]{2})/i;
const doubled = (key: string) => `'${key.replaceAll("'", "''")}'`;

/** What stands after `externalId=`; `undefined` where a form cannot say the key. */
const FORMS = {
  encoded: (key) => encode(doubled(key))?.replaceAll('%27', "'"),
  'encoded, quotes and all': (key) => encode(doubled(key))?.replaceAll("'", '%27'),
  'with raw slashes': (key) => (/'\)\//.test(key) ? undefined : encode(doubled(key))?.replaceAll('%2F', '/')),
  'with single quotes within': (key) => (WELL_QUOTED.test(`'${key}'`) ? undefined : encode(`'${key}'`)),
  'without quotes': (key) => (/^'.*'$/s.test(key) ? undefined : encode(key)),
} as const satisfies Readonly<Record<string, (key: string) => string | undefined>>;
type FormName = keyof typeof FORMS | 'decoded';

function encode(literal: string): string | undefined {
  return literal.isWellFormed() ? encodeURIComponent(literal) : undefined;
}

/** In the URL of a batch's item alone. */
function decoded(key: string): string | undefined {
  const isEncoded = key.includes('%') && !LONE_PERCENT.test(doubled(key));
  return isEncoded || /\?|'\)\//.test(key) ? undefined : doubled(key);
}

export const formName = fc.constantFrom<FormName>(...(Object.keys(FORMS) as (keyof typeof FORMS)[]), 'decoded');

export interface KeyedWrite {
  readonly method: 'PATCH' | 'DELETE';
  /** Below the version, up to the value of the key. */
  readonly before: string;
  /** From the parenthesis that closes it. */
  readonly after: string;
  readonly json?: unknown;
}

interface Spelling {
  readonly key: string;
  readonly form: FormName;
  readonly isInBatch: boolean;
}

/** The write as a request of its own, or as the only item of a batch; `undefined` where the form cannot say the key. */
export function sentAs(write: KeyedWrite, { key, form, isInBatch }: Spelling): Sent | undefined {
  const literal = form === 'decoded' ? (isInBatch ? decoded(key) : undefined) : FORMS[form](key);
  if (literal === undefined) return undefined;
  const { method, before, after, json } = write;
  const url = `${before}${literal}${after}`;
  if (!isInBatch) return { caller: 'writer', method, path: `/v1.0${url}`, json };
  const body = json === undefined ? {} : { body: json, headers: { 'Content-Type': 'application/json' } };
  return {
    caller: 'writer',
    method: 'POST',
    path: '/v1.0/$batch',
    json: { requests: [{ id: '1', method, url, ...body }] },
  };
}
