/**
 * Why a request is refused, where its published text says too little: facts that the refusal carries, and the sentences
 * that are made of them for the journal and, where refusals are explained, for `innerError`.
 */
import { fillTemplate } from '../lib/fill-template.ts';
import { findSimilar } from '../lib/suggest.ts';

/**
 * One sentence each. `{target}` is the property, option or header in question, `{found}` what was sent, `{stored}` what is
 * stored, `{known}` what could stand in place of `{found}`: the most similar of these is suggested.
 */
export const REASONS = {
  // The body as a whole.
  bodyNotJson: 'The body is not valid JSON: {problem}',
  bodyNotObject: 'The body must be a JSON object; got {found}.',
  bodyTooDeep: 'The body is nested deeper than {limit} levels.',
  bodyInPieces: 'The body comes in more than {limit} pieces.',
  bodyTooRich: 'The body holds more than {limit} values.',
  batchUnfit: '{problem}',
  dependencyFailed: 'The request depends on {dependencies}, which failed.',

  // One value of a body, a header or a query.
  missing: "'{target}' is missing; it must be {expected}.",
  null: "'{target}' must be {expected}; got null.",
  empty: "'{target}' must be {expected}; got an empty text.",
  unfit: "'{target}' must be {expected}; got {found}.",
  tooLong: "'{target}' must have at most {limit} characters; got {length}.",
  notStorable: "'{target}' holds a NUL character or half of a surrogate pair, which cannot be stored.",
  dateUnreal: "'{target}' must be a date and time that exist; got {found}.",
  timeZoneUnknown:
    "'{target}' must be a time zone of Windows or of the IANA database, such as Pacific Standard Time or Europe/Berlin; got {found}.",
  memberUnknown: "'{target}' must be one of {known}; got {found}.",
  repeated: "'{target}' is sent more than once.",
  fixed: "'{target}' cannot be changed from {stored}; got {found}.",
  keyDiffers: "'{target}' must be {stored}, as in the URL; got {found}.",
  propertyUnknown: '{found} is not a property of {type}, which has {known}.',
  complexMemberUnknown: "'{target}' has no member {found}; it has {known}.",

  // What ids refer to.
  idUnfit: 'The {key} of a {type} must be {expected}; got {found}.',
  itemUnknown: 'The tenant has no {type} with the {key} {found}.',
  itemUnknownOfProvider: 'The provider {provider} has no {type} with the {key} {found}.',
  itemUnknownOfLearner: 'The learner {learner} has no {type} with the {key} {found}.',
  referenceUnknown: "'{target}' must be the id of a {type} of the tenant; none has the id {found}.",
  contentOfOther: 'The learningContent {found} belongs to the provider {owner}, not to {provider}.',
  providerClosed:
    'isCourseActivitySyncEnabled of the provider {provider} is not true; activities are written only while it is.',
  activityExists: 'The learner {learner} has a {type} of the provider {provider} with the external id {found}.',
  contentExists: 'The provider {provider} has a learningContent with the external id {found}.',
  keyShared: 'The external id {found} is that of {activities}.',
  versionDiffers: 'If-Match is {found}, the stored version {stored}.',

  // Paths and queries.
  versionUnknown: 'The path must begin with {known}; got {found}.',
  segmentUnknown: 'The path has no {found} at this place; it has {known}.',
  segmentBeyond: 'The path has nothing at the place of {found}.',
  keyUnknown: '{collection} has no key {found}; it has {known}.',
  methodUnfit: 'The path takes {known}; got {found}.',
  optionUnknown: 'The query option {found} is not supported here; supported are {known}.',
  notFilterable: '{found} cannot be filtered by; {known} can.',
  notSortable: '{found} cannot be sorted by; {known} can.',
  skipTokenBroken: 'The skip token was cut or edited.',
  skipTokenOfOther: 'The skip token was made for another list, $filter or $orderby.',
  skipTokenOfOtherRelease:
    'The skip token was made by another release of the server, which orders lists differently. Begin the list again.',

  // Callers, and how many come at once.
  tokenRefused: '{problem}',
  permissionMissing:
    '{operation} takes {requiredKind} tokens with one of {required}; the {tokenKind} token holds {held}.',
  ownOnly: "The token opens its own user's {what} only.",
  roleMissing: 'The user must hold one of the directory roles {required}; holds {held}.',
  licenceMissing: "The user's licence must be {required}; it is {licence}.",
  overloaded: 'As many {kind} requests are in flight as maxRequestsInFlight allows.',
  planMissing: 'The tenant has no service plan.',
} as const satisfies Readonly<Record<string, string>>;

export type ReasonName = keyof typeof REASONS;

/** A fact, to be told in the sentence of its row. */
export interface Reason {
  readonly name: ReasonName;
  /** By the names in the sentence. `found` and `stored` may be any value of JSON; lists are written with commas. */
  readonly values: Readonly<Record<string, unknown>>;
}

export function reason(name: ReasonName, values: Reason['values'] = {}): Reason {
  return { name, values };
}

/** A body may be wrong in thousands of ways, of which the first suffice. */
export const MAX_REASONS = 10;
/** Of a text that was sent or is stored. */
const SHOWN_CHARACTERS = 100;
const AS_JSON: ReadonlySet<string> = new Set(['found', 'stored']);

export function describeReason({ name, values }: Reason): string {
  const texts = Object.entries(values).map(([key, value]) => [key, AS_JSON.has(key) ? show(value) : list(value)]);
  return fillTemplate(REASONS[name], Object.fromEntries(texts)) + suggest(values);
}

function list(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') || 'none' : String(value);
}

function show(value: unknown): string {
  if (typeof value === 'string') {
    const isLong = value.length > SHOWN_CHARACTERS;
    return JSON.stringify(isLong ? `${value.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : value);
  }
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function suggest({ found, known }: Reason['values']): string {
  if (typeof found !== 'string' || !Array.isArray(known)) return '';
  const similar = findSimilar(found, known as readonly string[]);
  return similar === undefined ? '' : ` Did you mean ${similar}?`;
}
