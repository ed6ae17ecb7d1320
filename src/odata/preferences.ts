/** The Prefer header, which one page calls Preference. */

export interface Preferences {
  /** `return=representation` or `return=minimal`. */
  readonly returns: 'representation' | 'minimal' | undefined;
  /** Show enum members behind the sentinel. */
  readonly showsHiddenMembers: boolean;
  /** `odata.maxpagesize`, a positive integer. */
  readonly maxPageSize: number | undefined;
}

const NONE: Preferences = { returns: undefined, showsHiddenMembers: false, maxPageSize: undefined };

/** Unknown and malformed preferences are ignored, as HTTP asks. */
export function readPreferences(headers: Readonly<Record<string, string | undefined>>): Preferences {
  const text = [headers['prefer'], headers['preference']].filter((value) => value !== undefined).join(',');
  if (text === '') return NONE;
  const sent = new Map(text.split(/[,;]/).map(readPreference));
  const returns = sent.get('return');
  const size = Number(sent.get('odata.maxpagesize') ?? sent.get('maxpagesize'));
  return {
    returns: returns === 'representation' || returns === 'minimal' ? returns : undefined,
    showsHiddenMembers: sent.has('include-unknown-enum-members'),
    maxPageSize: Number.isInteger(size) && size > 0 ? size : undefined,
  };
}

function readPreference(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=');
  return [
    name.trim().toLowerCase(),
    value
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase(),
  ];
}
