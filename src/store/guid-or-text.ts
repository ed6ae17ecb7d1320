/**
 * How columns of the kind `guidOrText` hold text: a GUID as its 16 bytes, whatever else as it is. Ids of other systems
 * mostly are GUIDs, and stand in rows and indexes. No two texts are held alike, so equal means equal; GUIDs come after all
 * other text.
 *
 * SQLite tells bytes from text by the type of the value. In PostgreSQL a byte that no UTF-8 has stands before a GUID.
 */
import { guidBytes, guidTextOfHex } from '../lib/guid-bytes.ts';

interface GuidOrText {
  readonly sql: string;
  readonly encode: (value: unknown) => string | Uint8Array;
  /** @param value as `read` gives it */
  readonly decode: (value: unknown) => string;
  /** SQL for a column, to be decoded. */
  readonly read: (column: string) => string;
  /** SQL for the text that a column holds. */
  readonly plainText: (column: string) => string;
  /** SQL for what holds a text. */
  readonly pack: (text: string) => string;
}

/** In the one spelling that comes back: others are kept as text. */
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const GUID_CHARACTERS = 36;
/** What a GUID of 32 digits begins and goes on with, as SQL places them. */
const GROUPS = [
  [1, 8],
  [9, 4],
  [13, 4],
  [17, 4],
  [21, 12],
] as const;

const DIGITS = GROUPS.map(([, count]) => '[0-9a-f]'.repeat(count));

function isGuid(text: string): boolean {
  return text.length === GUID_CHARACTERS && GUID.test(text);
}

export const SQLITE_GUID_OR_TEXT: GuidOrText = {
  // Any type with `text` in its name takes text as it is, and bytes as well. Snapshots know the column by this name.
  sql: 'guid_or_text',
  encode: (value) => (isGuid(value as string) ? guidBytes(value as string) : (value as string)),
  decode: (value) => ((value as string).startsWith('g') ? guidTextOfHex : String)((value as string).slice(1)),
  // Bytes become an object each, which takes longer than their digits. The letter tells digits from a text like them.
  read: (column) => `case typeof(${column}) when 'blob' then 'g' || hex(${column}) else 't' || ${column} end`,
  plainText: (column) => {
    const groups = GROUPS.map(([start, count]) => `substr(hex(${column}), ${start}, ${count})`);
    return `case typeof(${column}) when 'blob' then lower(${groups.join(" || '-' || ")}) else ${column} end`;
  },
  pack: (text) => `case when ${text} glob '${DIGITS.join('-')}' then unhex(replace(${text}, '-', '')) else ${text} end`,
};

/** How a parameter writes bytes. */
const HEX = '\\x';
const GUID_MARK = 'ff';
const GUID_MARK_SQL = `decode('${GUID_MARK}', 'hex')`;

export const POSTGRES_GUID_OR_TEXT: GuidOrText = {
  sql: 'bytea',
  encode: (value) => {
    const text = value as string;
    return HEX + (isGuid(text) ? GUID_MARK + text.replaceAll('-', '') : Buffer.from(text).toString('hex'));
  },
  decode: (value) => {
    const hex = value as string;
    return hex.startsWith(GUID_MARK) ? guidTextOfHex(hex.slice(GUID_MARK.length)) : Buffer.from(hex, 'hex').toString();
  },
  // The driver's own text of bytes depends on a setting of the database.
  read: (column) => `encode(${column}, 'hex')`,
  plainText: (column) => {
    const guid = `cast(cast(encode(substr(${column}, 2), 'hex') as uuid) as text)`;
    const text = `convert_from(${column}, 'UTF8')`;
    return `case when substr(${column}, 1, 1) = ${GUID_MARK_SQL} then ${guid} else ${text} end collate "C"`;
  },
  pack: (text) => {
    const guid = `${GUID_MARK_SQL} || decode(replace(${text}, '-', ''), 'hex')`;
    return `case when ${text} ~ '^${DIGITS.join('-')}$' then ${guid} else convert_to(${text}, 'UTF8') end`;
  },
};
