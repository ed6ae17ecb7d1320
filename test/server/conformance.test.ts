/** The rules of `vivarium conformance`: they hold on this server, and each of many defects breaks the one that says so. */
import { createSecureContext } from 'node:tls';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readConformanceSeed } from '../../src/app/commands/conformance-seed.ts';
import { learner, writer } from '../../src/conformance/callers.ts';
import type { RuleCaller } from '../../src/conformance/callers.ts';
import { openClient } from '../../src/conformance/client.ts';
import type { RuleClient } from '../../src/conformance/client.ts';
import { createSeededGround } from '../../src/conformance/ground.ts';
import { selectRules } from '../../src/conformance/rules.ts';
import { runRules } from '../../src/conformance/session.ts';
import type { RuleResult } from '../../src/conformance/session.ts';
import { createCallerTokens } from '../../src/conformance/tokens.ts';
import type { CallerTokens, CallerTokensOptions } from '../../src/conformance/tokens.ts';
import { SHIPPED_SEEDS } from '../../src/lib/shipped-seeds.ts';
import { V1 } from '../../src/model/versions.ts';
import { startAlteringProxy } from '../support/altering-proxy.ts';
import type { AlteringProxy } from '../support/altering-proxy.ts';
import { openControl } from '../support/control.ts';
import { listPlantedDefects } from '../support/planted-defects.ts';
import { createPerson } from './issuer/person.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const DEFECTS = listPlantedDefects('');

let server: TestServer;
let proxy: AlteringProxy;
let client: RuleClient;
let options: CallerTokensOptions;
let tokens: CallerTokens;

beforeAll(async () => {
  server = await startTestServer({ seed: SHIPPED_SEEDS.conformance });
  proxy = await startAlteringProxy(server);
  client = openClient(createSecureContext({ ca: server.ca }));
  const [tenant] = readConformanceSeed().tenants;
  const { tenantId, apps, users, signInApps } = server.app.credentials;
  options = {
    client,
    credentials: {
      tokenUrl: `${proxy.origin}/${tenantId}/oauth2/v2.0/token`,
      scope: 'https://graph.microsoft.com/.default',
      apps,
      users,
      signInApp: signInApps['portal'],
    },
    rolesOf: (app) => tenant?.apps[app]?.roles,
    say: () => {},
  };
  tokens = createCallerTokens(options);
});
afterAll(async () => {
  client[Symbol.dispose]();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const run = (...only: readonly string[]): Promise<readonly RuleResult[]> => runOn(true, ...only);

async function runOn(hasExtensions: boolean, ...only: readonly string[]): Promise<readonly RuleResult[]> {
  const reset = async (): Promise<void> => void (await openControl(server)('POST', '/reset'));
  const ground = createSeededGround(reset, false);
  const parts = { client, tokens, ground, hasExtensions, settings: {}, signal: new AbortController().signal };
  const results: RuleResult[] = [];
  for await (const result of runRules(selectRules(only), [V1], {
    ...parts,
    findRoot: (version) => `${proxy.origin}/${version}`,
  })) {
    results.push(result);
  }
  await ground.close();
  return results;
}

const failed = (results: readonly RuleResult[]): readonly string[] =>
  results.filter(({ outcome }) => outcome.kind === 'failed').map(({ rule }) => rule.id);

test('a server without a defect breaks no rule of the sections that find them', async () => {
  proxy.plant(undefined);
  const results = await run(...new Set(DEFECTS.map(({ section }) => section)), 'every-answer');
  expect(failed(results)).toEqual([]);
  const passed = results.filter(({ outcome }) => outcome.kind === 'passed').map(({ rule }) => rule.id);
  expect(DEFECTS.map(({ rule }) => rule).filter((rule) => !passed.includes(rule))).toEqual([]);
});

test('rules about additions to Microsoft Graph are left out where the target is no Vivarium', async () => {
  proxy.plant(undefined);
  const outcomes = async (hasExtensions: boolean): Promise<readonly string[]> =>
    (await runOn(hasExtensions, '106c', '106e')).map(({ rule, outcome }) => `${rule.id} ${outcome.kind}`);
  expect(await outcomes(true)).toEqual(['106c passed', '106e passed']);
  expect(await outcomes(false)).toEqual(['106c passed', '106e left out']);
});

describe('a defect breaks the rule that says so', () => {
  test.each(DEFECTS.map(({ name, section, rule }, index) => ({ name, section, rule, index })))(
    '$name: $rule',
    async ({ section, rule, index }) => {
      const authorization = (await tokens.find({ caller: writer, isExact: false })) ?? '';
      proxy.plant(listPlantedDefects(authorization)[index]);
      expect(failed(await run(section, 'every-answer'))).toContain(rule);
    },
  );
});

describe('tokens', () => {
  beforeAll(() => proxy.plant(undefined));

  test('are of an app with more roles than a rule needs, unless the rule is about what it lacks', async () => {
    const caller = { roles: ['LearningAssignedCourse.Read.All'] };
    expect(await tokens.find({ caller, isExact: true })).toBe(await headerOf({ app: 'assignmentReader' }));
    const content = { roles: ['LearningContent.ReadWrite.All'] };
    expect(await tokens.find({ caller: content, isExact: true })).toBeUndefined();
    expect(await tokens.find({ caller: content, isExact: false })).toBe(await headerOf(writer));
  });

  test('are of the user who is named, with the scopes of the rule and no others', async () => {
    const scopes = ['LearningProvider.Read'];
    const header = await headerOf({ user: 'admin', scopes });
    expect(decodeJwt(header.slice('Bearer '.length))).toMatchObject({ scp: 'LearningProvider.Read' });
    expect(await tokens.find({ caller: { user: 'stranger', scopes }, isExact: false })).toBeUndefined();
    // The sign-in app has no consent for it.
    const more = { user: 'admin', scopes: ['User.ReadWrite.All'] };
    expect(await tokens.find({ caller: more, isExact: false })).toBeUndefined();
  });

  test('come from one sign-in with a code on another device, for all rules about the user', async () => {
    const said: string[] = [];
    const signIn = async (message: string): Promise<void> => {
      said.push(message);
      const person = createPerson(server);
      await person.open(/https:\S+/.exec(message)?.[0] ?? '');
      await person.press('Next', { user_code: /code (\w+) to/.exec(message)?.[1] ?? '' });
      await person.press('Lee Learner');
    };
    const credentials = { ...options.credentials, users: { learner: { signsInByCode: true } } };
    const byCode = createCallerTokens({ ...options, credentials, say: signIn });
    const read = { user: 'learner', scopes: ['LearningAssignedCourse.Read'] };
    const header = await byCode.find({ caller: read, isExact: false });
    expect(header).toMatch(/^Bearer /);
    expect(await byCode.find({ caller: learner, isExact: false })).toBe(header);
    // It holds all that the app has consent for.
    expect(await byCode.find({ caller: read, isExact: true })).toBeUndefined();
    expect(said).toHaveLength(1);
  });
});

async function headerOf(caller: RuleCaller): Promise<string> {
  return (await tokens.find({ caller, isExact: true })) ?? '';
}
