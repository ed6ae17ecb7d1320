/** SCIM as provisioning clients use it: what RFC 7644 says, and the requests that Microsoft Entra's documentation shows. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Answer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { OwnTenant, TenantServer } from '../support/tenants.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const VIVARIUM = 'urn:ietf:params:scim:schemas:extension:vivarium:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
const TYPE = 'application/scim+json';
const TENANTS = 10;

type Json = Readonly<Record<string, unknown>>;

/** A provisioning client of a tenant that nobody else has. */
interface Client {
  readonly tenant: OwnTenant;
  readonly token: string;
  readonly credentialId: string;
  send(method: string, path: string, json?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  create(members: Json): Promise<Answer>;
  patch(id: string, ...operations: readonly Json[]): Promise<Answer>;
}

describe.each(STORE_DRIVERS)('on $name', (store) => {
  let server: TenantServer;

  beforeAll(async () => {
    const seed = join(import.meta.dirname, '../../seeds/conformance.yaml');
    server = await startTenantServer({ seed, copies: TENANTS, store, settings: { sandbox: true } });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const administer = (method: string, path: string, json?: unknown) =>
    server.call({ method, path: `/_admin${path}`, token: server.app.admin?.token, json });

  const open = async (order: Json = {}, tenant = server.takeTenant()): Promise<Client> => {
    const made = await administer('POST', `/scim/credentials?tenant=${tenant.id}`, { displayName: 'Entra', ...order });
    expect(made.status).toBe(201);
    const { token, credential } = made.body as { token: string; credential: { id: string } };
    const send: Client['send'] = (method, path, json, headers = {}) =>
      server.call({
        method,
        path: `/scim/v2${path}`,
        token,
        ...(json !== undefined && { body: JSON.stringify(json) }),
        headers: { ...(json !== undefined && { 'content-type': TYPE }), ...headers },
      });
    return {
      tenant,
      token,
      credentialId: credential.id,
      send,
      create: (members) => send('POST', '/Users', { schemas: [USER], ...members }),
      patch: (id, ...Operations) => send('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations }),
    };
  };

  const graph = async (tenant: OwnTenant, id: string) =>
    server.call({
      path: `/v1.0/users/${id}?$select=id,userPrincipalName,accountEnabled,department,employeeId,mail,surname`,
      headers: { authorization: await tenant.authorize({ roles: ['User.Read.All'] }) },
    });

  describe('what Microsoft Entra sends', () => {
    let client: Client;
    let users = 0;
    beforeAll(async () => {
      client = await open({ licence: 'premium' });
    });

    /** As its documentation shows it, under names of its own. */
    const create = async () => {
      users += 1;
      const created = await client.create({
        schemas: [USER, ENTERPRISE],
        externalId: `0a21f0f2-8d2a-4f8e-bf98-${users}`,
        userName: `Test_User_${users}@Contoso.example`,
        active: true,
        emails: [{ primary: true, type: 'work', value: `Test_User_${users}@testuser.com` }],
        meta: { resourceType: 'User' },
        name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
        roles: [],
        [ENTERPRISE]: { department: 'Sales', employeeNumber: `42-${users}`, manager: { value: 'x' } },
      });
      return { created, id: String(created.body.id), number: users };
    };

    test('tests the connection with a user and a group that are not there', async () => {
      for (const path of [
        '/Users?filter=userName+eq+"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"',
        '/Groups?excludedAttributes=members&filter=displayName+eq+"0a21f0f2"',
      ]) {
        const answer = await client.send('GET', path);
        expect(answer).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [], startIndex: 1 } });
        expect(answer.headers['content-type']).toBe(TYPE);
      }
      expect(await client.send('POST', '/Groups', { displayName: 'x' })).toMatchObject({ status: 501 });
    });

    test('creates a user, whom Graph knows at once', async () => {
      const { created, id, number } = await create();
      expect(created.status).toBe(201);
      expect(created.body).toEqual({
        schemas: [USER, ENTERPRISE, VIVARIUM],
        id,
        externalId: `0a21f0f2-8d2a-4f8e-bf98-${number}`,
        userName: `test_user_${number}@contoso.example`,
        name: { familyName: 'familyName', givenName: 'givenName' },
        displayName: 'givenName familyName',
        active: true,
        emails: [{ type: 'work', value: `Test_User_${number}@testuser.com` }],
        [ENTERPRISE]: { department: 'Sales', employeeNumber: `42-${number}` },
        [VIVARIUM]: { licence: 'premium' },
        meta: { resourceType: 'User', location: `${server.origin}/scim/v2/Users/${id}`, version: 'W/"1"' },
      });
      expect(created.headers).toMatchObject({ location: created.body.meta.location, etag: 'W/"1"' });
      expect((await graph(client.tenant, id)).body).toMatchObject({
        userPrincipalName: `test_user_${number}@contoso.example`,
        accountEnabled: true,
        employeeId: `42-${number}`,
      });
    });

    test('a user with a name that is taken is refused, whatever its casing', async () => {
      const { number } = await create();
      expect(await client.create({ userName: `TEST_user_${number}@contoso.example` })).toMatchObject({
        status: 409,
        body: { status: '409', scimType: 'uniqueness', schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'] },
      });
    });

    test.each([
      ['userName', (number: number) => `userName eq "Test_User_${number}@Contoso.example"`],
      ['externalId', (number: number) => `externalId eq "0a21f0f2-8d2a-4f8e-bf98-${number}"`],
      ['mail', (number: number) => `emails[type eq "work"].value eq "test_user_${number}@testuser.com"`],
      ['employeeNumber', (number: number) => `${ENTERPRISE}:employeeNumber eq "42-${number}"`],
      ['two of them', (number: number) => `userName eq "test_user_${number}@contoso.example" and active eq true`],
    ])('finds the user by %s', async (_by, filterOf) => {
      const { id, number } = await create();
      const found = await client.send('GET', `/Users?filter=${encodeURIComponent(filterOf(number))}`);
      expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    });

    test('changes properties by paths, in its own casing', async () => {
      const { id } = await create();
      const patched = await client.patch(
        id,
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updatedEmail@microsoft.com' },
        { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
        { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Support' },
        { op: 'Remove', path: `${ENTERPRISE}:employeeNumber` },
        { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '555' },
        { op: 'Add', path: `${ENTERPRISE}:manager`, value: [{ $ref: null, value: 'x' }] },
      );
      expect(patched).toMatchObject({ status: 200, body: { [ENTERPRISE]: { department: 'Support' } } });
      expect((await graph(client.tenant, id)).body).toMatchObject({
        mail: 'updatedEmail@microsoft.com',
        surname: 'updatedFamilyName',
        department: 'Support',
        employeeId: null,
      });
    });

    test('changes several properties without a path, names being paths', async () => {
      const { id } = await create();
      const value = {
        displayName: 'Bjfe',
        'name.givenName': 'Kkom',
        'emails[type eq "work"].value': 'x@y.z',
        [`${ENTERPRISE}:employeeNumber`]: 'Aklq',
      };
      expect((await client.patch(id, { op: 'replace', value })).body).toMatchObject({
        displayName: 'Bjfe',
        name: { givenName: 'Kkom', familyName: 'familyName' },
        emails: [{ value: 'x@y.z', type: 'work' }],
        [ENTERPRISE]: { employeeNumber: 'Aklq', department: 'Sales' },
      });
    });

    test.each([
      ['False', false],
      ['True', true],
      [false, false],
      [true, true],
    ])('switches a user by %j', async (value, active) => {
      const { id } = await create();
      expect((await client.patch(id, { op: 'Replace', path: 'active', value })).body).toMatchObject({ active });
      const { body } = await client.send('GET', `/Users?filter=id+eq+"${id}"`);
      expect(body).toMatchObject({ totalResults: 1, Resources: [{ active }] });
      expect((await graph(client.tenant, id)).body).toMatchObject({ accountEnabled: active });
    });

    test('what changes nothing is not written', async () => {
      const { id, created } = await create();
      const operations = [
        { op: 'Replace', path: 'displayName', value: 'givenName familyName' },
        { op: 'Remove', path: 'title' },
      ];
      const after = await client.patch(id, ...operations);
      expect(after).toMatchObject({ status: 200, body: created.body });
    });

    test('deletes a user', async () => {
      const { id } = await create();
      expect(await client.send('DELETE', `/Users/${id}`)).toMatchObject({ status: 204, text: '' });
      expect(await client.send('GET', `/Users/${id}`)).toMatchObject({ status: 404, body: { status: '404' } });
      expect(await client.send('DELETE', `/Users/${id}`)).toMatchObject({ status: 404 });
      expect((await graph(client.tenant, id)).status).toBe(404);
    });
  });

  test('a user who is deactivated is refused from the next request on', async () => {
    const client = await open();
    const me = async () =>
      server.call({
        path: '/v1.0/me',
        headers: { authorization: await client.tenant.authorize({ user: 'learner', scopes: ['User.Read'] }) },
      });
    expect((await me()).status).toBe(200);
    await client.patch(LEARNER, { op: 'Replace', path: 'active', value: 'False' });
    expect((await me()).status).toBe(401);
  });

  describe('a user as a whole', () => {
    let client: Client;
    beforeAll(async () => {
      client = await open({ licence: 'seeded' });
    });
    const userOf = async (members: Json) => (await client.create(members)).body as Json & { readonly id: string };

    test('is replaced: what is left out goes, but for what a user must have, and the licence', async () => {
      const { id } = await userOf({
        userName: 'whole@contoso.example',
        externalId: 'e',
        title: 'Engineer',
        active: false,
        displayName: 'Whole',
        emails: [{ value: 'a@b.c' }],
        [ENTERPRISE]: { department: 'Sales' },
      });
      const body = { schemas: [USER], id: LEARNER, userName: 'other-name@contoso.example', name: { givenName: 'W' } };
      const replaced = await client.send('PUT', `/Users/${id}`, body);
      expect(replaced.body).toEqual({
        schemas: [USER, VIVARIUM],
        id,
        userName: 'other-name@contoso.example',
        name: { givenName: 'W' },
        displayName: 'Whole',
        active: false,
        [VIVARIUM]: { licence: 'seeded' },
        meta: expect.objectContaining({ version: 'W/"2"' }),
      });
    });

    test.each([
      [{ licence: 'Premium' }, 'premium'],
      [{ licence: 'none' }, undefined],
      [{}, 'seeded'],
    ])('has the licence of %j, or that of the credential', async (part, licence) => {
      const user = await userOf({ userName: `l-${licence}@contoso.example`, [VIVARIUM]: part });
      expect((user[VIVARIUM] as Json | undefined)?.['licence']).toBe(licence);
    });

    test('of several addresses, keeps the primary one, else that of work', async () => {
      const home = { value: 'home@b.c', type: 'home' };
      const work = { value: 'work@b.c', type: 'work' };
      const first = await userOf({ userName: 'm1@contoso.example', emails: [work, { ...home, primary: true }] });
      expect(first['emails']).toEqual([{ value: 'home@b.c', type: 'work' }]);
      const second = await userOf({ userName: 'm2@contoso.example', emails: [home, work] });
      expect(second['emails']).toEqual([{ value: 'work@b.c', type: 'work' }]);
    });

    test('signs in with the password that it was given, which no answer has', async () => {
      const { id, ...user } = await userOf({ userName: 'pass@contoso.example', password: 'Correct-horse-9' });
      expect(JSON.stringify(user)).not.toMatch(/password|Correct/i);
      const found = await client.send('GET', `/Users/${id}?attributes=password`);
      expect(found.body).not.toHaveProperty('password');
      const changed = await client.patch(id, { op: 'replace', path: 'password', value: 'Another-horse-9' });
      expect(changed.body.meta.version).toBe('W/"2"');
    });

    test('with values that do not fit is refused, every problem in one answer', async () => {
      const refused = await client.create({
        userName: 'two words',
        active: 'perhaps',
        title: 'x'.repeat(129),
        favourite: 1,
        name: 'Ada',
        emails: ['a@b.c'],
        [VIVARIUM]: { licence: 'gold' },
      });
      expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue', status: '400' } });
      const detail = String(refused.body.detail);
      for (const problem of [
        'userName must be text without spaces.',
        'active must be true or false.',
        'title must have at most 128 characters.',
        'This server does not know the attribute favourite.',
        'name must be an object.',
        'emails must be an array of objects.',
        'licence must be one of none, seeded, premium.',
      ])
        expect(detail).toContain(problem);
    });

    test.each([
      [{ schemas: [USER] }, 'invalidValue', 'userName is missing.'],
      [{ schemas: [ENTERPRISE], userName: 'x@contoso.example' }, 'invalidSyntax', `schemas must have ${USER}.`],
      [['x'], 'invalidSyntax', 'The body must be a JSON object.'],
    ])('%j is refused', async (body, scimType, detail) => {
      expect(await client.send('POST', '/Users', body)).toMatchObject({ status: 400, body: { scimType, detail } });
    });

    test('in another type, or that is no JSON, is refused', async () => {
      const post = (type: string, body: string) =>
        server.call({
          method: 'POST',
          path: '/scim/v2/Users',
          token: client.token,
          body,
          headers: { 'content-type': type },
        });
      expect(await post('text/plain', '{}')).toMatchObject({ status: 415 });
      expect(await post('application/json; charset=utf-8', '{')).toMatchObject({ body: { scimType: 'invalidSyntax' } });
    });
  });

  describe('a patch', () => {
    let client: Client;
    let id: string;
    beforeAll(async () => {
      client = await open();
      ({ id } = (await client.create({ userName: 'patched@contoso.example', emails: [{ value: 'a@b.c' }] })).body);
    });

    test.each([
      [{ op: 'move', path: 'title' }, 'invalidSyntax'],
      [{ op: 'remove' }, 'noTarget'],
      [{ op: 'add', value: 'x' }, 'invalidValue'],
      [{ op: 'add', path: 'favourite', value: 'x' }, 'invalidPath'],
      [{ op: 'add', path: 'urn:example:2.0:User:tag', value: 'x' }, 'invalidPath'],
      [{ op: 'replace', path: 'id', value: LEARNER }, 'mutability'],
      [{ op: 'replace', path: 'meta.version', value: 'x' }, 'mutability'],
      [{ op: 'remove', path: 'userName' }, 'mutability'],
      [{ op: 'replace', path: 'active', value: null }, 'mutability'],
      [{ op: 'replace', path: 'emails[value eq "x"].value', value: 'y' }, 'noTarget'],
      [{ op: 'replace', path: 'title', value: 5 }, 'invalidValue'],
      [{ op: 'replace', path: 'userName', value: 'LEARNER@contoso.example' }, 'uniqueness'],
    ])('%j is refused, and nothing of it is done', async (operation, scimType) => {
      const before = await client.send('GET', `/Users/${id}`);
      const refused = await client.patch(id, { op: 'add', path: 'title', value: 'New' }, operation);
      expect(refused.body).toMatchObject({ scimType });
      expect(await client.send('GET', `/Users/${id}`)).toMatchObject({ body: before.body });
    });

    test('has its schema and at least one operation', async () => {
      const send = (body: Json) => client.send('PATCH', `/Users/${id}`, body);
      expect((await send({ Operations: [] })).body.detail).toBe(`schemas must have ${PATCH}.`);
      expect((await send({ schemas: [PATCH], Operations: [] })).body).toMatchObject({ scimType: 'invalidSyntax' });
    });

    test('sees what the operations before it have left', async () => {
      const patched = await client.patch(
        id,
        { op: 'remove', path: 'emails' },
        { op: 'remove', path: 'emails[type eq "work"].value' },
        { op: 'add', path: 'emails[type eq "work"].value', value: 'first@b.c' },
        { op: 'replace', path: 'emails[value eq "first@b.c"].value', value: 'second@b.c' },
        { op: 'replace', path: 'emails[type eq "home"].value', value: 'home@b.c' },
      );
      expect(patched.body).toMatchObject({ emails: [{ value: 'second@b.c', type: 'work' }] });
    });
  });

  describe('a list', () => {
    let client: Client;
    beforeAll(async () => {
      client = await open();
    });
    const list = async (query: string) => {
      const { body } = await client.send('GET', `/Users${query}`);
      const users = (body.Resources ?? []) as readonly { readonly displayName: string; readonly userName: string }[];
      return { ...(body as Json), names: users.map(({ displayName }) => displayName) };
    };

    test('has pages, from the first to the last', async () => {
      const all = await list('?count=1000');
      expect(all).toMatchObject({ totalResults: 8, startIndex: 1, itemsPerPage: 8 });
      const pages = [await list('?startIndex=1&count=3'), await list('?startIndex=4&count=3')];
      const last = await list('?startIndex=7&count=3');
      expect(last).toMatchObject({ totalResults: 8, startIndex: 7, itemsPerPage: 2 });
      expect([...pages, last].flatMap(({ names }) => names)).toEqual(all.names);
      const filtered = await Promise.all(
        [1, 4, 7].map((at) => list(`?filter=active+eq+true&startIndex=${at}&count=3`)),
      );
      expect(filtered.flatMap(({ names }) => names)).toEqual(all.names);
    });

    test.each([
      ['?count=0', { totalResults: 8, itemsPerPage: 0 }],
      ['?count=-1', { totalResults: 8, itemsPerPage: 0 }],
      ['?startIndex=0', { startIndex: 1, itemsPerPage: 8 }],
      ['?startIndex=100', { startIndex: 100, itemsPerPage: 0, totalResults: 8 }],
      ['?count=two', { scimType: 'invalidValue' }],
      ['?filter=favourite+pr', { scimType: 'invalidFilter' }],
      ['?sortBy=favourite', { scimType: 'invalidPath' }],
      ['?attributes=userName&excludedAttributes=name', { scimType: 'invalidValue' }],
      ['?attributes=favourite', { scimType: 'invalidPath' }],
    ])('%s', async (query, expected) => {
      expect(await list(query)).toMatchObject(expected);
    });

    test('is sorted, what has no value last', async () => {
      const { names } = await list('?sortBy=displayName&count=3');
      expect(names).toEqual(['Ada Admin', 'Gil Global', 'Lee Learner']);
      expect((await list('?sortBy=userName&sortOrder=Descending&count=1')).names).toEqual(['Uma Unlicensed']);
      const byMail = await list('?sortBy=emails.value&filter=displayName+co+"l"&count=10');
      expect(byMail.names[0]).toBe('Lee Learner');
      expect((await list('?sortBy=emails&filter=userName+eq+"learner@contoso.example"')).names).toEqual([
        'Lee Learner',
      ]);
    });

    test('is searched for by a body', async () => {
      const body = {
        schemas: [SEARCH],
        filter: `${VIVARIUM}:licence eq "premium"`,
        attributes: ['userName'],
        sortBy: 'userName',
        count: 2,
      };
      for (const path of ['/Users/.search', '/.search']) {
        const { body: found } = await client.send('POST', path, body);
        expect(found).toMatchObject({ totalResults: 5, itemsPerPage: 2 });
        expect(found.Resources[0]).toEqual({
          schemas: [USER, VIVARIUM],
          id: '0b7d8a54-1f3e-4c7a-8f53-6a2d0c9e4b71',
          userName: 'admin@contoso.example',
        });
      }
    });

    test.each([
      ['attributes=userName,emails.value', { emails: [{ value: 'lee@contoso.example' }] }],
      ['attributes=emails', { emails: [{ value: 'lee@contoso.example', type: 'work' }] }],
      ['attributes=emails.primary', { emails: [{ primary: true }] }],
      [`attributes=${ENTERPRISE}`, { [ENTERPRISE]: { employeeNumber: '1001' } }],
      [`attributes=${ENTERPRISE}:EmployeeNumber`, { [ENTERPRISE]: { employeeNumber: '1001' } }],
      ['excludedAttributes=meta,emails.type,id', { emails: [{ value: 'lee@contoso.example' }], active: true }],
    ] as readonly (readonly [string, Json])[])('%s chooses what is returned', async (query, expected) => {
      const { body } = await client.send('GET', `/Users/${LEARNER}?${query}`);
      expect(body).toMatchObject({ id: LEARNER, ...expected });
      expect(body['emails']).toEqual(expected['emails']);
      expect(Object.keys(body)).not.toContain('meta');
    });
  });

  test('versions: a read of what is known has no body, a write of another version is refused', async () => {
    const client = await open();
    const path = `/Users/${LEARNER}`;
    const { headers } = await client.send('GET', path);
    const { etag = '' } = headers;
    const known = await client.send('GET', path, undefined, { 'if-none-match': etag });
    expect(known).toMatchObject({ status: 304, text: '', headers: { etag } });
    const operation = { op: 'replace', path: 'title', value: 'Engineer' };
    const body = { schemas: [PATCH], Operations: [operation] };
    const first = await client.send('PATCH', path, body, { 'if-match': etag });
    expect(first.headers['etag']).not.toBe(etag);
    expect(first.body.meta.version).toBe(first.headers['etag']);
    for (const [method, json] of [
      ['PATCH', body],
      ['PUT', { schemas: [USER], userName: 'learner@contoso.example' }],
      ['DELETE', undefined],
    ] as const) {
      expect(await client.send(method, path, json, { 'if-match': etag })).toMatchObject({
        status: 412,
        body: { status: '412' },
      });
    }
    expect(await client.send('DELETE', path, undefined, { 'if-match': '*' })).toMatchObject({ status: 204 });
  });

  test('of many writes at once, none is lost', async () => {
    const client = await open();
    const paths = ['title', 'name.givenName', 'name.familyName', `${ENTERPRISE}:department`];
    const sent = paths.map((path) => client.patch(LEARNER, { op: 'replace', path, value: 'many' }));
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(paths.map(() => 200));
    expect((await client.send('GET', `/Users/${LEARNER}`)).body).toMatchObject({
      title: 'many',
      name: { givenName: 'many', familyName: 'many' },
      [ENTERPRISE]: { department: 'many' },
    });
  });

  describe('a credential', () => {
    test('opens its tenant alone', async () => {
      const client = await open();
      const other = await open();
      const { id } = (await client.create({ userName: 'own@contoso.example', externalId: 'own' })).body;
      expect(await other.send('GET', `/Users/${id}`)).toMatchObject({ status: 404 });
      expect(await other.patch(id, { op: 'replace', path: 'title', value: 'x' })).toMatchObject({ status: 404 });
      expect(await other.send('DELETE', `/Users/${id}`)).toMatchObject({ status: 404 });
      for (const filter of ['externalId eq "own"', `id eq "${id}"`, 'userName sw "own"'])
        expect((await other.send('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body.totalResults).toBe(0);
      // The same name is free in another tenant.
      expect((await other.create({ userName: 'own@contoso.example' })).status).toBe(201);
      const listed = await administer('GET', `/scim/credentials?tenant=${client.tenant.id}`);
      expect(listed.body.value).toEqual([expect.objectContaining({ id: client.credentialId, displayName: 'Entra' })]);
      expect(listed.text).not.toContain(client.token.slice(-20));
      const guessed = `${client.token.slice(0, -8)}AAAAAAAA`;
      expect((await server.call({ path: '/scim/v2/Users', token: guessed })).status).toBe(401);
      const revoke = `/scim/credentials/${client.credentialId}?tenant=`;
      expect((await administer('DELETE', `${revoke}${other.tenant.id}`)).status).toBe(404);
      expect((await administer('DELETE', `${revoke}${client.tenant.id}`)).status).toBe(204);
      expect((await client.send('GET', '/Users')).status).toBe(401);
      expect((await other.send('GET', '/Users')).status).toBe(200);
    });

    test.each([
      ['none', undefined],
      ['what is no token of a credential', 'vivarium_scim_x'],
      ['a token of another secret', `vivarium_scim_${Buffer.alloc(48, 7).toString('base64url')}`],
    ])('%s opens nothing', async (_name, token) => {
      const answer = await server.call({ path: '/scim/v2/Schemas', token });
      expect(answer).toMatchObject({ status: 401, body: { status: '401' } });
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    });
  });

  test('what is not there is answered as SCIM has it', async () => {
    const client = await open();
    const statusOf = async (method: string, path: string) => (await client.send(method, path)).body.status;
    expect(await statusOf('GET', '/Users/unknown')).toBe('404');
    expect(await statusOf('GET', '/Elsewhere')).toBe('404');
    expect(await statusOf('GET', '/%zz')).toBe('400');
    expect(await statusOf('PUT', '/Users')).toBe('405');
    expect(await statusOf('POST', '/Bulk')).toBe('501');
    expect(await statusOf('GET', '/Me')).toBe('501');
    expect(await statusOf('GET', '/Schemas?filter=id+pr')).toBe('403');
  });
});
