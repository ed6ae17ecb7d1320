/** The values of a member that may have one or several. */
export function valuesOf(member: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof member === 'string' ? [member] : member;
}
