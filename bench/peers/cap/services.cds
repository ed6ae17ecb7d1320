// What Vivarium keeps of course activities, as SAP CAP would have it written: entities, checks, a unique key.
namespace learning;

entity Providers {
  key id                          : UUID;
      displayName                 : String(256) @mandatory;
      isCourseActivitySyncEnabled : Boolean;
}

entity Contents {
  key id       : UUID;
      provider : Association to Providers;
      title    : String(256) @mandatory;
}

entity Learners {
  key id                : UUID;
      userPrincipalName : String(256) @mandatory;
      licence           : String(16);
}

// The learner first, so that a learner's list has an index as well.
@assert.unique: {externalId: [
  learner,
  provider,
  externalCourseActivityId,
  type
]}
entity CourseActivities {
  key id                       : UUID;
      type                     : String(32) @mandatory  @assert.range  enum { learningAssignment; learningSelfInitiatedCourse; };
      externalCourseActivityId : String(256);
      learner                  : Association to Learners @mandatory  @assert.target;
      content                  : Association to Contents @mandatory  @assert.target;
      provider                 : Association to Providers @mandatory  @assert.target;
      status                   : String(16) @mandatory  @assert.range  enum { notStarted; inProgress; completed; };
      completedDateTime        : Timestamp;
      completionPercentage     : Integer @assert.range: [ 0, 100 ];
      assignedDateTime         : Timestamp;
      assignerUserId           : String(128);
      assignmentType           : String(32) @assert.range  enum { required; recommended; peerRecommended; };
      dueDateTime              : String(32);
      dueTimeZone              : String(64);
      notes                    : String(4000);
      notesContentType         : String(4) @assert.range enum { text; html; };
}

service LearningService @(path: '/learning') {
  entity LearningProviders        as projection on Providers;
  entity LearningContents         as projection on Contents;
  entity LearningUsers            as projection on Learners;
  entity LearningCourseActivities as projection on CourseActivities;
}
