/** How commands end, and what their help says of it. */

export const EXIT_CODES = { ok: 0, failure: 1, usage: 2, unreachable: 3 } as const;

/** For the end of a help. Wrong usage is the same for all commands. */
export function formatExits(meanings: Readonly<Partial<Record<keyof typeof EXIT_CODES, string>>>): string {
  const all = {
    usage: 'wrong usage: an invalid flag, variable, configuration file or request',
    ...meanings,
  };
  const lines = Object.entries(EXIT_CODES).flatMap(([name, code]) => {
    const meaning = all[name as keyof typeof EXIT_CODES];
    return meaning === undefined ? [] : [`  ${code}  ${meaning}`];
  });
  return `\nExit codes:\n${lines.join('\n')}`;
}
