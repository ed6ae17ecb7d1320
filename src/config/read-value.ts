/** What was written for a setting, as the value it means: from text, or from what YAML and JSON hold. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { OutsideIssuer } from '../model/outside-issuer.ts';
import type { SyncTarget } from '../model/sync-target.ts';
import { AUTO } from './setting-type.ts';
import type { SettingType } from './setting-type.ts';

export type SettingValue =
  string | number | boolean | readonly string[] | readonly OutsideIssuer[] | readonly SyncTarget[];

/** What is more than one value, and has problems of its own. */
type ComposedType = Extract<SettingType, { readonly type: 'issuers' | 'targets' }>;

/** The value; `undefined` when what was written cannot be one, see {@link describeType}. */
export function findValue(
  row: Exclude<SettingType, ComposedType>,
  written: unknown,
  directory: string,
): SettingValue | undefined {
  switch (row.type) {
    case 'integer':
      return findInteger(row.range, written);
    case 'count':
      return written === AUTO ? AUTO : findInteger(row.range, written);
    case 'boolean':
      return findBoolean(written);
    case 'choice':
      return row.values.find((value) => value === written);
    case 'text':
      return findText(written, () => true);
    case 'host':
      return findText(written, isHost);
    case 'url':
      return findOrigin(written);
    case 'database':
      return findText(written, isDatabaseUrl);
    case 'path': {
      const path = findText(written, (text) => !text.includes('\0'));
      if (path === undefined) return undefined;
      const { names = {} } = row;
      return Object.hasOwn(names, path) ? names[path] : resolve(directory, path);
    }
    case 'list':
      return findList(written);
    default:
      return row satisfies never;
  }
}

/** What a row's values look like: `a whole number from 0 to 65535`. */
export function describeType(row: SettingType): string {
  switch (row.type) {
    case 'integer': {
      const [minimum, maximum] = row.range;
      return `a whole number${row.unit === undefined ? '' : ` of ${row.unit}`} from ${minimum} to ${maximum}`;
    }
    case 'count':
      return `a whole number from ${row.range.join(' to ')}, or ${AUTO}`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${row.values.join(', ')}`;
    case 'text':
      return 'a text';
    case 'host':
      return 'a host name or an IP address, without a port';
    case 'url':
      return 'an http or https URL without a path';
    case 'database':
      return 'a postgres:// URL';
    case 'path':
      return `the path of a ${row.holds}`;
    case 'list':
      return 'one or more texts, separated by commas';
    case 'issuers':
      return 'a list of issuers; JSON in a flag or a variable';
    case 'targets':
      return 'a list of targets; JSON in a flag or a variable';
    default:
      return row satisfies never;
  }
}

const WHOLE_NUMBER = /^\d{1,15}$/;
const HOST_NAME = /^(?!-)[a-z0-9._-]{1,253}$/i;
const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

function findInteger([minimum, maximum]: readonly [number, number], written: unknown): number | undefined {
  const value = typeof written === 'string' && WHOLE_NUMBER.test(written) ? Number(written) : written;
  const isInRange = Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
  return isInRange ? (value as number) : undefined;
}

function findBoolean(written: unknown): boolean | undefined {
  if (typeof written === 'boolean') return written;
  return typeof written === 'string' ? TRUTHS.get(written.toLowerCase()) : undefined;
}

function findText(written: unknown, isRight: (text: string) => boolean): string | undefined {
  return typeof written === 'string' && written !== '' && isRight(written) ? written : undefined;
}

/** A host name or an IP address. */
export function isHost(text: string): boolean {
  return isIP(text) !== 0 || HOST_NAME.test(text);
}

/** An IP address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...others] = text.split('/');
  const family = isIP(address);
  if (family === 0 || others.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function findOrigin(written: unknown): string | undefined {
  const url = typeof written === 'string' ? URL.parse(written) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  // Whatever else there is would be dropped silently.
  return url.href === `${url.origin}/` ? url.origin : undefined;
}

function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}

function findList(written: unknown): readonly string[] | undefined {
  const items: readonly unknown[] = Array.isArray(written) ? written : [written];
  if (!items.every((item) => typeof item === 'string')) return undefined;
  const texts = items.flatMap((item) => item.split(',')).map((text) => text.trim());
  return texts.length === 0 || texts.includes('') ? undefined : Object.freeze(texts);
}
