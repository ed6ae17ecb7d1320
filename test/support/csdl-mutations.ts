/** What may change in a published schema, one thing at a time, and what the comparison must say of it. */
import type { SchemaDifference } from '../../src/contract/compare.ts';
import type { Facts } from '../../src/contract/schema-facts.ts';

/** Facts to set, by subject; `undefined` takes one away. */
export type Change = Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>>;

export const navigation = (type: string): Facts => ({ is: 'NavigationProperty', Type: type, ContainsTarget: 'true' });

export const MUTATIONS: readonly (readonly [name: string, change: Change, differences: readonly SchemaDifference[]])[] =
  [
    [
      'a property added',
      { 'learningContent/rating': { is: 'Property', Type: 'Edm.Int32', Nullable: 'false' } },
      [{ kind: 'new', subject: 'learningContent/rating', published: 'Property Type="Edm.Int32" Nullable="false"' }],
    ],
    [
      'a property removed',
      { 'learningProvider/loginWebUrl': undefined },
      [{ kind: 'gone', subject: 'learningProvider/loginWebUrl', served: 'Property Type="Edm.String"' }],
    ],
    [
      'a property of another type',
      { 'learningAssignment/dueDateTime': { Type: 'Edm.DateTimeOffset' } },
      [
        {
          kind: 'different',
          subject: 'learningAssignment/dueDateTime',
          fact: 'Type',
          published: 'Edm.DateTimeOffset',
          served: 'graph.dateTimeTimeZone',
        },
      ],
    ],
    [
      'a property that may be null',
      { 'learningContent/title': { Nullable: undefined } },
      [{ kind: 'different', subject: 'learningContent/title', fact: 'Nullable', served: 'false' }],
    ],
    [
      'a property that may not be null',
      { 'learningCourseActivity/status': { Nullable: 'false' } },
      [{ kind: 'different', subject: 'learningCourseActivity/status', fact: 'Nullable', published: 'false' }],
    ],
    [
      'a limit added',
      { 'learningContent/title': { MaxLength: '400' } },
      [{ kind: 'different', subject: 'learningContent/title', fact: 'MaxLength', published: '400' }],
    ],
    [
      'a member of an enumeration added',
      { 'courseStatus/waived': { is: 'Member', Value: '4' } },
      [{ kind: 'new', subject: 'courseStatus/waived', published: 'Member Value="4"' }],
    ],
    [
      'a member of an enumeration with another value',
      { 'level/advanced': { Value: '4' } },
      [{ kind: 'different', subject: 'level/advanced', fact: 'Value', published: '4', served: '2' }],
    ],
    [
      'a member of an enumeration removed',
      { 'bodyType/html': undefined },
      [{ kind: 'gone', subject: 'bodyType/html', served: 'Member Value="1"' }],
    ],
    [
      'a navigation property added',
      { 'employeeExperience/learningPaths': navigation('Collection(graph.learningPath)') },
      [
        {
          kind: 'new',
          subject: 'employeeExperience/learningPaths',
          published: 'NavigationProperty Type="Collection(graph.learningPath)" ContainsTarget="true"',
        },
      ],
    ],
    [
      'a navigation property removed',
      { 'learningProvider/learningCourseActivities': undefined },
      [
        {
          kind: 'gone',
          subject: 'learningProvider/learningCourseActivities',
          served: 'NavigationProperty Type="Collection(graph.learningCourseActivity)" ContainsTarget="true"',
        },
      ],
    ],
    [
      'a navigation property that contains nothing',
      { 'user/employeeExperience': { ContainsTarget: undefined } },
      [{ kind: 'different', subject: 'user/employeeExperience', fact: 'ContainsTarget', served: 'true' }],
    ],
    [
      'another base type',
      { learningProvider: { BaseType: 'graph.baseItem' } },
      [
        {
          kind: 'different',
          subject: 'learningProvider',
          fact: 'BaseType',
          published: 'graph.baseItem',
          served: 'graph.entity',
        },
      ],
    ],
    [
      'an open type',
      { learningContent: { OpenType: 'true' } },
      [{ kind: 'different', subject: 'learningContent', fact: 'OpenType', published: 'true' }],
    ],
    [
      'another alternate key',
      { learningContent: { AlternateKeys: 'externalId,languageTag; contentWebUrl' } },
      [
        {
          kind: 'different',
          subject: 'learningContent',
          fact: 'AlternateKeys',
          published: 'externalId,languageTag; contentWebUrl',
          served: 'externalId',
        },
      ],
    ],
    [
      'no alternate key',
      { user: { AlternateKeys: undefined } },
      [{ kind: 'different', subject: 'user', fact: 'AlternateKeys', served: 'userPrincipalName' }],
    ],
    [
      'another key',
      { entity: { Key: 'id,tenantId' } },
      [{ kind: 'different', subject: 'entity', fact: 'Key', published: 'id,tenantId', served: 'id' }],
    ],
    [
      'a learning type added, with members',
      {
        learningExam: { is: 'EntityType', BaseType: 'graph.learningCourseActivity' },
        'learningExam/score': { is: 'Property', Type: 'graph.score' },
        score: { is: 'ComplexType' },
        'score/points': { is: 'Property', Type: 'Edm.Int32' },
      },
      [
        { kind: 'new', subject: 'learningExam', published: 'EntityType BaseType="graph.learningCourseActivity"' },
        { kind: 'new', subject: 'score', published: 'ComplexType' },
      ],
    ],
    [
      'a type removed',
      { learningSelfInitiatedCourse: undefined },
      [
        {
          kind: 'gone',
          subject: 'learningSelfInitiatedCourse',
          served: 'EntityType BaseType="graph.learningCourseActivity"',
        },
      ],
    ],
    [
      'an operation added to a learning type',
      {
        'learningContent/publish()': {
          is: 'Action',
          Parameters: 'bindingParameter: Collection(graph.learningContent), force: Edm.Boolean',
        },
      },
      [
        {
          kind: 'new',
          subject: 'learningContent/publish()',
          published: 'Action Parameters="bindingParameter: Collection(graph.learningContent), force: Edm.Boolean"',
        },
      ],
    ],
    [
      'a singleton removed',
      { 'GraphService/employeeExperience': undefined },
      [
        {
          kind: 'gone',
          subject: 'GraphService/employeeExperience',
          served: 'Singleton Type="graph.employeeExperience"',
        },
      ],
    ],
    [
      'an entity set of a learning type added',
      { 'GraphService/learningContents': { is: 'EntitySet', EntityType: 'graph.learningContent' } },
      [
        {
          kind: 'new',
          subject: 'GraphService/learningContents',
          published: 'EntitySet EntityType="graph.learningContent"',
        },
      ],
    ],
    [
      'an annotation that generators act on',
      { 'learningProvider/learningContents': { '@Org.OData.Capabilities.V1.InsertRestrictions/Insertable': 'false' } },
      [
        {
          kind: 'different',
          subject: 'learningProvider/learningContents',
          fact: '@Org.OData.Capabilities.V1.InsertRestrictions/Insertable',
          published: 'false',
        },
      ],
    ],
    [
      'a property that is computed, and one that is deprecated',
      {
        'learningContent/duration': { '@Org.OData.Core.V1.Computed': 'true' },
        'learningContent/format': { '@Org.OData.Core.V1.Revisions/Kind': 'Org.OData.Core.V1.RevisionKind/Deprecated' },
      },
      [
        {
          kind: 'different',
          subject: 'learningContent/duration',
          fact: '@Org.OData.Core.V1.Computed',
          published: 'true',
        },
        {
          kind: 'different',
          subject: 'learningContent/format',
          fact: '@Org.OData.Core.V1.Revisions/Kind',
          published: 'Org.OData.Core.V1.RevisionKind/Deprecated',
        },
      ],
    ],
    [
      'what is not of learning',
      {
        'user/skills': { is: 'Property', Type: 'Collection(Edm.String)' },
        'user/manager': navigation('graph.directoryObject'),
        'directoryObject/deletedDateTime': { is: 'Property', Type: 'Edm.DateTimeOffset' },
        'entity/restore()': { is: 'Action', Parameters: 'bindingParameter: graph.entity' },
        'GraphService/groups': { is: 'EntitySet', EntityType: 'graph.group' },
        user: { '@Org.OData.Capabilities.V1.ChangeTracking/Supported': 'true' },
        group: { is: 'EntityType', BaseType: 'graph.directoryObject' },
      },
      [],
    ],
  ];
