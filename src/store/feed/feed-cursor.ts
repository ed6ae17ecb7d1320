/** Places in the feed of a tenant, as texts that others keep. */

declare const isChangeCursor: unique symbol;
/** Opaque; of at most 60 characters that URLs take as they are. */
export type ChangeCursor = string & { readonly [isChangeCursor]: true };

/**
 * The time at which the change came into the feed tells a position from the same one of an older state of the database,
 * which was put back meanwhile.
 */
export interface FeedPlace {
  readonly position: number;
  /** Epoch milliseconds. */
  readonly notedAt: number;
}

const RADIX = 36;
const FORM = /^([\w-]{8})\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})$/;

/** @param place `undefined` before the first change */
export function cursorOf(feedId: string, { position, notedAt }: FeedPlace = { position: 0, notedAt: 0 }): ChangeCursor {
  return `${feedId}.${position.toString(RADIX)}.${notedAt.toString(RADIX)}` as ChangeCursor;
}

export function readCursor(text: string): (FeedPlace & { readonly feedId: string }) | undefined {
  const [, feedId, position = '', notedAt = ''] = FORM.exec(text) ?? [];
  if (feedId === undefined) return undefined;
  return { feedId, position: Number.parseInt(position, RADIX), notedAt: Number.parseInt(notedAt, RADIX) };
}
