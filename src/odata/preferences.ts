/** The Prefer header, or Preference as one page writes it: what a client would like, and what was done about it. */

export interface Preferences {
  /** `return=representation` or `return=minimal`. */
  readonly returns: 'representation' | 'minimal' | undefined;
  /** Show enum members behind the sentinel. */
  readonly showsHiddenMembers: boolean;
  /** `odata.maxpagesize`, a positive integer. */
  readonly maxPageSize: number | undefined;
}

const NONE: Preferences = { returns: undefined, showsHiddenMembers: false, maxPageSize: undefined };

/** Unknown and broken preferences are passed over, as HTTP asks. */
export function readPreferences(headers: Readonly<Record<string, string | undefined>>): Preferences {
  const text = [headers['prefer'], headers['preference']].filter((value) => value !== undefined).join(',');
  if (text === '') return NONE;
  const wishes = new Map(text.split(/[,;]/).map(readWish));
  const returns = wishes.get('return');
  const size = Number(wishes.get('odata.maxpagesize') ?? wishes.get('maxpagesize'));
  return {
    returns: returns === 'representation' || returns === 'minimal' ? returns : undefined,
    showsHiddenMembers: wishes.has('include-unknown-enum-members'),
    maxPageSize: Number.isInteger(size) && size > 0 ? size : undefined,
  };
}

function readWish(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=');
  return [
    name.trim().toLowerCase(),
    value
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase(),
  ];
}
