import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPassword, hashChosenPassword, hashMadePassword, isPassword } from '../../../src/lib/password.ts';
import type { Answer } from '../../support/server.ts';
import { LEARNER_ID, OTHER_USER, PORTAL_ID, startAuthority, TENANT_ID, WEBSITE_ID } from './authority.ts';
import type { AuthorityServer } from './authority.ts';

const LEARNER = 'learner@contoso.onmicrosoft.com';

let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority();
});
afterAll(() => server[Symbol.asyncDispose]());

function ask(changes: Record<string, string>, segment = TENANT_ID): Promise<Answer> {
  const good = { grant_type: 'password', client_id: PORTAL_ID, username: LEARNER, scope: 'openid User.Read' };
  return server.token({ ...good, password: server.passwords['learner'] as string, ...changes }, segment);
}

describe('a name and password', () => {
  test.each([TENANT_ID, 'organizations'])('are good for tokens of the user at %s', async (segment) => {
    const { status, body } = await ask({ username: LEARNER.toUpperCase() }, segment);
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token)).toMatchObject({ oid: LEARNER_ID, scp: 'User.Read openid', azpacr: '0' });
    expect(decodeJwt(body.id_token)).toMatchObject({ oid: LEARNER_ID, aud: PORTAL_ID });
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, 'invalid_grant', 50126],
    ['no password', { password: '' }, 'invalid_request', 900144],
    ['no user name', { username: '' }, 'invalid_request', 900144],
    ['an unknown user', { username: 'nobody@contoso.onmicrosoft.com' }, 'invalid_grant', 50034],
    ['a user of another tenant', { username: OTHER_USER }, 'invalid_grant', 50034],
    ['no scope', { scope: '' }, 'invalid_request', 90014],
    ['an unconsented scope', { scope: 'LearningContent.ReadWrite.All' }, 'invalid_grant', 65001],
    ['a confidential client that does not say who it is', { client_id: WEBSITE_ID }, 'invalid_client', 7000218],
  ])('are refused: %s', async (_name, changes, error, number) => {
    expect((await ask(changes)).body).toMatchObject({ error, error_codes: [number] });
  });

  test('of a user outside the sandbox credentials do not exist', async () => {
    const { body } = await ask({ username: OTHER_USER, password: 'anything' }, 'common');
    expect(body).toMatchObject({ error: 'invalid_grant', error_codes: [50126] });
  });

  test('are part of the sandbox credentials', () => {
    expect(Object.keys(server.passwords)).toEqual(['learner', 'unlicensed', 'assigner', 'admin']);
    expect(new Set(Object.values(server.passwords)).size).toBe(4);
  });
});

describe('a password', () => {
  test.each([
    ['made here', hashMadePassword],
    ['that a person chose', hashChosenPassword],
  ])('%s is known by its hash, and no other is', async (_name, hashPassword) => {
    const password = createPassword();
    const hash = hashPassword(password);
    expect(hash).not.toContain(password);
    expect(await isPassword(password, hash)).toBe(true);
    for (const other of [createPassword(), '', `${password} `]) expect(await isPassword(other, hash)).toBe(false);
  });

  test('that a person chose has a hash of its own each time', () => {
    expect(hashChosenPassword('same password')).not.toBe(hashChosenPassword('same password'));
  });
});
