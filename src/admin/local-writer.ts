/** Writes what is pulled from a sync target, by the rules of the operations, with what is known of it in the same unit. */
import { getGuid } from '../lib/ids.ts';
import type { LearningContentId } from '../lib/ids.ts';
import type { CourseActivity, Entity } from '../model/entity.ts';
import type { GraphError } from '../model/graph-error.ts';
import { describeReason } from '../model/reasons.ts';
import { V1 } from '../model/versions.ts';
import { changedActivity, findCreateRefusal, newActivity, referencesOf } from '../graph/activity-rules.ts';
import { viewOf } from '../graph/entity-input.ts';
import type { OutwardParts } from '../outward/parts.ts';
import type { LocalWriter, Written } from '../outward/pull.ts';
import { createProtocol } from '../odata/protocol.ts';
import { newValues } from '../odata/read-entity.ts';
import type { EntityInput } from '../odata/read-entity.ts';
import { validationError } from '../odata/validation-error.ts';
import type { Origin } from '../store/changes/change.ts';
import type { Write } from '../store/connection.ts';
import { openStores } from '../store/learning-store.ts';
import type { AwaitableStores } from '../store/learning-store.ts';
import type { AdminContext } from './context.ts';

type Content = Entity<'learningContent'>;

interface Writing {
  readonly context: AdminContext;
  readonly parts: OutwardParts;
  readonly protocol: ReturnType<typeof createProtocol>;
  /** Stores whose writes have this beside them. */
  storesWith(beside: Write): AwaitableStores;
}

export function createLocalWriter(context: AdminContext, parts: OutwardParts, findOrigin: () => Origin): LocalWriter {
  const { connection, settings } = context;
  const writing: Writing = {
    context,
    parts,
    protocol: createProtocol(V1, settings),
    storesWith: (beside) =>
      openStores({
        ...connection,
        dialect: connection.dialect,
        read: (statement, params) => connection.read(statement, params),
        write: (writes, logged) => connection.write([...writes, beside], logged && { ...logged, origin: findOrigin() }),
      }),
  };
  return {
    create: (kind, body, beside) =>
      kind === 'content' ? createContent(writing, body, beside) : createActivity(writing, body, beside),
    update: ({ kind, itemId = '', learnerUserId }, body, beside) =>
      kind === 'content'
        ? updateContent(writing, { itemId, body, beside })
        : updateActivity(writing, { id: `${learnerUserId}:${itemId}`, itemId, body, beside }),
  };
}

type Body = Readonly<Record<string, unknown>>;

function read(
  { protocol }: Writing,
  name: 'learningContent' | 'learningCourseActivity',
  body: Body,
  rules: ReadFor,
): EntityInput {
  const plain = Object.fromEntries(Object.entries(body).filter(([key]) => key === TYPE || !key.startsWith('@')));
  const common = { acceptsHiddenMembers: true, unknownProperty: 'ignore', requiresOnUpdate: false } as const;
  return protocol.readers[name](plain, { ...rules, ...common });
}

type ReadFor = { readonly mode: 'create' } | { readonly mode: 'update'; readonly storedType?: CourseActivity['type'] };
const TYPE = '@odata.type';

async function createContent(writing: Writing, body: Body, beside: (itemId: string) => Write): Promise<Written> {
  const { parts, context, protocol, storesWith } = writing;
  const view = viewOf({ protocol }, 'learningContent');
  const input = read(writing, 'learningContent', body, { mode: 'create' });
  if (input.problems.length > 0) return refused(validationError('create', input.problems, view));
  const id = getGuid<LearningContentId>(context.ids.newId('entity'));
  const content = { ...newValues(view, input), id } as unknown as Content;
  const registrationId = parts.target.provider;
  const created = { content, registrationId, rowVersion: 1 };
  const outcome = await storesWith(beside(id)).contents.insert(parts.tenant, created);
  return outcome === 'created' ? { kind: 'written', itemId: id } : refused(outcome);
}

interface Change {
  readonly itemId: string;
  readonly body: Body;
  readonly beside: Write;
}

async function updateContent(writing: Writing, { itemId, body, beside }: Change): Promise<Written> {
  const { parts, protocol, storesWith } = writing;
  const { tenant, target } = parts;
  const { contents } = storesWith(beside);
  const id = getGuid<LearningContentId>(itemId);
  const stored = await contents.find(tenant, target.provider, { kind: 'id', id });
  if (stored === undefined) return refused('it is not here any more');
  const input = read(writing, 'learningContent', body, { mode: 'update' });
  if (input.problems.length > 0)
    return refused(validationError('update', input.problems, viewOf({ protocol }, 'learningContent')));
  const changed = { ...stored, content: { ...stored.content, ...input.values, id } as Content };
  const isDone = await contents.update(tenant, changed, stored.content);
  return isDone ? { kind: 'written', itemId } : refused('it has changed here meanwhile');
}

async function createActivity(writing: Writing, body: Body, beside: (itemId: string) => Write): Promise<Written> {
  const { parts, context, protocol, storesWith } = writing;
  const { tenant, target } = parts;
  const input = read(writing, 'learningCourseActivity', body, { mode: 'create' });
  const view = viewOf({ protocol }, input.type);
  const references = referencesOf(input, target.provider);
  const activityGuid = context.ids.newActivityGuid();
  const stores = storesWith(beside(activityGuid));
  if (input.problems.length === 0 && references.learnerUserId !== undefined) {
    const activity = newActivity(view, input, { ...references, activityGuid });
    const outcome = await stores.activities.insert(tenant, { activity, mayRepeat: false });
    if (outcome === 'created') return { kind: 'written', itemId: activityGuid };
    if (outcome === 'repeated') return refused('another activity here has its external id');
  }
  const facts = await stores.activities.findCreateFacts(tenant, references);
  return refused(findCreateRefusal(facts, { input, references, view }) ?? 'it could not be stored');
}

async function updateActivity(
  writing: Writing,
  { id, itemId, body, beside }: Change & { readonly id: string },
): Promise<Written> {
  const { parts, protocol, storesWith } = writing;
  const { activities } = storesWith(beside);
  const judged = (await activities.find(parts.tenant, id)) ?? (await activities.find(parts.tenant, itemId));
  if (judged === undefined) return refused('it is not here any more');
  const { type: storedType } = judged.activity;
  const input = read(writing, 'learningCourseActivity', body, { mode: 'update', storedType });
  if (input.problems.length > 0)
    return refused(validationError('update', input.problems, viewOf({ protocol }, storedType)));
  const activity = changedActivity(judged, input);
  const outcome = await activities.update(parts.tenant, { judged, activity, mayRepeat: false });
  if (outcome === 'updated') return { kind: 'written', itemId };
  return refused('the provider is switched off here, the learner has no licence, or it has changed meanwhile');
}

function refused(why: GraphError | string): Written {
  if (typeof why === 'string') return { kind: 'refused', why };
  return { kind: 'refused', why: [why.message, ...why.reasons.map(describeReason)].join(' ') };
}
