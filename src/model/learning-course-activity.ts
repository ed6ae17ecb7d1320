/** learningCourseActivity and its two concrete types: what a learner was assigned, and what a learner began unasked. */
import type { EntityRow } from './rows.ts';
import { ID_ROW } from './shared-rows.ts';
import { BETA, V1 } from './versions.ts';

const createPage = 'api/employeeexperience-post-learningcourseactivities';
const updatePage = 'api/learningcourseactivity-update';
const optional = { nullable: true, onCreate: 'optional', onUpdate: 'optional', source: updatePage } as const;
const date = { ...optional, type: 'Edm.DateTimeOffset', utcOffset: '+00:00' } as const;
const status = {
  name: 'status',
  type: 'graph.courseStatus',
  nullable: true,
  onCreate: 'required',
  isFilterable: true,
  isSortable: true,
} as const;
const assignmentType = {
  name: 'assignmentType',
  type: 'graph.assignmentType',
  nullable: false,
  onCreate: 'required',
  isFilterable: true,
  isSortable: true,
  column: 'assignment_type',
} as const;

export const learningCourseActivity = {
  name: 'learningCourseActivity',
  isConcrete: false,
  alternateKey: 'externalcourseActivityId',
  properties: [
    {
      // Computed: `{learnerUserId}:{guid}`.
      ...ID_ROW,
      source: createPage,
    },
    {
      // The schema's spelling; prose and most examples write externalCourseActivityId.
      name: 'externalcourseActivityId',
      documentedName: 'externalCourseActivityId',
      type: 'Edm.String',
      nullable: true,
      onCreate: 'optional',
      onUpdate: 'setOnce',
      maxLength: 256,
      column: 'external_course_activity_id',
      isOftenGuid: true,
      isNullStoredEmpty: true,
      isFilterable: true,
      isSortable: true,
      source: createPage,
    },
    {
      name: 'learnerUserId',
      type: 'Edm.String',
      nullable: false,
      onCreate: 'required',
      onUpdate: 'fixed',
      maxLength: 128,
      column: 'learner_user_id',
      isGuid: true,
      isFilterable: true,
      source: createPage,
    },
    {
      name: 'learningContentId',
      type: 'Edm.String',
      nullable: false,
      onCreate: 'required',
      onUpdate: 'fixed',
      maxLength: 128,
      column: 'learning_content_id',
      isGuid: true,
      isFilterable: true,
      source: createPage,
    },
    {
      name: 'learningProviderId',
      type: 'Edm.String',
      nullable: true,
      onCreate: 'optional',
      onUpdate: 'fixed',
      maxLength: 128,
      column: 'registration_id',
      isGuid: true,
      isFilterable: true,
      source: createPage,
    },
    { ...status, onUpdate: 'required', column: 'status', source: createPage },
    { ...date, name: 'completedDateTime', column: 'completed_date_time', isFilterable: true, isSortable: true },
    {
      ...optional,
      name: 'completionPercentage',
      type: 'Edm.Int32',
      range: [0, 100],
      isRangeDocumented: true,
      column: 'completion_percentage',
      isFilterable: true,
      isSortable: true,
    },
  ],
  tolerated: [{ name: 'registrationId', rule: 'mustEqualRegistrationId', source: createPage }],
  source: 'resources/learningcourseactivity',
} as const satisfies EntityRow;

export const learningAssignment = {
  name: 'learningAssignment',
  base: 'learningCourseActivity',
  isConcrete: true,
  permissionFamily: 'LearningAssignedCourse',
  properties: [
    { ...date, name: 'assignedDateTime', column: 'assigned_date_time', isFilterable: true, isSortable: true },
    {
      name: 'assignerUserId',
      type: 'Edm.String',
      nullable: true,
      onCreate: 'optional',
      onUpdate: 'fixed',
      maxLength: 128,
      mayBeEmpty: true,
      column: 'assigner_user_id',
      isOftenGuid: true,
      isFilterable: true,
      source: updatePage,
    },
    // v1.0 lists it among no changeable properties; beta lists it.
    { ...assignmentType, onUpdate: 'fixed', versions: [V1], source: updatePage },
    { ...assignmentType, onUpdate: 'optional', versions: [BETA], source: updatePage },
    {
      ...optional,
      name: 'dueDateTime',
      type: 'graph.dateTimeTimeZone',
      column: 'due_date_time',
      isFilterable: true,
      isSortable: true,
    },
    { ...optional, name: 'notes', type: 'graph.itemBody', maxLength: 4000, column: 'notes' },
  ],
  source: 'resources/learningassignment',
} as const satisfies EntityRow;

export const learningSelfInitiatedCourse = {
  name: 'learningSelfInitiatedCourse',
  base: 'learningCourseActivity',
  // Prose and tables use the short name.
  otherNames: ['learningSelfInitiated'],
  isConcrete: true,
  permissionFamily: 'LearningSelfInitiatedCourse',
  properties: [
    {
      ...status,
      onUpdate: 'required',
      updateMembers: ['inProgress', 'completed'],
      versions: [V1],
      column: 'status',
      source: updatePage,
    },
    { ...date, name: 'startedDateTime', column: 'started_date_time', isFilterable: true, isSortable: true },
  ],
  source: 'resources/learningselfinitiatedcourse',
} as const satisfies EntityRow;
