/** The rules of `vivarium conformance`: they hold on this server, and each of many defects breaks the one that says so. */
import { createSecureContext } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readConformanceSeed } from '../../src/app/commands/conformance-seed.ts';
import { writer } from '../../src/conformance/callers.ts';
import { openClient } from '../../src/conformance/client.ts';
import type { RuleClient } from '../../src/conformance/client.ts';
import { createSeededGround } from '../../src/conformance/ground.ts';
import { selectRules } from '../../src/conformance/rules.ts';
import { runRules } from '../../src/conformance/session.ts';
import type { RuleResult } from '../../src/conformance/session.ts';
import { createCallerTokens } from '../../src/conformance/tokens.ts';
import type { CallerTokens } from '../../src/conformance/tokens.ts';
import { SHIPPED_SEEDS } from '../../src/lib/shipped-seeds.ts';
import { V1 } from '../../src/model/versions.ts';
import { startAlteringProxy } from '../support/altering-proxy.ts';
import type { AlteringProxy } from '../support/altering-proxy.ts';
import { openControl } from '../support/control.ts';
import { listPlantedDefects } from '../support/planted-defects.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const DEFECTS = listPlantedDefects('');

let server: TestServer;
let proxy: AlteringProxy;
let client: RuleClient;
let tokens: CallerTokens;

beforeAll(async () => {
  server = await startTestServer({ seed: SHIPPED_SEEDS.conformance });
  proxy = await startAlteringProxy(server);
  client = openClient(createSecureContext({ ca: server.ca }));
  const [tenant] = readConformanceSeed().tenants;
  const { tenantId, apps, users, signInApps } = server.app.credentials;
  tokens = createCallerTokens({
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
  });
});
afterAll(async () => {
  client[Symbol.dispose]();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function run(...only: readonly string[]): Promise<readonly RuleResult[]> {
  const reset = async (): Promise<void> => void (await openControl(server)('POST', '/reset'));
  const ground = createSeededGround(reset, false);
  const parts = { client, tokens, ground, settings: {}, signal: new AbortController().signal };
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
