import { describe, expect, test } from 'vitest';
import { getGuid } from '../lib/ids.ts';
import type { AppId, TenantId, UserId } from '../lib/ids.ts';
import { DEFAULT_BEHAVIOUR } from '../model/behaviour.ts';
import { OPERATIONS } from '../model/operations.ts';
import type { OperationRow } from '../model/rows.ts';
import { createSchema, getEntity } from '../model/schema.ts';
import { V1 } from '../model/versions.ts';
import { authorize, authorizeType, holdsPermission } from './authorize.ts';
import type { Principal } from './principal.ts';

const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
const caller = {
  tenantId: getGuid<TenantId>('11111111-0000-4000-8000-000000000001'),
  appId: getGuid<AppId>('33333333-0000-4000-8000-000000000003'),
};
const userId = getGuid<UserId>('44444444-0000-4000-8000-000000000004');

function application(...permissions: string[]): Principal {
  return { kind: 'application', ...caller, permissions: new Set(permissions) };
}

function delegated(...permissions: string[]): Principal {
  return { kind: 'delegated', ...caller, userId, permissions: new Set(permissions) };
}

function operation(id: string): OperationRow {
  return OPERATIONS.find((row) => row.id === id) as OperationRow;
}

const create = operation('createLearningCourseActivity');
const get = operation('getLearningCourseActivity');
const denied = expect.objectContaining({ row: 'accessDenied', status: 403 });

describe('an operation', () => {
  test('opens to one of its permissions', () => {
    expect(() => authorize(application('LearningAssignedCourse.ReadWrite.All'), create)).not.toThrow();
    expect(() => authorize(delegated('LearningAssignedCourse.Read'), get)).not.toThrow();
  });

  test('stays shut to other permissions, and to permissions of the other kind of token', () => {
    expect(() => authorize(application('LearningAssignedCourse.Read.All'), create)).toThrow(denied);
    expect(() => authorize(delegated('LearningAssignedCourse.ReadWrite.All'), create)).toThrow(denied);
    expect(() => authorize(delegated('LearningAssignedCourse.Read.All'), get)).toThrow(denied);
    expect(() => authorize(application(), get)).toThrow(denied);
  });

  test('tells what was missing beside the published text', () => {
    const refusal = expect.objectContaining({
      message: expect.not.stringContaining('Learning'),
      logDetail: expect.stringMatching(
        /^getLearningCourseActivity takes application tokens with one of .+; the application token holds none\.$/,
      ),
      explanation: {
        requiredPermissions: get.application,
        requiredTokenKind: 'application',
        tokenPermissions: [],
        tokenKind: 'application',
      },
    });
    expect(() => authorize(application(), get)).toThrow(refusal);
  });

  test('names the other kind of token when its own is never taken', () => {
    const explanation = {
      requiredPermissions: create.application,
      requiredTokenKind: 'application',
      tokenPermissions: ['LearningContent.Read.All'],
      tokenKind: 'delegated',
    };
    expect(() => authorize(delegated('LearningContent.Read.All'), create)).toThrow(
      expect.objectContaining({ explanation }),
    );
  });
});

describe('a type with a permission family', () => {
  const assignment = getEntity(schema, 'learningAssignment');
  const selfInitiated = getEntity(schema, 'learningSelfInitiatedCourse');
  const writer = application('LearningAssignedCourse.ReadWrite.All');

  test('needs a permission of that family', () => {
    expect(() => authorizeType(writer, create, assignment)).not.toThrow();
    expect(() => authorizeType(writer, create, selfInitiated)).toThrow(denied);
    expect(holdsPermission(writer, create, 'LearningAssignedCourse')).toBe(true);
    expect(holdsPermission(writer, create, 'LearningSelfInitiatedCourse')).toBe(false);
  });

  test('is the only one whose permissions are asked for', () => {
    const explanation = expect.objectContaining({
      requiredPermissions: ['LearningSelfInitiatedCourse.ReadWrite.All'],
      tokenPermissions: ['LearningAssignedCourse.ReadWrite.All'],
    });
    expect(() => authorizeType(writer, create, selfInitiated)).toThrow(expect.objectContaining({ explanation }));
  });

  test('is not opened by a permission of the family that does not open the operation', () => {
    expect(() => authorizeType(application('LearningAssignedCourse.Read.All'), create, assignment)).toThrow(denied);
  });

  test('leaves types without a family to the operation', () => {
    expect(() => authorizeType(writer, create, getEntity(schema, 'learningContent'))).not.toThrow();
  });
});
