/**
 * Filters and orders as fast-check makes them up: the text that a client would send, beside a function that says what it
 * means. The function knows nothing of the server's code.
 */
import * as fc from 'fast-check';

import type { CourseActivity } from '../../src/model/entity.ts';
import { CONTENTS, INSTANTS, LEARNERS, localSpellings, PROVIDERS, TEXTS } from './random-activities.ts';

export interface Condition {
  readonly text: string;
  holds(activity: CourseActivity): boolean;
}

export interface Order {
  readonly text: string;
  readonly compare: (one: CourseActivity, other: CourseActivity) => number;
}

/** What a field holds or a literal says, in a form that compares: bytes of a text, milliseconds of a date. */
type Value = string | number | null;

interface Literal {
  readonly text: string;
  readonly value: Value;
}

interface FieldRow {
  readonly names: readonly string[];
  readonly literals: fc.Arbitrary<Literal>;
  readonly isOrdered: boolean;
  valueOf(activity: CourseActivity): Value;
}

type Properties = Readonly<Record<string, string | number | null | undefined>>;

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** Hex of UTF-8 sorts as code points do, which UTF-16 does not. */
const bytes = (text: string) => Buffer.from(text).toString('hex');
const literals = <Item>(items: readonly Item[], spell: (item: Item) => Literal) => fc.constantFrom(...items.map(spell));

const textLiterals = literals(TEXTS, (text) => ({ text: quote(text), value: bytes(text) }));
const emptyText = fc.constant({ text: "''", value: '' });

function guidLiterals(guids: readonly string[]): fc.Arbitrary<Literal> {
  const spellings = guids.flatMap((guid) =>
    [guid, quote(guid), guid.toUpperCase()].map((text) => ({ text, value: guid })),
  );
  return fc.constantFrom(...spellings);
}

function enumLiterals(type: string, names: readonly string[]): fc.Arbitrary<Literal> {
  const spellings = names.flatMap((name, value) =>
    [quote(name), quote(name.toUpperCase()), `microsoft.graph.${type}${quote(name)}`].map((text) => ({ text, value })),
  );
  return fc.constantFrom(...spellings);
}

const STATUSES = ['notStarted', 'inProgress', 'completed'];
const KINDS = ['required', 'recommended', 'unknownFutureValue'];

const unquotedDates = INSTANTS.flatMap((value) => {
  const eastern = new Date(value + 3_600_000).toISOString().replace('Z', '+01:00');
  return [...localSpellings(value), eastern].map((text) => ({ text, value }));
});
const dateLiterals = fc.constantFrom(
  ...unquotedDates,
  ...unquotedDates.map(({ text, value }) => ({ text: quote(text), value })),
);

function milliseconds(text: string | null | undefined): number | null {
  return text === null || text === undefined
    ? null
    : Date.parse(text.length > 10 && !text.endsWith('Z') ? `${text}Z` : text);
}

function derived(type: string, name: string): readonly string[] {
  return [name, `microsoft.graph.${type}/${name}`];
}

const property = (name: string) => (activity: CourseActivity) => (activity as unknown as Properties)[name] ?? null;
const text = (name: string) => (activity: CourseActivity) => {
  const value = property(name)(activity);
  return value === null ? null : bytes(String(value));
};
const date = (name: string) => (activity: CourseActivity) => milliseconds(property(name)(activity) as string | null);
const dueDate = (activity: CourseActivity) => ('dueDateTime' in activity ? activity.dueDateTime : null);
const number = (name: string, names: readonly string[]) => (activity: CourseActivity) => {
  const value = property(name)(activity);
  return value === null ? null : names.indexOf(String(value).replace('peerRecommended', 'unknownFutureValue'));
};

const EXTERNAL_ID = ['externalcourseActivityId', 'externalCourseActivityId'];
const ASSIGNER = derived('learningAssignment', 'assignerUserId');
const DUE = derived('learningAssignment', 'dueDateTime/dateTime');

