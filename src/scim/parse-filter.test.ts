import { describe, expect, test } from 'vitest';

import { matches } from './match-filter.ts';
import { parseScimFilter, parsePath } from './parse-filter.ts';
import { ScimError } from './scim-error.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ADA = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
  id: '7ba2228a-e020-11ec-9d64-0242ac120002',
  externalId: 'Ada-1',
  userName: 'ada@contoso.example',
  name: { givenName: 'Ada', familyName: 'O"Hara \\ Ünal' },
  displayName: 'Ada O"Hara',
  active: true,
  emails: [{ value: 'Ada@contoso.example', type: 'work', primary: true }],
  [ENTERPRISE]: { employeeNumber: '1001' },
  meta: { resourceType: 'User', version: 'W/"1"' },
};

describe('a filter', () => {
  test.each([
    ['userName eq "ADA@contoso.example"', true],
    ['USERNAME EQ "ada@contoso.example"', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada@contoso.example"', true],
    ['externalId eq "Ada-1"', true],
    ['externalId eq "ada-1"', false],
    ['id eq "7ba2228a-e020-11ec-9d64-0242ac120002"', true],
    ['name.givenName sw "a"', true],
    ['name.familyName ew "ÜNAL"', true],
    ['name.familyName eq "o\\"hara \\\\ \\u00fcnal"', true],
    ['displayName co "a o"', true],
    ['displayName ne "x"', true],
    ['displayName ne "ada o\\"hara"', false],
    ['title pr', false],
    ['title eq null', true],
    ['title ne "x"', true],
    ['emails pr', true],
    ['emails co "contoso"', true],
    ['emails.value eq "ada@contoso.example"', true],
    ['emails[type eq "work"]', true],
    ['emails[type eq "work" and value sw "ada"]', true],
    ['emails[type eq "home"]', false],
    ['emails[primary eq true]', true],
    ['emails[type eq "work"].value eq "ada@contoso.example"', true],
    ['emails[type eq "work"].value eq "other@contoso.example"', false],
    [`${ENTERPRISE}:employeeNumber eq "1001"`, true],
    [`${ENTERPRISE}:employeeNumber gt "1000"`, true],
    [`${ENTERPRISE}:employeeNumber le "1000"`, false],
    ['active eq true', true],
    ['active eq "True"', true],
    ['active ne true', false],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', true],
    ['meta.version eq "W/\\"1\\""', true],
    ['phoneNumbers pr', false],
    ['phoneNumbers[type eq "mobile"].value eq "1"', false],
    ['nickName eq null', true],
    ['nickName ne "x"', true],
    // and binds before or, not before both.
    ['userName eq "x" and active eq true or title eq null', true],
    ['userName eq "x" and (active eq true or title eq null)', false],
    ['not (userName eq "x") and active eq true', true],
    ['not (active eq true or title pr)', false],
    ['((((active eq true))))', true],
  ])('%s gives %s', (text, expected) => {
    expect(matches(parseScimFilter(text), ADA)).toBe(expected);
  });

  test.each([
    ['', 'Expected an attribute'],
    ['userName', 'Expected an operator'],
    ['userName is "x"', 'Unknown operator is'],
    ['userName eq', 'Expected a text in double quotes'],
    ["userName eq 'x'", 'Expected a text in double quotes'],
    ['userName eq "x', 'Expected a text in double quotes'],
    ['userName eq "\\x"', 'not valid as a JSON string'],
    ['userName eq "x" and', 'Expected an attribute'],
    ['userName eq "x" userName eq "y"', 'Expected the end (at character 17)'],
    ['(userName eq "x"', 'Expected )'],
    ['emails[type eq "work"', 'Expected ]'],
    ['not userName eq "x"', 'Expected ('],
    ['favourite eq "x"', 'does not know the attribute favourite'],
    ['emails[colour eq "x"]', 'does not know the attribute colour'],
    ['emails[type eq "work"].colour eq "x"', 'does not know the attribute emails.colour'],
    ['urn:example:User:tag eq "x"', 'does not know the attribute urn:example:User:tag'],
    ['active gt true', 'cannot be compared with gt'],
    ['name eq "x"', 'by a sub-attribute only'],
    [`${'('.repeat(51)}active eq true`, 'nested 50 times'],
    [`userName eq "${'x'.repeat(10_000)}"`, 'Too long'],
  ])('%s is refused', (text, problem) => {
    expect(refusalOf(() => parseScimFilter(text))).toMatchObject({ scimType: 'invalidFilter', status: 400 });
    expect(refusalOf(() => parseScimFilter(text))?.message).toContain(problem);
  });
});

describe('the path of a patch', () => {
  test.each(['favourite', 'emails[type eq "work"', 'emails.', 'emails[type eq "work"].value x', 'name[givenName pr]'])(
    '%s is refused',
    (path) => {
      expect(refusalOf(() => parsePath(path))).toMatchObject({ scimType: 'invalidPath' });
    },
  );

  test.each([ENTERPRISE, ENTERPRISE.toUpperCase()])('%s names a schema as a whole', (path) => {
    expect(parsePath(path).target).toMatchObject({ kind: 'schema', schema: { id: ENTERPRISE } });
  });

  test('names an attribute with its schema, its element and its part', () => {
    const { target, filter } = parsePath('urn:ietf:params:scim:schemas:core:2.0:User:Emails[Type Eq "work"].Value');
    expect(target).toMatchObject({ kind: 'attribute', attribute: { name: 'emails' }, sub: { name: 'value' } });
    expect(filter).toMatchObject({ kind: 'compare', by: 'eq', value: 'work' });
  });
});

function refusalOf(work: () => unknown): ScimError | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  return undefined;
}
