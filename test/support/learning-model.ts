/** The learning API in few words: what a tenant holds in memory, and how each request is answered from it. */
import { BETA } from '../../src/model/versions.ts';
import type { ApiVersion } from '../../src/model/versions.ts';
import { judge, NOT_SENT, PROPERTIES, UNKNOWN } from './learning-samples.ts';
import type { ActivityType, Problem, Sample } from './learning-samples.ts';

export interface Activity {
  readonly id: string;
  readonly type: ActivityType;
  readonly provider: string;
  readonly learner: string;
  readonly content: string;
  /** By schema name: all of the type but for ids. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly version: number;
}

export interface Content {
  readonly id: string;
  readonly provider: string;
  readonly externalId: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly version: number;
}

export interface World {
  /** By id: whether it takes activities. */
  readonly providers: Map<string, boolean | null>;
  readonly licensed: ReadonlySet<string>;
  readonly learners: ReadonlySet<string>;
  readonly contents: Map<string, Content>;
  readonly activities: Map<string, Activity>;
}

/** Either a success, or a refusal with the parts of its error. */
export interface Expected {
  readonly status: number;
  /** `undefined`: none. Ids that the server makes up are not in it. */
  readonly body?: unknown;
}

function refusal(
  { status, code }: { readonly status: number; readonly code: string },
  message: string,
  problems: readonly Problem[] = [],
): Expected {
  const details = problems.map((problem) => ({
    code: problem.kind === 'unknown' ? 'BadRequest' : 'badRequest',
    message: sentenceOf(problem),
    target: problem.field,
  }));
  return { status, body: { error: { code, message, ...(details.length > 0 && { details }) } } };
}

function sentenceOf({ kind, field, limit, type }: Problem): string {
  switch (kind) {
    case 'required':
      return `Input field ${field} is required`;
    case 'empty':
      return `Input field ${field} shouldn't be empty`;
    case 'invalid':
      return `Input field ${field} is invalid`;
    case 'tooLong':
      return `Input field ${field} length exceeded than ${limit}`;
    case 'unknown':
      return `The property '${field}' does not exist on type 'microsoft.graph.${type}'. Make sure to only use property names that are defined by the type.`;
    default:
      return kind satisfies never;
  }
}

const BAD_REQUEST = { status: 400, code: 'badRequest' };
const FORBIDDEN = { status: 403, code: 'Forbidden' };
const NOT_FOUND = { status: 404, code: 'notFound' };

export const REFUSALS = {
  denied: refusal(
    FORBIDDEN,
    "Your account doesn't have access to this report or data. Contact your global administrator to request access.",
  ),
  noProvider: refusal(
    BAD_REQUEST,
    'There was an issue with your request. Make sure the registrationId you entered is valid or registered for your tenant.',
  ),
  closed: refusal(BAD_REQUEST, "This provider isn't enabled for the given tenant."),
  foreignContent: refusal(
    FORBIDDEN,
    "The provider isn't valid to create course activity for the given learning content",
  ),
  unlicensed: refusal(FORBIDDEN, "The user license isn't valid to perform the operation"),
  repeated: refusal(
    { status: 409, code: 'conflict' },
    'An activity of this type with the same external id exists for this learner and provider.',
  ),
  notFound: refusal(NOT_FOUND, "The requested assignment ID doesn't exist."),
  notFoundOnUpdate: refusal(NOT_FOUND, "The assignment ID requested doesn't exist."),
  contentNotFound: refusal(NOT_FOUND, "The requested learning content doesn't exist."),
  providerNotFound: refusal(NOT_FOUND, "The requested provider doesn't exist."),
  modified: refusal(
    { status: 412, code: 'resourceModified' },
    'The item was changed since the version that If-Match names.',
  ),
  ambiguous: refusal(BAD_REQUEST, 'More than one item has this alternate key. Address the item by its id.'),
} as const;

/** All that is wrong with a body, as one answer; `undefined` when nothing is. */
export function fieldRefusal(mode: 'create' | 'update', problems: readonly Problem[]): Expected | undefined {
  if (problems.length === 0) return undefined;
  const unknown = problems.find(({ kind }) => kind === 'unknown');
  if (unknown !== undefined) return refusal({ status: 400, code: 'BadRequest' }, sentenceOf(unknown), problems);
  const areAll = (kind: Problem['kind']) => problems.every((problem) => problem.kind === kind);
  if (areAll('invalid')) return refusal(BAD_REQUEST, 'Input fields are invalid', problems);
  const isMissing = mode === 'update' && areAll('required');
  return refusal(BAD_REQUEST, isMissing ? 'Required fields are missing' : 'badRequest', problems);
}

export function wireActivity(activity: Activity): Record<string, unknown> {
  const { id, type, provider, learner, content, values } = activity;
  return {
    '@odata.type': `#microsoft.graph.${type}`,
    id,
    learnerUserId: learner,
    learningContentId: content,
    learningProviderId: provider,
    ...values,
  };
}

/** Sent samples by property name. */
export type Fields = Readonly<Record<string, Sample>>;

export interface Create {
  readonly provider: string;
  readonly type: ActivityType;
  readonly fields: Fields;
}

