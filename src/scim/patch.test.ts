import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { getGuid } from '../lib/ids.ts';
import type { TenantId, UserId } from '../lib/ids.ts';
import { NEW_USER } from '../model/directory.ts';
import type { DirectoryUser } from '../model/directory.ts';
import { beginChange, endAssignment } from './assign.ts';
import { applyOperations } from './patch.ts';
import type { PatchOperation } from './patch.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const VIVARIUM = 'urn:ietf:params:scim:schemas:extension:vivarium:2.0:User';

const ADA: DirectoryUser = {
  ...NEW_USER,
  tenantId: getGuid<TenantId>('2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10'),
  id: getGuid<UserId>('7ba2228a-e020-11ec-9d64-0242ac120002'),
  name: 'ada',
  userPrincipalName: 'ada@contoso.example',
  displayName: 'Ada',
  surname: 'Adams',
  mail: 'ada@contoso.example',
};

/** Of each path the property, where its value may be any text. */
const TEXTS: Readonly<Record<string, keyof DirectoryUser>> = {
  displayName: 'displayName',
  externalId: 'externalId',
  title: 'jobTitle',
  'name.givenName': 'givenName',
  'name.familyName': 'surname',
  'emails[type eq "work"].value': 'mail',
  'emails.value': 'mail',
  [`${ENTERPRISE}:department`]: 'department',
  [`${ENTERPRISE}:employeeNumber`]: 'employeeId',
};
/** Those whose value can go. */
const REMOVABLE = Object.keys(TEXTS).filter((path) => path !== 'displayName');

const text = fc.string({ minLength: 1, maxLength: 60 }).filter((value) => value.trim() !== '');
const setOrAdd: fc.Arbitrary<PatchOperation['op']> = fc.constantFrom('add', 'replace');

const setText = fc.record({ op: setOrAdd, path: fc.constantFrom(...Object.keys(TEXTS)), value: text });
const removeText = fc.record({
  op: fc.constant('remove' as const),
  path: fc.constantFrom(...REMOVABLE),
  value: fc.constant(undefined),
});
const operations = fc.array(fc.oneof({ weight: 3, arbitrary: setText }, removeText), { minLength: 1, maxLength: 8 });

function apply(given: readonly PatchOperation[], stored = ADA): Readonly<Record<string, unknown>> {
  const assignment = beginChange(stored);
  applyOperations(assignment, given);
  endAssignment(assignment);
  return Object.fromEntries(assignment.values);
}

/** The last word on each property. */
function expected(given: readonly PatchOperation[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(given.map(({ path = '', value = null }) => [TEXTS[path], value]));
}

describe('a patch', () => {
  test('leaves of each property what its last operation says, and touches no other', () => {
    fc.assert(
      fc.property(operations, (given) => {
        expect(apply(given)).toEqual(expected(given));
      }),
    );
  });

  test('does the same a second time', () => {
    fc.assert(
      fc.property(operations, (given) => {
        const once = apply(given);
        expect(apply(given, { ...ADA, ...once })).toEqual(once);
      }),
    );
  });

  test('says the same with paths, without, and as nested objects, in any casing', () => {
    const members = fc.uniqueArray(fc.tuple(fc.constantFrom(...Object.keys(TEXTS)), text), {
      selector: ([path]) => TEXTS[path],
      minLength: 1,
    });
    fc.assert(
      fc.property(members, fc.infiniteStream(fc.boolean()), (pairs, chance) => {
        const isUpper = () => chance.next().value === true;
        const withPaths = pairs.map(([path, value]) => ({ op: 'replace' as const, path, value }));
        const inCasing = pairs.map(([path, value]) => [isUpper() ? path.toUpperCase() : path, value] as const);
        const withoutPath = [{ op: 'replace' as const, path: undefined, value: Object.fromEntries(inCasing) }];
        const nested = [{ op: 'add' as const, path: undefined, value: nest(pairs) }];
        expect(apply(withoutPath)).toEqual(apply(withPaths));
        expect(apply(nested)).toEqual(apply(withPaths));
      }),
    );
  });

  test('with one operation that is refused has the problems of all', () => {
    const refused = fc.constantFrom(
      { op: 'replace' as const, path: 'active', value: 'perhaps' },
      { op: 'remove' as const, path: 'userName', value: undefined },
      { op: 'add' as const, path: 'favourite', value: 1 },
    );
    fc.assert(
      fc.property(operations, refused, fc.nat(8), (given, wrong, place) => {
        const all = [...given.slice(0, place), wrong, { ...wrong, path: 'id' }, ...given.slice(place)];
        expect(() => apply(all)).toThrow(/(true or false|cannot be removed|does not know).*id is set by the server/s);
      }),
    );
  });

  test.each([
    [true, 'True', 'true', 'TRUE'],
    [false, 'False', 'false', 'FALSE'],
  ])('reads %s in any spelling', (isActive, ...spellings) => {
    for (const value of [isActive, ...spellings])
      expect(apply([{ op: 'replace', path: 'active', value }])).toEqual({ accountEnabled: isActive });
  });

  test.each([
    [
      { op: 'remove', path: 'name' },
      { givenName: null, surname: null },
    ],
    [
      { op: 'remove', path: ENTERPRISE },
      { department: null, employeeId: null },
    ],
    [{ op: 'remove', path: VIVARIUM }, { licence: 'none' }],
    [{ op: 'replace', path: 'title', value: '' }, { jobTitle: null }],
    [{ op: 'replace', path: 'emails', value: [] }, { mail: null }],
    [{ op: 'add', path: 'emails', value: { value: 'a@b.c', type: 'work' } }, { mail: 'a@b.c' }],
    [{ op: 'add', path: 'emails[type eq "home"].value', value: 'a@b.c' }, {}],
    [{ op: 'remove', path: 'emails[type eq "home"]' }, {}],
    [{ op: 'remove', path: 'emails[value eq "ADA@contoso.example"]' }, { mail: null }],
    [{ op: 'replace', path: undefined, value: { id: 'x', schemas: [], meta: {}, title: 'T' } }, { jobTitle: 'T' }],
    [{ op: 'add', path: 'addresses[type eq "work"].country', value: 'DE' }, {}],
  ] as const)('%j sets %j', (operation, values) => {
    expect(apply([{ value: undefined, ...operation }])).toEqual(values);
  });
});

/** `name.givenName` as a member of `name`, and so on. */
function nest(pairs: readonly (readonly [path: string, value: string])[]): Readonly<Record<string, unknown>> {
  const nested: Record<string, unknown> = {};
  const add = (name: string, member: string, value: string) => {
    nested[name] = { ...(nested[name] as object | undefined), [member]: value };
  };
  for (const [path, value] of pairs) {
    const [, schema, member] = /^(urn:.*):(\w+)$/.exec(path) ?? [];
    if (schema !== undefined && member !== undefined) add(schema, member, value);
    else if (path.startsWith('emails')) nested['emails'] = [{ value, type: 'work', primary: true }];
    else if (path.startsWith('name.')) add('name', path.slice('name.'.length), value);
    else nested[path] = value;
  }
  return nested;
}
