/**
 * What parts of the sandbox note of a request for each other, and not in objects of the server. Few requests have any, so
 * that the map is hardly ever filled.
 */
import type { RequestContext } from '../graph/context.ts';
import type { Exchange } from '../server/exchange.ts';
import type { Delivery } from './faults/broken-delivery.ts';

/** A Graph request, or an item of a batch; of the issuer, the exchange. */
export type Marked = RequestContext | Exchange;

interface Marks {
  delivery?: Delivery;
  readonly remarks: string[];
}

const marks = new WeakMap<Marked, Marks>();

/** Remarks for the journal. */
export function addRemarks(call: Marked, remarks: readonly string[]): void {
  marksOf(call).remarks.push(...remarks);
}

export function remarksOf(call: Marked): readonly string[] {
  return marks.get(call)?.remarks ?? [];
}

/** Has the answer put on the wire otherwise than whole and at once. */
export function setDelivery(call: Marked, delivery: Delivery): void {
  marksOf(call).delivery = delivery;
}

/** The items of a batch share its answer on the wire. */
export function deliveryOf(call: Marked): Delivery | undefined {
  const own = marks.get(call)?.delivery;
  if (own !== undefined || !('items' in call)) return own;
  return call.items.map((item) => marks.get(item)?.delivery).find((delivery) => delivery !== undefined);
}

function marksOf(call: Marked): Marks {
  let found = marks.get(call);
  if (found === undefined) marks.set(call, (found = { remarks: [] }));
  return found;
}
