import { describe, expect, test } from 'vitest';
import { DEFAULT_BEHAVIOUR } from '../model/behaviour.ts';
import type { EntityName } from '../model/schema.ts';
import { createSchema } from '../model/schema.ts';
import { V1 } from '../model/versions.ts';
import { createDeviationNotes } from './deviation-notes.ts';
import { createFieldFinder } from './field-path.ts';
import { parseFilter } from './filter.ts';
import type { FilterNode } from './filter-types.ts';

const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
const guid = 'a0000000-0000-4000-8000-00000000000f';

function read(text: string, options: { readonly of?: EntityName; readonly showsHiddenMembers?: boolean } = {}): string {
  const fields = createFieldFinder(schema, options.of ?? 'learningCourseActivity');
  const notes = createDeviationNotes('lenient');
  return show(parseFilter(text, { fields, notes, showsHiddenMembers: options.showsHiddenMembers ?? false }));
}

function chain(length: number): string {
  return Array.from({ length }, () => 'status eq null').join(' or ');
}

function listed(length: number): string {
  return Array.from({ length }, () => "'completed'").join();
}

/** A filter of so many characters. */
function filled(length: number): string {
  const [start, end] = ["contains(assignerUserId,'", "')"];
  return start + 'x'.repeat(length - start.length - end.length) + end;
}

