import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../support/server.ts';
import {
  createTestClock,
  LEARNER_ID,
  OTHER_TENANT_ID,
  PORTAL_ID,
  SCOPES,
  startAuthority,
  TENANT_ID,
  WEBSITE_ID,
} from './authority.ts';
import type { AuthorityServer } from './authority.ts';
import { createPerson } from './person.ts';
import type { Person } from './person.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const INTERVAL_MS = 5000;

const clock = createTestClock();
let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority({}, clock);
});
afterAll(() => server[Symbol.asyncDispose]());

async function start(form: Record<string, string> = {}, segment = TENANT_ID): Promise<Answer> {
  return server.post(`/${segment}/oauth2/v2.0/devicecode`, { client_id: PORTAL_ID, scope: SCOPES, ...form });
}

function poll(deviceCode: string, segment = TENANT_ID): Promise<Answer> {
  return server.token({ grant_type: GRANT, client_id: PORTAL_ID, device_code: deviceCode }, segment);
}

async function enter(userCode: string, segment = TENANT_ID): Promise<{ person: Person; page: Answer }> {
  const person = createPerson(server);
  await person.open(`/${segment}/oauth2/v2.0/deviceauth`);
  return { person, page: await person.press('Next', { user_code: userCode }) };
}

describe('a device', () => {
  test('gets a code, and its person somewhere to enter it', async () => {
    const { status, headers, body } = await start();
    const uri = `${server.authority()}/oauth2/v2.0/deviceauth`;
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store, no-cache');
    expect(body).toEqual({
      user_code: expect.stringMatching(/^[B-DF-HJ-NP-TV-Z3-9]{9}$/),
      device_code: expect.stringMatching(/^1\.[\w-]{64}$/),
      verification_uri: uri,
      expires_in: 900,
      interval: 5,
      message: `To sign in, use a web browser to open the page ${uri} and enter the code ${body.user_code} to authenticate.`,
    });
  });

  test('waits until its person has chosen a user, and then gets tokens once', async () => {
    const { body: device } = await start();
    expect((await poll(device.device_code)).body).toMatchObject({
      error: 'authorization_pending',
      error_codes: [70016],
    });
    const { person, page } = await enter(device.user_code);
    expect(page.text).toContain('<strong>portal</strong> on another device will act for you');
    const { text } = await person.press('Lee Learner');
    expect(text).toContain('Lee Learner is signed in on your device');
    clock.advance(INTERVAL_MS);
    const { status, body } = await poll(device.device_code);
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token)).toMatchObject({ oid: LEARNER_ID, azp: PORTAL_ID });
    expect(body).toMatchObject({ refresh_token: expect.any(String), id_token: expect.any(String) });
    expect((await poll(device.device_code)).body).toMatchObject({ error: 'invalid_grant', error_codes: [54005] });
  });

  test('that asks again after it got tokens has its refresh token revoked, also where its user is of another tenant', async () => {
    const { body: device } = await start({}, 'common');
    await (await enter(device.user_code, 'common')).person.press('Frida');
    const { body } = await poll(device.device_code, 'common');
    const form = { grant_type: 'refresh_token', client_id: PORTAL_ID, refresh_token: body.refresh_token };
    expect((await server.token(form, 'common')).status).toBe(200);
    expect((await poll(device.device_code, 'common')).body).toMatchObject({ error_codes: [54005] });
    expect((await server.token(form, 'common')).body).toMatchObject({ error: 'invalid_grant', error_codes: [50173] });
  });

  test('gets slow_down when it polls too often', async () => {
    const { body: device } = await start();
    const ask = async () => (await poll(device.device_code)).body.error;
    expect(await ask()).toBe('authorization_pending');
    clock.advance(INTERVAL_MS - 1001);
    expect(await ask()).toBe('slow_down');
    clock.advance(INTERVAL_MS - 1000);
    expect(await ask()).toBe('authorization_pending');
  });

  test('gets access_denied when the user declines', async () => {
    const { body: device } = await start();
    const { person } = await enter(device.user_code);
    expect((await person.press('Cancel')).text).toContain('The sign-in was declined');
    expect((await poll(device.device_code)).body).toMatchObject({ error: 'authorization_declined' });
  });

  test('has 15 minutes', async () => {
    const [{ body: unused }, { body: approved }] = [await start(), await start()];
    await (await enter(approved.user_code)).person.press('Lee Learner');
    clock.advance(900_000);
    for (const { device_code: code } of [unused, approved]) {
      expect((await poll(code)).body).toMatchObject({ error: 'expired_token', error_codes: [70020] });
    }
    expect((await enter(unused.user_code)).page.text).toContain('This code is wrong, too old, or was used already');
  });

  test('is not let in by what it was not given', async () => {
    const unknown = await poll(`1.${'A'.repeat(64)}`);
    expect(unknown).toMatchObject({ status: 400, body: { error: 'bad_verification_code', error_codes: [70018] } });
    const { body: device } = await start();
    const form = { grant_type: GRANT, client_id: WEBSITE_ID, device_code: device.device_code };
    expect((await server.token(form)).body).toMatchObject({ error: 'invalid_client', error_codes: [7000218] });
    const proven = await server.token({ ...form, client_secret: server.websiteSecret });
    expect(proven.body).toMatchObject({ error: 'invalid_grant', error_codes: [70000] });
  });

  test('comes with a user of any tenant through common, and of one tenant through that', async () => {
    const { body: device } = await start({}, 'common');
    const { person, page } = await enter(device.user_code, 'common');
    expect(page.text).toContain('Fabrikam');
    await person.press('Frida');
    const { body } = await poll(device.device_code, 'common');
    expect(decodeJwt(body.access_token)).toMatchObject({ tid: OTHER_TENANT_ID });
    const { body: own } = await start();
    expect((await enter(own.user_code, 'common')).page.text).not.toContain('Fabrikam');
  });

  test.each([
    [{ client_id: LEARNER_ID }, 'unauthorized_client', 700016],
    [{ scope: '' }, 'invalid_request', 90014],
    [{ scope: 'LearningContent.ReadWrite.All' }, 'invalid_grant', 65001],
  ])('asking with %o gets %s', async (form, error, number) => {
    expect(await start(form)).toMatchObject({ status: 400, body: { error, error_codes: [number] } });
  });
});

describe('a user code', () => {
  test('may be typed in any case, with spaces and hyphens', async () => {
    const { body } = await start();
    const typed = ` ${body.user_code.slice(0, 4).toLowerCase()}-${body.user_code.slice(4)} `;
    expect((await enter(typed)).page.text).toContain('Sign in on your device?');
  });

  test('that is decided on is no code any more, and a wrong one is asked for again', async () => {
    const { body } = await start();
    await (await enter(body.user_code)).person.press('Lee Learner');
    for (const code of [body.user_code, 'BCDFGHJKL', '<b>']) {
      const { page } = await enter(code);
      expect(page.text).toContain('role="alert"');
      expect(page.text).not.toContain('<b>');
    }
  });

  test('in the address is filled in', async () => {
    const { text } = await createPerson(server).open('/common/oauth2/v2.0/deviceauth?user_code=BCDF');
    expect(text).toContain('value="BCDF"');
  });
});
