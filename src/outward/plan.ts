/** The next step of an item, by the record here and by what the table knows. */
import { LRUCache } from 'lru-cache';

import type { CourseActivity } from '../model/entity.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import { wantedActivity, wantedContent } from './bodies.ts';
import type { ActivityPeople, Wanted } from './bodies.ts';
import { createLearnerBook } from './learners.ts';
import type { LearnerBook } from './learners.ts';
import type { OutwardParts } from './parts.ts';
import { stepOfActivity, stepOfContent } from './step.ts';
import type { LookFinding, ItemStep, UnsentStep } from './step.ts';

export interface ItemPlanner {
  planOf(item: OutwardItem): Promise<ItemStep>;
  /** What it is to be there, or what has to come first; `undefined` when it is not here. */
  wantedOf(item: PlannedItem): Promise<Wanted | UnsentStep | undefined>;
  /** What the last request about an item has found out, and no table has. */
  note(item: OutwardItem, finding: LookFinding | undefined): void;
  /** The content's id there is not what it was. */
  forgetContent(contentId: string): void;
  readonly learners: LearnerBook;
}

/** What is known of an item, or of one that no table has yet. */
export type PlannedItem = Pick<OutwardItem, 'kind' | 'itemId' | 'learnerUserId' | 'remoteId' | 'sentState'> &
  Partial<Pick<OutwardItem, 'waitingSince'>>;

const REMEMBERED_CONTENTS = 20_000;

export function createItemPlanner(parts: OutwardParts, provider: string): ItemPlanner {
  const { store, record, target } = parts;
  const findings = new Map<string, LookFinding>();
  const contents = new LRUCache<string, string>({ max: REMEMBERED_CONTENTS });
  const learners = createLearnerBook(parts);

  const findContent = async (contentId: string): Promise<string | UnsentStep> => {
    const known = contents.get(contentId);
    if (known !== undefined) return known;
    const item = await store.findItem({ kind: 'content', itemId: contentId });
    if (item?.remoteId !== undefined) {
      contents.set(contentId, item.remoteId);
      return item.remoteId;
    }
    if (item?.state === 'waiting') return { kind: 'wait', until: item.nextAt };
    if (item !== undefined) return { kind: 'dead', reason: 'contentNotSent' };
    // Changes are read in some order of chains: its own may come with the next ones.
    const isHere = (await record.findContent(contentId)) !== undefined;
    return isHere ? { kind: 'wait', until: parts.now() } : { kind: 'dead', reason: 'contentGone' };
  };

  const findWanted = async (item: PlannedItem, activity: CourseActivity): Promise<Wanted | UnsentStep> => {
    const people = await findPeople(learners, activity, item.waitingSince);
    if ('kind' in people) return people;
    const content = await findContent(activity.learningContentId);
    if (typeof content === 'string') return wantedActivity(activity, item.itemId, { content, provider, people });
    const { remoteId, sentState } = item;
    if (remoteId === undefined || sentState === undefined) return content;
    // Its content is neither here nor there any more: what no update changes is as it was sent.
    const wanted = wantedActivity(activity, item.itemId, { content: activity.learningContentId, provider, people });
    return { ...wanted, state: `${sentState.split('.', 1)[0]}.${wanted.state.split('.')[1]}` };
  };

  const wantActivity = async (item: PlannedItem): Promise<Wanted | UnsentStep | undefined> => {
    const { itemId, learnerUserId } = item;
    const activity = learnerUserId === undefined ? undefined : await record.findActivity(learnerUserId, itemId);
    const isOurs = activity?.learningProviderId === target.provider;
    return activity !== undefined && isOurs ? findWanted(item, activity) : undefined;
  };

  const planActivity = async (item: OutwardItem): Promise<ItemStep> => {
    const wanted = await wantActivity(item);
    if (wanted !== undefined && 'kind' in wanted) return wanted;
    const { learnerUserId } = item;
    // The create that is looked for was begun with the pair of ids.
    const match = wanted === undefined && learnerUserId !== undefined && (await learners.find(learnerUserId));
    const learner = wanted?.learnerUserId ?? (match && match.kind === 'found' ? match.remoteId : undefined);
    return stepOfActivity(item, wanted, { provider, finding: findings.get(item.itemId), learner });
  };

  return {
    planOf: async (item) => {
      const step = item.kind === 'content' ? await planContent(parts, item, provider) : await planActivity(item);
      return step.kind === 'delete' && (await isSharedRemote(parts, item)) ? { kind: 'gone' } : step;
    },
    wantedOf: async (item) => {
      if (item.kind === 'content') {
        const content = await record.findContent(item.itemId);
        return content && wantedContent(content);
      }
      return wantActivity(item);
    },
    note: ({ itemId }, finding) => {
      if (finding === undefined) findings.delete(itemId);
      else findings.set(itemId, finding);
    },
    forgetContent: (contentId) => void contents.delete(contentId),
    learners,
  };
}

/** Who they are there, as far as it was found out in time for what waits since then. */
async function findPeople(
  learners: LearnerBook,
  { learnerUserId, ...activity }: CourseActivity,
  since: number | undefined,
): Promise<ActivityPeople | UnsentStep> {
  const assignerUserId = 'assignerUserId' in activity ? activity.assignerUserId : null;
  const learner = await learners.find(learnerUserId, since);
  const assigner = assignerUserId === null ? undefined : await learners.find(assignerUserId, since);
  const unsought = [
    ...(learner.kind === 'unsought' ? [learnerUserId] : []),
    ...(assigner?.kind === 'unsought' && assignerUserId !== null ? [assignerUserId] : []),
  ];
  if (unsought.length > 0) return { kind: 'match', users: unsought };
  if (learner.kind !== 'found')
    return { kind: 'dead', reason: learner.kind === 'none' ? learner.reason : 'learnerUnknown' };
  return { learner: learner.remoteId, assigner: assigner?.kind === 'found' ? assigner.remoteId : null };
}

async function planContent({ record }: OutwardParts, item: OutwardItem, provider: string): Promise<ItemStep> {
  const content = await record.findContent(item.itemId);
  return stepOfContent(item, content && wantedContent(content), provider);
}

/** Whether what it was there is another item by now, which was made with its external id. */
async function isSharedRemote({ store }: OutwardParts, { itemId, remoteId }: OutwardItem): Promise<boolean> {
  if (remoteId === undefined) return false;
  return (await store.listOfRemote(remoteId)).some((other) => other.itemId !== itemId);
}