const FIELDS: readonly FieldRow[] = [
  {
    names: EXTERNAL_ID,
    literals: fc.oneof(textLiterals, emptyText),
    isOrdered: true,
    valueOf: text('externalcourseActivityId'),
  },
  { names: ASSIGNER, literals: fc.oneof(textLiterals, emptyText), isOrdered: true, valueOf: text('assignerUserId') },
  { names: ['learnerUserId'], literals: guidLiterals(LEARNERS), isOrdered: false, valueOf: property('learnerUserId') },
  {
    names: ['learningContentId'],
    literals: guidLiterals(CONTENTS),
    isOrdered: false,
    valueOf: property('learningContentId'),
  },
  {
    names: ['learningProviderId'],
    literals: guidLiterals(PROVIDERS),
    isOrdered: false,
    valueOf: property('learningProviderId'),
  },
  {
    names: ['status'],
    literals: enumLiterals('courseStatus', STATUSES),
    isOrdered: false,
    valueOf: number('status', STATUSES),
  },
  {
    names: ['microsoft.graph.learningAssignment/status'],
    literals: enumLiterals('courseStatus', STATUSES),
    isOrdered: false,
    valueOf: (activity) => (activity.type === 'learningAssignment' ? number('status', STATUSES)(activity) : null),
  },
  {
    names: derived('learningAssignment', 'assignmentType'),
    literals: enumLiterals('assignmentType', KINDS),
    isOrdered: false,
    valueOf: number('assignmentType', KINDS),
  },
  {
    names: ['completionPercentage'],
    literals: literals([-1, 0, 1, 50, 100], (value) => ({ text: String(value), value })),
    isOrdered: true,
    valueOf: property('completionPercentage'),
  },
  { names: ['completedDateTime'], literals: dateLiterals, isOrdered: true, valueOf: date('completedDateTime') },
  {
    names: derived('learningAssignment', 'assignedDateTime'),
    literals: dateLiterals,
    isOrdered: true,
    valueOf: date('assignedDateTime'),
  },
  {
    names: derived('learningSelfInitiatedCourse', 'startedDateTime'),
    literals: dateLiterals,
    isOrdered: true,
    valueOf: date('startedDateTime'),
  },
  {
    names: [...DUE, ...derived('learningAssignment', 'dueDateTime')],
    literals: dateLiterals,
    isOrdered: true,
    valueOf: (activity) => milliseconds(dueDate(activity)?.dateTime),
  },
  {
    names: ['dueDateTime/timeZone'],
    literals: literals(['UTC', 'utc'], (zone) => ({ text: quote(zone), value: bytes(zone) })),
    isOrdered: true,
    valueOf: (activity) => (dueDate(activity) === null ? null : bytes(dueDate(activity)?.timeZone ?? '')),
  },
];

const cased = (word: string) => fc.constantFrom(word, word.toUpperCase(), word.toLowerCase());

type Test = (value: Value, other: Value) => boolean;

const inOrder = (test: (one: string | number, other: string | number) => boolean): Test => {
  return (value, other) => value !== null && other !== null && test(value, other);
};

const EQUALITIES: readonly (readonly [operator: string, mirrored: string, test: Test])[] = [
  ['eq', 'eq', (value, other) => value === other],
  ['ne', 'ne', (value, other) => value !== other],
];
const INEQUALITIES: typeof EQUALITIES = [
  ['lt', 'gt', inOrder((value, other) => value < other)],
  ['gt', 'lt', inOrder((value, other) => value > other)],
  ['le', 'ge', (value, other) => value === other || inOrder((one, two) => one < two)(value, other)],
  ['ge', 'le', (value, other) => value === other || inOrder((one, two) => one > two)(value, other)],
];

const nullLiteral = fc.constant<Literal>({ text: 'null', value: null });
const anyField = fc.constantFrom(...FIELDS);
const nameOf = ({ names }: FieldRow) => fc.constantFrom(...names).chain(cased);

const comparison: fc.Arbitrary<Condition> = anyField.chain((field) =>
  fc
    .record({
      name: nameOf(field),
      test: fc.constantFrom(...EQUALITIES, ...(field.isOrdered ? INEQUALITIES : [])),
      literal: fc.oneof({ weight: 5, arbitrary: field.literals }, { weight: 1, arbitrary: nullLiteral }),
      isMirrored: fc.boolean(),
    })
    .map(({ name, test: [operator, mirrored, test], literal, isMirrored }) => ({
      text: isMirrored ? `${literal.text} ${mirrored} ${name}` : `${name} ${operator} ${literal.text}`,
      holds: (activity) => test(field.valueOf(activity), literal.value),
    })),
);

const membership: fc.Arbitrary<Condition> = anyField.chain((field) =>
  fc
    .record({ name: nameOf(field), word: cased('in'), listed: fc.array(fc.oneof(field.literals, nullLiteral), SOME) })
    .map(({ name, word, listed }) => ({
      text: `${name} ${word} (${listed.map((literal) => literal.text).join(',')})`,
      holds: (activity) => listed.some(({ value }) => value === field.valueOf(activity)),
    })),
);

const SOME = { minLength: 1, maxLength: 4 };