/** The tree in one line. */
function show(node: FilterNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.operands.map(show).join(` ${node.kind} `)})`;
    case 'not':
      return `not ${show(node.operand)}`;
    case 'constant':
      return String(node.isTrue);
    case 'isOf':
      return `isOf ${node.types.join()}`;
    case 'isNull':
      return `${node.field.path} is null`;
    case 'oneOf':
      return `${node.field.path} = ${node.values.join(' | ')}${node.field.onlyOf ? ` of ${node.field.onlyOf.join()}` : ''}`;
    case 'compare':
      return `${node.field.path} ${node.operator} ${node.value}`;
    case 'match':
      return `${node.field.path} ${node.test} ${node.text}`;
    default:
      return node satisfies never;
  }
}

describe('a filter of activities', () => {
  test.each([
    ["status eq 'completed'", 'status = completed'],
    ["STATUS EQ 'Completed'", 'status = completed'],
    ["'completed' eq status", 'status = completed'],
    ["status eq microsoft.graph.courseStatus'completed'", 'status = completed'],
    ["status ne 'completed'", 'not status = completed'],
    ["status in ('completed', 'inProgress')", 'status = completed | inProgress'],
    ["status in('completed',null)", '(status = completed or status is null)'],
    ['status in (null)', '(false or status is null)'],
    ['status eq null', 'status is null'],
    ['null ne status', 'not status is null'],
    ['completionPercentage le null', 'completionPercentage is null'],
    ['completionPercentage ge null', 'completionPercentage is null'],
    ['completionPercentage gt null', 'false'],
    ['completionPercentage lt null', 'false'],
    ['completionPercentage ge 50', 'completionPercentage ge 50'],
    ['50 ge completionPercentage', 'completionPercentage le 50'],
    ['50 gt completionPercentage', 'completionPercentage lt 50'],
    ['50 le completionPercentage', 'completionPercentage ge 50'],
    ['50 lt completionPercentage', 'completionPercentage gt 50'],
    ['50 ne completionPercentage', 'not completionPercentage = 50'],
    ['completionPercentage lt -1', 'completionPercentage lt -1'],
    ['completionPercentage gt 2147483647', 'completionPercentage gt 2147483647'],
    ["externalCourseActivityId eq 'it''s'", "externalcourseActivityId = it's"],
    ["externalcourseActivityId eq ''", 'externalcourseActivityId = '],
    ["externalCourseActivityID gt 'Ä %_'", 'externalcourseActivityId gt Ä %_'],
    [`externalcourseActivityId eq ${guid.toUpperCase()}`, `externalcourseActivityId = ${guid.toUpperCase()}`],
    [`learnerUserId eq ${guid}`, `learnerUserId = ${guid}`],
    [`learnerUserId eq '${guid.toUpperCase()}'`, `learnerUserId = ${guid}`],
    ["startswith(externalcourseActivityId,'a')", 'externalcourseActivityId startswith a'],
    ["StartsWith ( externalcourseActivityId , 'a' )", 'externalcourseActivityId startswith a'],
    ["endswith(externalcourseActivityId,'')", 'externalcourseActivityId endswith '],
    ["contains(assignerUserId,'),(') eq true", 'assignerUserId contains ),('],
    ["contains(assignerUserId,'a') eq FALSE", 'not assignerUserId contains a'],
    ["(status eq 'completed') ne true", 'not status = completed'],
    ['true', 'true'],
    ['not false', 'not false'],
  ])('%s', (text, tree) => {
    expect(read(text)).toBe(tree);
  });

  test.each([
    ['completedDateTime ge 2026-01-02T03:04:05Z', 'completedDateTime ge 2026-01-02T03:04:05'],
    ['completedDateTime ge 2026-01-02T03:04:05.1200000+02:00', 'completedDateTime ge 2026-01-02T01:04:05.12'],
    ["completedDateTime ge '2026-01-02T03:04:05'", 'completedDateTime ge 2026-01-02T03:04:05'],
    ['completedDateTime eq 2026-01-02', 'completedDateTime = 2026-01-02T00:00:00'],
    ["dueDateTime/dateTime lt '2026-01-02T03:04:05.5'", 'dueDateTime/dateTime lt 2026-01-02T03:04:05.5000000'],
    ['DueDateTime/DateTime lt 2026-01-02', 'dueDateTime/dateTime lt 2026-01-02T00:00:00.0000000'],
    ['dueDateTime lt 2026-01-02T00:00:00Z', 'dueDateTime/dateTime lt 2026-01-02T00:00:00.0000000'],
    ['dueDateTime eq null', 'dueDateTime/dateTime is null'],
    ["startswith(dueDateTime/dateTime,'2026-01')", 'dueDateTime/dateTime startswith 2026-01'],
    ["dueDateTime/timeZone eq 'UTC'", 'dueDateTime/timeZone = UTC'],
    ['microsoft.graph.learningAssignment/dueDateTime/dateTime eq null', 'dueDateTime/dateTime is null'],
    ['Microsoft.Graph.LearningAssignment/assignedDateTime ne null', 'not assignedDateTime is null'],
    ["microsoft.graph.learningAssignment/status eq 'completed'", 'status = completed of learningAssignment'],
    ["microsoft.graph.learningCourseActivity/status eq 'completed'", 'status = completed'],
    ["isof('microsoft.graph.learningAssignment')", 'isOf learningAssignment'],
    ['isof(microsoft.graph.learningSelfInitiated)', 'isOf learningSelfInitiatedCourse'],
    ["not isof('#microsoft.graph.learningAssignment')", 'not isOf learningAssignment'],
    ["isof('microsoft.graph.learningCourseActivity')", 'true'],
  ])('%s', (text, tree) => {
    expect(read(text)).toBe(tree);
  });

  test.each([
    [
      "status eq 'completed' or status eq 'inProgress' and completionPercentage gt 5",
      '(status = completed or (status = inProgress and completionPercentage gt 5))',
    ],
    [
      "(status eq 'completed' or status eq 'inProgress') and(completionPercentage gt 5)",
      '((status = completed or status = inProgress) and completionPercentage gt 5)',
    ],
    ["not status eq 'completed' and status ne null", '(not status = completed and not status is null)'],
    ["not (not(status eq 'completed'))", 'not not status = completed'],
  ])('%s: not before and before or', (text, tree) => {
    expect(read(text)).toBe(tree);
  });
});

describe('enum members behind the sentinel', () => {
  test('without opting in the sentinel stands for all of them', () => {
    expect(read("assignmentType eq 'unknownFutureValue'")).toBe('assignmentType = peerRecommended');
    expect(read("assignmentType in ('required','unknownFutureValue')")).toBe(
      'assignmentType = required | peerRecommended',
    );
    expect(read("status eq 'unknownFutureValue'")).toBe('false');
  });

  test('without opting in they have no names', () => {
    expect(() => read("assignmentType eq 'peerRecommended'")).toThrow(
      "Invalid filter clause: 'peerRecommended' can be named only with the header Prefer: include-unknown-enum-members.",
    );
    expect(() => read("assignmentType eq 'nope'")).toThrow(
      "'assignmentType' must be one of 'required', 'recommended', 'unknownFutureValue'; got 'nope'.",
    );
  });

  test('after opting in they are values and the sentinel matches nothing', () => {
    const showsHiddenMembers = true;
    expect(read("assignmentType eq 'peerRecommended'", { showsHiddenMembers })).toBe(
      'assignmentType = peerRecommended',
    );
    expect(read("assignmentType eq 'unknownFutureValue'", { showsHiddenMembers })).toBe('false');
    expect(read("assignmentType ne 'unknownFutureValue'", { showsHiddenMembers })).toBe('not false');
  });
});

describe('a filter of contents', () => {
  test.each([
    ['isActive', 'isActive = true'],
    ['not isActive', 'not isActive = true'],
    ['isActive eq FALSE', 'isActive = false'],
    ["duration eq duration'PT1H'", 'duration = PT1H'],
    ["duration in ('PT1H', duration'PT60M')", 'duration = PT1H | PT60M'],
    ["level eq 'Beginner'", 'level = beginner'],
    ["isof('microsoft.graph.learningContent')", 'true'],
  ])('%s', (text, tree) => {
    expect(read(text, { of: 'learningContent' })).toBe(tree);
  });

  test.each([
    ["duration gt 'PT1H'", "'duration' does not take 'gt'."],
    ["duration eq 'PDT1H'", "'duration' must be a duration; got 'PDT1H'."],
    ["isActive eq 'true'", "'isActive' must be true or false; got 'true'."],
    ['isActive gt true', "'isActive' does not take 'gt'."],
    ["description eq 'x'", "'description' cannot be filtered by."],
    ["additionalTags eq 'x'", "'additionalTags' cannot be filtered by."],
    ['numberOfPages', 'it ends where more is expected.'],
  ])('%s is refused', (text, reason) => {
    expect(() => read(text, { of: 'learningContent' })).toThrow(`Invalid filter clause: ${reason}`);
  });
});

describe('a filter is refused', () => {
  test.each([
    ['', 'it is empty.'],
    ['   ', 'it is empty.'],
    ["status eq 'completed", 'the string that begins at character 11 has no closing quote.'],
    ["status eq 'it's'", 'the string that begins at character 16 has no closing quote.'],
    ["status eq 'a'b", "'status' must be one of 'notStarted', 'inProgress', 'completed'"],
    ["status eq 'completed' status", "'status' at character 23 is not expected there."],
    ["(status eq 'completed'", 'it ends where more is expected.'],
    ["status eq 'completed')", "')' at character 22 is not expected there."],
    ['status eq', 'it ends where more is expected.'],
    ['status', 'it ends where more is expected.'],
    ["status eq 'completed' and", 'it ends where more is expected.'],
    ['status = 1', "'=' at character 8 is not expected there."],
    ['status eq "completed"', `'"completed"' at character 11 is not expected there.`],
    ["status has 'completed'", "'has' at character 8 is not expected there."],
    ["status gt 'completed'", "'status' does not take 'gt'."],
    ['status eq 2', "'status' must be one of 'notStarted', 'inProgress', 'completed'"],
    ["learnerUserId eq 'me'", "'learnerUserId' must be a GUID; got 'me'."],
    [`learnerUserId gt '${guid}'`, "'learnerUserId' does not take 'gt'."],
    ["startswith(learnerUserId,'a')", "'learnerUserId' does not take 'startswith'."],
    ["startswith('a',externalcourseActivityId)", "''a'' at character 12 is not expected there."],
    ["startswith(externalcourseActivityId,'a'", 'it ends where more is expected.'],
    ['startswith(externalcourseActivityId,5)', "'5' at character 37 is not expected there."],
    ["tolower(externalcourseActivityId) eq 'a'", "the function 'tolower' is not supported."],
    ["externalcourseActivityId eq tolower('a')", "the function 'tolower' is not supported."],
    ['externalcourseActivityId eq 5', "'externalcourseActivityId' must be a string in single quotes; got 5."],
    ["externalcourseActivityId eq 'a\u0000b'", "'externalcourseActivityId' must be a string in single quotes"],
    ['completionPercentage eq 5.5', "'completionPercentage' must be a 32-bit integer; got 5.5."],
    ['completionPercentage eq 2147483648', 'got 2147483648.'],
    ["completionPercentage eq '5'", "got '5'."],
    ['completedDateTime gt 2026-02-30', "'completedDateTime' must be a date and time; got 2026-02-30."],
    ["completedDateTime eq datetime'2026-01-01'", "got datetime'2026-01-01'."],
    ["dueDateTime/dateTime eq 'tomorrow'", "got 'tomorrow'."],
    ["notes eq 'x'", "'notes' cannot be filtered by."],
    ["id eq 'x'", "'id' cannot be filtered by."],
    ['status eq completionPercentage', 'a comparison needs a property on one side and a value on the other.'],
    ["'a' eq 'a'", 'a comparison needs a property on one side and a value on the other.'],
    ["'a'", 'a comparison needs a property on one side and a value on the other.'],
    ['status in ()', "')' at character 12 is not expected there."],
    ["status in ('completed' 'inProgress')", "''inProgress'' at character 24 is not expected there."],
    ['status in (completed)', "'status' must be one of 'notStarted', 'inProgress', 'completed'"],
    ["isof('microsoft.graph.learningContent')", "'microsoft.graph.learningContent' is not a type of these items."],
    ['isof(status)', "'status' is not a type of these items."],
  ])('%s', (text, reason) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ row: 'filterInvalid', status: 400 }));
    expect(() => read(text)).toThrow(/^Invalid filter clause: /);
    expect(() => read(text)).toThrow(reason);
  });

  test.each([
    ['characters', filled(8193), 'it has more than 8192 characters.'],
    ['brackets', `${'('.repeat(51)}status eq null${')'.repeat(51)}`, 'it is nested more than 50 levels deep.'],
    ['negations', `${'not '.repeat(51)}status eq null`, 'it is nested more than 50 levels deep.'],
    ['conditions', chain(100), 'it has more than 100 conditions and values.'],
    ['listed values', `status in (${listed(100)})`, 'it has more than 100 conditions and values.'],
  ])('for too many %s', (_, text, reason) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ row: 'filterInvalid' }));
    expect(() => read(text)).toThrow(reason);
  });

  test('no sooner', () => {
    expect(read(filled(8192))).toMatch(/^assignerUserId contains x/);
    expect(read(`${'('.repeat(50)}status eq null${')'.repeat(50)}`)).toBe('status is null');
    expect(read(chain(99))).toMatch(/^\(status is null or/);
    expect(read(`status in (${listed(99)})`)).toMatch(/^status = completed/);
  });

  test.each([
    ["nope eq 'x'", 'nope'],
    ['and', 'and'],
    ['status eq completed', 'completed'],
    ["status/dateTime eq 'x'", 'status/dateTime'],
    ["dueDateTime/nope eq 'x'", 'dueDateTime/nope'],
    ["dueDateTime/dateTime/x eq 'x'", 'dueDateTime/dateTime/x'],
    ["microsoft.graph.learningAssignment/startedDateTime eq 'x'", 'microsoft.graph.learningAssignment/startedDateTime'],
    ["microsoft.graph.nope/status eq 'x'", 'microsoft.graph.nope/status'],
    ["__proto__ eq 'x'", '__proto__'],
  ])('%s names no property', (text, property) => {
    const message = `The property '${property}' does not exist on type 'microsoft.graph.learningCourseActivity'.`;
    expect(() => read(text)).toThrow(expect.objectContaining({ row: 'propertyUnknown', status: 400 }));
    expect(() => read(text)).toThrow(message);
  });

  test('an answer repeats no more than the beginning of a long text', () => {
    expect(() => read(`status eq '${'é'.repeat(500)}'`)).toThrow(/^.{0,250}$/);
  });
});