/** What a create is to be answered with; a success carries the activity without its id. */
export function judgeCreate(world: World, { provider, type, fields }: Create): Expected | Omit<Activity, 'id'> {
  const isOpen = world.providers.get(provider);
  if (isOpen === undefined) return REFUSALS.noProvider;
  if (isOpen !== true) return REFUSALS.closed;
  const { values, problems } = readFields(fields, { mode: 'create', type, version: undefined });
  const learner = String(values['learnerUserId']);
  const content = String(values['learningContentId']);
  const owner = world.contents.get(content)?.provider;
  const namesOther = values['learningProviderId'] !== undefined && values['learningProviderId'] !== provider;
  const wrong = {
    learnerUserId: values['learnerUserId'] !== undefined && !world.learners.has(learner),
    learningContentId: values['learningContentId'] !== undefined && owner === undefined,
    learningProviderId: namesOther && (owner === provider || owner === undefined),
  };
  const all = inOrder([...problems, ...invalid(wrong)]);
  const refused = fieldRefusal('create', all);
  if (refused !== undefined) return refused;
  if (owner !== provider) return REFUSALS.foreignContent;
  if (!world.licensed.has(learner)) return REFUSALS.unlicensed;
  const own = Object.fromEntries(PROPERTIES[type].map((name) => [name, values[name] ?? null]));
  const created = { type, provider, learner, content, values: own, version: 1 };
  return repeats(world, created) ? REFUSALS.repeated : created;
}

/** Whether another activity of the provider, type and learner has the external id. */
function repeats(world: World, { type, provider, learner, values }: Omit<Activity, 'id'>): boolean {
  const externalId = values['externalcourseActivityId'];
  return [...world.activities.values()].some(
    (one) =>
      externalId !== null &&
      one.values['externalcourseActivityId'] === externalId &&
      one.provider === provider &&
      one.learner === learner &&
      one.type === type,
  );
}

export interface Update {
  readonly provider: string;
  readonly id: string;
  readonly fields: Fields;
  readonly version: ApiVersion;
  readonly ifMatch: number | undefined;
  /** `@odata.type` of the body, when it has one. */
  readonly sentType: ActivityType | undefined;
  readonly mayWrite: (type: ActivityType) => boolean;
}

/** What an update is to be answered with; a success carries the changed activity. */
export function judgeUpdate(world: World, update: Update): Expected | Activity {
  const { provider, id, fields, version } = update;
  const isOpen = world.providers.get(provider);
  if (isOpen === undefined) return REFUSALS.noProvider;
  if (isOpen !== true) return REFUSALS.closed;
  const stored = world.activities.get(id);
  if (stored === undefined || stored.provider !== provider) return REFUSALS.notFoundOnUpdate;
  if (!update.mayWrite(stored.type)) return REFUSALS.denied;
  if (update.ifMatch !== undefined && update.ifMatch !== stored.version) return REFUSALS.modified;
  // A body of unclear type is read as the base type: what only the derived types have goes unnoticed.
  const isOther = update.sentType !== undefined && update.sentType !== stored.type;
  const readable = isOther ? Object.fromEntries(Object.entries(fields).filter(([name]) => SHARED.has(name))) : fields;
  const type = isOther ? undefined : stored.type;
  const { values, problems } = readFields(readable, { mode: 'update', type, version });
  if (isOther) problems.push({ kind: 'invalid', field: '@odata.type' });
  const before = wireActivity(stored);
  const fixed = ['learnerUserId', 'learningContentId', 'learningProviderId', 'assignerUserId'];
  if (version !== BETA) fixed.push('assignmentType');
  if (before['externalcourseActivityId'] !== null) fixed.push('externalcourseActivityId');
  const changed = fixed.filter((name) => values[name] !== undefined && values[name] !== before[name]);
  const owner = world.contents.get(String(values['learningContentId']))?.provider;
  const isForeign = changed.includes('learningContentId') && owner !== undefined && owner !== provider;
  const wrong = Object.fromEntries(changed.map((name) => [name, !(isForeign && name === 'learningContentId')]));
  const refused = fieldRefusal('update', inOrder([...problems, ...invalid(wrong)]));
  if (refused !== undefined) return refused;
  if (isForeign) return REFUSALS.foreignContent;
  const own = PROPERTIES[stored.type].filter((name) => values[name] !== undefined);
  const merged = { ...stored.values, ...Object.fromEntries(own.map((name) => [name, values[name]])) };
  const filled = { ...stored, values: merged, version: stored.version + 1 };
  const keepsExternalId = stored.values['externalcourseActivityId'] === merged['externalcourseActivityId'];
  return !keepsExternalId && repeats(world, filled) ? REFUSALS.repeated : filled;
}

const SHARED = new Set([
  'externalcourseActivityId',
  'learnerUserId',
  'learningContentId',
  'learningProviderId',
  'status',
  'completedDateTime',
  'completionPercentage',
]);

interface Reading {
  readonly mode: 'create' | 'update';
  /** `undefined`: the base type. */
  readonly type: ActivityType | undefined;
  /** `undefined`: does not matter. */
  readonly version: ApiVersion | undefined;
}

function readFields(fields: Fields, reading: Reading): { values: Record<string, unknown>; problems: Problem[] } {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, sample] of Object.entries(fields)) {
    const meaning = judge(name, sample, reading);
    if (meaning === NOT_SENT) continue;
    if ('kind' in meaning) problems.push(meaning);
    else values[name] = meaning.value;
  }
  return { values, problems };
}

function invalid(wrong: Readonly<Record<string, boolean>>): Problem[] {
  return Object.entries(wrong).flatMap(([field, isWrong]) => (isWrong ? [{ kind: 'invalid', field } as const] : []));
}

const ORDER = [
  '@odata.type',
  ...SHARED,
  'assignedDateTime',
  'assignerUserId',
  'assignmentType',
  'dueDateTime',
  'notes',
  'startedDateTime',
  UNKNOWN,
];

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((one, other) => ORDER.indexOf(one.field) - ORDER.indexOf(other.field));
}
