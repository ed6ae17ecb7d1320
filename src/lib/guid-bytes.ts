/** GUIDs as the 16 bytes that they are, and back. */

const DIGITS = new Uint8Array(128);
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  DIGITS[digit.charCodeAt(0)] = value;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}
/** Where the two digits of each byte stand in the text. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/**
 * By tables: through a Buffer's hex, of which every request needs several, it takes two to three times as long.
 * @param text 8-4-4-4-12 hexadecimal digits, which is not checked
 */
export function guidBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  for (let index = 0; index < 16; index += 1) {
    const place = PLACES[index] as number;
    bytes[index] = ((DIGITS[text.charCodeAt(place)] ?? 0) << 4) | (DIGITS[text.charCodeAt(place + 1)] ?? 0);
  }
  return bytes;
}

/** In lower case. */
export function guidText(bytes: Uint8Array): string {
  return guidTextOfHex(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'));
}

/** In lower case. @param hex the 32 digits of the bytes, in any case */
export function guidTextOfHex(hex: string): string {
  const all = hex.toLowerCase();
  return `${all.slice(0, 8)}-${all.slice(8, 12)}-${all.slice(12, 16)}-${all.slice(16, 20)}-${all.slice(20)}`;
}
