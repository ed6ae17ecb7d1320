/** Where plain JSON, such as a journal entry or the states of a snapshot, mentions a person. */

/** Whether a text mentions them. */
export type Mentions = (text: string) => boolean;

/** @param identifiers texts that stand for the person; empty ones are passed over */
export function createMentions(identifiers: readonly (string | null)[]): Mentions {
  const words = identifiers.filter((text) => text !== null && text !== '').map((text) => RegExp.escape(text ?? ''));
  if (words.length === 0) return () => false;
  // As whole words: a person may be called like a part of another word.
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words.join('|')})(?![\\p{L}\\p{N}_])`, 'iu');
  return (text) => spellingsOf(text).some((spelling) => pattern.test(spelling));
}

/** As it stands, and as URLs and JSON within it mean it. */
function spellingsOf(text: string): readonly string[] {
  const spellings = [text];
  if (text.includes('%')) spellings.push(text.replaceAll(/(?:%[\da-f]{2})+/gi, decodeEscapes));
  if (text.includes('\\'))
    spellings.push(text.replaceAll(/\\u([\da-f]{4})/gi, (_, code: string) => charOf(code)).replaceAll('\\"', '"'));
  return spellings;
}

const charOf = (code: string): string => String.fromCharCode(Number.parseInt(code, 16));

function decodeEscapes(escapes: string): string {
  return Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8');
}

/** Whether any text of the value mentions them, bytes in Base64 included. */
export function isMentionedIn(value: unknown, mentions: Mentions): boolean {
  if (typeof value === 'string') return mentions(value);
  if (typeof value !== 'object' || value === null) return false;
  const { encoding, text } = value as { readonly encoding?: unknown; readonly text?: unknown };
  if (encoding === 'base64' && typeof text === 'string' && mentions(Buffer.from(text, 'base64').toString('latin1'))) {
    return true;
  }
  return Object.entries(value).some(([key, member]) => mentions(key) || isMentionedIn(member, mentions));
}

/**
 * The value without what mentions them: elements of lists, and objects that name them in a member of their own, go as a
 * whole. The same value when nothing does.
 */
export function withoutMentions(value: unknown, mentions: Mentions): unknown {
  if (typeof value !== 'object' || value === null || !isMentionedIn(value, mentions)) return value;
  if (Array.isArray(value)) return value.filter((element) => !isMentionedIn(element, mentions));
  const members = Object.entries(value).filter(([key, member]) => !mentions(key) && !isAbout(member, mentions));
  return Object.fromEntries(members.map(([key, member]) => [key, withoutMentions(member, mentions)]));
}

/** A text that mentions them, or an object with one. */
function isAbout(value: unknown, mentions: Mentions): boolean {
  if (typeof value === 'string') return mentions(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).some((member) => typeof member === 'string' && mentions(member));
}
