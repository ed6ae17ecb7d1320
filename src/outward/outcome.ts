/** What an answer means for the item that was asked about. */
import { isAmbiguous, reasonOf } from '../model/sync-reasons.ts';
import type { SyncReason } from '../model/sync-reasons.ts';
import { isJsonObject } from '../odata/payload.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import { hasSameFixedPart, readRemoteActivity, readRemoteContent } from './bodies.ts';
import type { RemoteItem, Wanted } from './bodies.ts';
import { isPassing } from './graph-client.ts';
import type { GraphAnswer } from './graph-client.ts';
import type { OutwardRequest } from './step.ts';

export type SendOutcome =
  | { readonly kind: 'sent'; readonly remoteId: string; readonly wanted: Wanted }
  /** It may be one of these. `wanted`: what it is to be; `undefined` when it is not here any more. */
  | { readonly kind: 'candidates'; readonly candidates: readonly RemoteItem[]; readonly wanted: Wanted | undefined }
  /** It is not there, and will be created, or is forgotten. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'ambiguous' }
  /** It is not there any more. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'deleted' }
  /** A create met its like: it is looked for. */
  | { readonly kind: 'repeated' }
  /** The other side does not know its content any more, which is sent again. */
  | { readonly kind: 'contentLost'; readonly detail: string }
  /** `isDone`: whether the request may have taken effect. */
  | { readonly kind: 'later'; readonly detail: string; readonly isDone: boolean }
  | { readonly kind: 'dead'; readonly reason: SyncReason; readonly detail: string };

/** How often the same refusal of a reference or of a create is met before it counts as one for good. */
const MAX_REPEATS = 4;
const MAX_DETAIL_LENGTH = 500;

export function outcomeOf(item: OutwardItem, step: OutwardRequest, answer: GraphAnswer): SendOutcome {
  if (answer.kind === 'lost') return { kind: 'later', detail: `no answer: ${answer.cause}`, isDone: true };
  const { status } = answer;
  if (isPassing(status)) {
    const isDone = status !== 401 && status !== 429;
    return { kind: 'later', detail: describeAnswer(answer), isDone };
  }
  if (status >= 200 && status < 300) return outcomeOfSuccess(item, step, answer);
  const facts = factsOf(answer);
  const detail = describeAnswer(answer);
  if (status === 404 && step.kind === 'look') return { kind: 'absent' };
  if (status === 404 && (step.kind === 'delete' || step.kind === 'replace')) return deletedOf(step);
  if (status === 404 && step.kind === 'update') return { kind: 'lost' };
  if (step.kind === 'look' && isAmbiguous(facts)) return { kind: 'ambiguous' };
  if (step.kind === 'search') return { kind: 'dead', reason: 'externalIdAmbiguous', detail };
  if (step.kind === 'create' && status === 409 && item.attempts < MAX_REPEATS) return { kind: 'repeated' };
  const namesContent = facts.details.some((text) => text.includes('learningContentId'));
  if (step.kind === 'create' && namesContent && item.attempts < MAX_REPEATS) return { kind: 'contentLost', detail };
  return { kind: 'dead', reason: reasonOf(facts), detail };
}

function deletedOf({ kind }: OutwardRequest): SendOutcome {
  return kind === 'replace' ? { kind: 'lost' } : { kind: 'deleted' };
}

function outcomeOfSuccess(item: OutwardItem, step: OutwardRequest, { body, status }: Answered): SendOutcome {
  switch (step.kind) {
    case 'upsert': {
      const remoteId = readRemoteContent(body)?.id ?? item.remoteId;
      if (remoteId !== undefined) return { kind: 'sent', remoteId, wanted: step.wanted };
      return { kind: 'later', detail: `${status} without the id of the content`, isDone: true };
    }
    case 'create': {
      const { id } = isJsonObject(body) ? body : { id: undefined };
      if (typeof id === 'string') return { kind: 'sent', remoteId: id, wanted: step.wanted };
      return { kind: 'later', detail: `${status} without the id of the activity`, isDone: true };
    }
    case 'update':
      return { kind: 'sent', remoteId: item.remoteId as string, wanted: step.wanted };
    case 'look':
      return foundAmong(step, [readRemoteActivity(body)]);
    case 'search': {
      const { value } = isJsonObject(body) ? body : { value: undefined };
      return foundAmong(step, Array.isArray(value) ? value.map(readRemoteActivity) : []);
    }
    case 'delete':
    case 'replace':
      return deletedOf(step);
    default:
      return step satisfies never;
  }
}

/** Those that a create of ours may have made: of the same learner, and of the same fixed properties as far as they are known. */
function foundAmong(
  { kind, wanted, learner }: Extract<OutwardRequest, { readonly learner: unknown }>,
  all: readonly (RemoteItem | undefined)[],
): SendOutcome {
  const candidates = all.filter(
    (one) =>
      one !== undefined &&
      one.learnerUserId === learner &&
      (wanted === undefined || (one.type === wanted.type && hasSameFixedPart(one.state, wanted.state))),
  ) as readonly RemoteItem[];
  if (candidates.length > 0) return { kind: 'candidates', candidates, wanted };
  // The key leads to one of another learner: there may be more with it.
  return kind === 'look' && all[0] !== undefined ? { kind: 'ambiguous' } : { kind: 'absent' };
}

type Answered = Exclude<GraphAnswer, { readonly kind: 'lost' }>;

function factsOf({ status, body }: Answered) {
  const error: unknown = isJsonObject(body) ? body['error'] : undefined;
  const { code, message, details } = isJsonObject(error) ? error : ({} as Readonly<Record<string, unknown>>);
  const sentences = Array.isArray(details)
    ? details.flatMap((detail: unknown) => (isJsonObject(detail) ? [String(detail['message'])] : []))
    : [];
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { status, code: text(code), message: text(message), details: sentences };
}

/** For an administrator: the answer in a line. */
export function describeAnswer(answer: GraphAnswer): string {
  if (answer.kind === 'lost') return `no answer: ${answer.cause}`;
  const { status, code, message, details } = factsOf(answer);
  const text = [`${status} ${code}`.trim(), ...(message === '' || message === code ? [] : [message]), ...details].join(
    ': ',
  );
  return text.slice(0, MAX_DETAIL_LENGTH);
}
