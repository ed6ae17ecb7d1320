/** Numbers that the documentation leaves open. */

/** Items of a page when the client asks for no other number: the documented next link skips ten. */
export const PAGE_SIZE = 10;

/** `$top` above it is cut to it. */
export const MAX_PAGE_SIZE = 100;

/**
 * Bounds of what one request may hold, so that none stops the others: every value of a body is looked at several times.
 * The largest documented body, a batch of 20 contents with all their properties, holds some 600 values in 4 levels.
 */
export const MAX_JSON_DEPTH = 100;
export const MAX_JSON_VALUES = 10_000;

/** As chunks or packets: each costs the same, however small it is. A body of 4 MB comes in some 3,000 packets. */
export const MAX_BODY_PIECES = 10_000;

/** Of a request in a batch; on the wire the HTTP parser has limits of its own. URLs in batches may be longer (json-batching). */
export const MAX_ITEM_PATH_LENGTH = 32 * 1024;
export const MAX_ITEM_QUERY_LENGTH = 64 * 1024;
export const MAX_ITEM_QUERY_OPTIONS = 100;
export const MAX_ITEM_HEADERS = 100;
export const MAX_ITEM_HEADERS_LENGTH = 32 * 1024;
