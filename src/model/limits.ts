/** Numbers that the documentation leaves open. */

/** Items of a page when the client asks for no other number: the documented next link skips ten. */
export const PAGE_SIZE = 10;

/** `$top` above it is cut to it. */
export const MAX_PAGE_SIZE = 100;