const TEXT_TESTS = {
  startswith: (value: string, part: string) => value.startsWith(part),
  endswith: (value: string, part: string) => value.endsWith(part),
  contains: (value: string, part: string) => value.includes(part),
};

const textTest: fc.Arbitrary<Condition> = fc
  .record({
    name: fc.constantFrom(...EXTERNAL_ID, ...ASSIGNER),
    test: fc.constantFrom(...(Object.keys(TEXT_TESTS) as (keyof typeof TEXT_TESTS)[])),
    part: fc.constantFrom('', "'", 'a', 'b', '%', ...TEXTS),
    truth: fc.constantFrom('', ' eq true', ' eq false', ' ne true'),
  })
  .chain(({ name, test, part, truth }) =>
    cased(test).map((spelled) => ({
      text: `${spelled}(${name}, ${quote(part)})${truth}`,
      holds: (activity: CourseActivity) => {
        const value = property(name.endsWith('assignerUserId') ? 'assignerUserId' : 'externalcourseActivityId')(
          activity,
        );
        const isMatch = typeof value === 'string' && TEXT_TESTS[test](value, part);
        return truth === '' || truth === ' eq true' ? isMatch : !isMatch;
      },
    })),
  );

const typeTest: fc.Arbitrary<Condition> = fc
  .record({
    type: fc.constantFrom('learningAssignment', 'learningSelfInitiatedCourse', 'learningCourseActivity'),
    isQuoted: fc.boolean(),
  })
  .map(({ type, isQuoted }) => ({
    text: `isof(${isQuoted ? `'microsoft.graph.${type}'` : `microsoft.graph.${type}`})`,
    holds: (activity) => type === 'learningCourseActivity' || activity.type === type,
  }));

const tree = fc.letrec<{ condition: Condition; leaf: Condition; joined: Condition; negated: Condition }>((tie) => ({
  condition: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie('leaf'), tie('joined'), tie('negated')),
  leaf: fc.oneof({ weight: 5, arbitrary: comparison }, membership, textTest, typeTest),
  joined: fc
    .record({ word: fc.constantFrom('and', 'or'), parts: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }) })
    .chain(({ word, parts }) =>
      cased(word).map((spelled) => ({
        text: parts.map((part) => `(${part.text})`).join(` ${spelled} `),
        holds: (activity) => parts[word === 'and' ? 'every' : 'some']((part) => part.holds(activity)),
      })),
    ),
  negated: tie('condition').chain((part) =>
    cased('not').map((word) => ({ text: `${word}(${part.text})`, holds: (activity) => !part.holds(activity) })),
  ),
}));

export const conditions: fc.Arbitrary<Condition> = tree.condition;

const SORTED: readonly (readonly [name: string, valueOf: (activity: CourseActivity) => Value])[] = [
  ['externalcourseActivityId', text('externalcourseActivityId')],
  ['status', number('status', STATUSES)],
  ['completionPercentage', property('completionPercentage')],
  ['completedDateTime', date('completedDateTime')],
  ['assignedDateTime', date('assignedDateTime')],
  ['microsoft.graph.learningSelfInitiatedCourse/startedDateTime', date('startedDateTime')],
  ['assignmentType', number('assignmentType', KINDS)],
  // Sorted as it was written.
  ['dueDateTime/dateTime', (activity) => dueDate(activity)?.dateTime ?? null],
];

/** Up to three properties; then learner and GUID, in which the ids of activities begin and end. */
export const orders: fc.Arbitrary<Order> = fc
  .subarray([...SORTED.keys()], { maxLength: 3 })
  .chain((numbers) => fc.shuffledSubarray(numbers, { minLength: numbers.length }))
  .chain((numbers) =>
    fc.tuple(...numbers.map((index) => fc.tuple(fc.constant(index), fc.constantFrom('', ' asc', ' desc')))),
  )
  .chain((items) =>
    cased(items.map(([index, direction]) => SORTED[index]?.[0] + direction).join(', ')).map((text) => ({
      text,
      items,
    })),
  )
  .map(({ text, items }) => ({
    text,
    compare: (one, other) => {
      for (const [index, direction] of items) {
        const valueOf = SORTED[index]?.[1] as (activity: CourseActivity) => Value;
        const difference = compareValues(valueOf(one), valueOf(other));
        if (difference !== 0) return direction === ' desc' ? -difference : difference;
      }
      return compareValues(one.id, other.id);
    },
  }));

function compareValues(one: Value, other: Value): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? -1 : 1;
  return one < other ? -1 : 1;
}
