/** External ids in paths. */

/**
 * The ids that a key of a path can mean: itself, and itself decoded once more. Slashes in keys were once decoded too early
 * by Microsoft Graph, so that clients learned to encode them twice.
 */
export function meaningsOf(key: string): readonly string[] {
  const decoded = decodeOnceMore(key);
  return decoded === key ? [key] : [key, decoded];
}

function decodeOnceMore(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
