/** External ids as keys in paths. */
import type { ErrorName } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';
import { explainDeviations } from '../odata/deviation-notes.ts';
import type { Work } from '../store/work.ts';
import type { RequestContext } from './context.ts';

/**
 * What `find` gives for the external id in the path; when it gives nothing, what it gives for that id decoded once more.
 * Microsoft Graph once decoded slashes in keys too early, so clients learned to encode them twice. For reads only: a write
 * must never reach a record under another key.
 * @throws the row `missing` when the server refuses keyEncodedTwice and only the second reading finds something
 */
export function* findByKeyOfPath<Found>(
  context: RequestContext,
  find: (externalId: string) => Work<Found | undefined>,
  missing: ErrorName,
): Work<Found | undefined> {
  const { keys, protocol } = context;
  const { externalId = '' } = keys;
  const asSent = yield* find(externalId);
  if (asSent !== undefined) return asSent;
  const decoded = decodeOnceMore(externalId);
  const second = decoded === externalId ? undefined : yield* find(decoded);
  if (second === undefined) return undefined;
  const [sent, expected] = [externalId, decoded].map(encodeURIComponent) as [string, string];
  const deviation = { name: 'keyEncodedTwice', found: sent, expected } as const;
  if (protocol.notes.refuses(deviation.name))
    throw new GraphError(missing, { explanation: explainDeviations([deviation]) });
  context.keyDeviations = [deviation];
  return second;
}

function decodeOnceMore(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
