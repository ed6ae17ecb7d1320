import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadSettings, SettingsError } from '../../src/config/load.ts';
import { ENTRA_CLAIM_NAMES } from '../../src/model/outside-issuer.ts';

const directory = mkdtempSync(join(tmpdir(), 'vivarium-issuers-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const GUID = '2F6B5D1C-8A0E-4D53-9C57-3F1E6A7B9C10';
const good = { issuer: 'https://issuer.example', audiences: ['api://vivarium'] };

function load(flags: Readonly<Record<string, unknown>>) {
  return loadSettings({ flags, env: {}, directory });
}

function problemsOf(flags: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    load(flags);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('a trusted issuer', () => {
  test('needs its name and what its tokens are for', () => {
    expect(load({ trustedIssuers: [good] }).trustedIssuers).toEqual([
      {
        names: ['https://issuer.example'],
        audiences: ['api://vivarium'],
        algorithms: ['RS256'],
        claimNames: ENTRA_CLAIM_NAMES,
      },
    ]);
  });

  test('may be described in full', () => {
    const written = {
      issuer: ['https://login.example/{tenantid}/v2.0', 'https://sts.example/{tenantid}/'],
      audiences: 'api://vivarium',
      tenants: [GUID],
      jwksUri: 'http://localhost:8080/keys',
      algorithms: ['ES256', 'PS256'],
      claims: { user: 'sub', app: 'client_id' },
    };
    expect(load({ trustedIssuers: [written] }).trustedIssuers).toEqual([
      {
        names: written.issuer,
        audiences: ['api://vivarium'],
        tenants: [GUID.toLowerCase()],
        jwksUri: 'http://localhost:8080/keys',
        algorithms: ['ES256', 'PS256'],
        claimNames: { ...ENTRA_CLAIM_NAMES, user: 'sub', app: ['client_id'] },
      },
    ]);
  });

  test('may have one tenant whatever its tokens say', () => {
    const [issuer] = load({ trustedIssuers: [{ ...good, tenant: GUID, tenants: null }] }).trustedIssuers;
    expect(issuer).toMatchObject({ fixedTenant: GUID.toLowerCase() });
  });

  test('stands in the file as it is, in a variable as JSON', () => {
    writeFileSync(
      join(directory, 'issuers.yaml'),
      'trustedIssuers:\n  - issuer: https://issuer.example\n    audiences: [api://vivarium]\n',
    );
    const env = { VIVARIUM_TRUSTED_ISSUERS: JSON.stringify([good]) };
    const ofFile = load({ config: 'issuers.yaml' }).trustedIssuers;
    expect(loadSettings({ env, directory: join(directory, 'none') }).trustedIssuers).toEqual(ofFile);
    expect(ofFile).toHaveLength(1);
  });
});

describe('refused', () => {
  test('all that is wrong with all of them is said at once', () => {
    const trustedIssuers = [
      { issuer: 'https://one.example/{tenantid}', audience: 'x', tenant: GUID, algorithms: ['RS256', 'HS256'] },
      { ...good, jwksUri: 'http://keys.example', tenants: ['me'], claims: { name: 'n' } },
      good,
      { ...good, audiences: ['another'] },
    ];
    expect(problemsOf({ trustedIssuers, port: 'x' })).toEqual([
      '--port must be a whole number from 0 to 65535, not "x".',
      '--trusted-issuers: entry 1: unknown member: audience. Did you mean audiences?',
      '--trusted-issuers: entry 1: audiences is missing: a text or a list of texts.',
      '--trusted-issuers: entry 1: algorithms must be a list of RS256, PS256, ES256, not ["RS256","HS256"].',
      '--trusted-issuers: entry 1: tenant is for an issuer without {tenantid}.',
      '--trusted-issuers: entry 2: tenants must be a list of GUIDs, not ["me"].',
      '--trusted-issuers: entry 2: jwksUri must be an https URL, or an http one on loopback, not "http://keys.example".',
      '--trusted-issuers: entry 2: claims must be names of claims for tenant, user, app, scopes, roles, not {"name":"n"}.',
      '--trusted-issuers: the issuer https://issuer.example is listed more than once.',
    ]);
  });

  test.each([
    'https://issuer.example/?x',
    'https://issuer.example/#x',
    'https://issuer.example/{tenant}',
    'https://{tenantid}.example/{tenantid}',
    'http://issuer.example',
    'issuer.example',
    '',
    [],
    5,
  ])('the issuer %j', (issuer) => {
    expect(problemsOf({ trustedIssuers: [{ ...good, issuer }] })).toEqual([
      expect.stringMatching(/^--trusted-issuers: entry 1: issuer must be an https URL, .+, not .+\.$/),
    ]);
  });

  test.each(['https://issuer.example', '[', '5', 'null', '[null]'])('the text %j', (trustedIssuers) => {
    expect(problemsOf({ trustedIssuers })).toEqual([
      '--trusted-issuers: must be a list of issuers, each with its members.',
    ]);
  });

  test('a tenant and tenants', () => {
    expect(problemsOf({ trustedIssuers: [{ ...good, tenant: GUID, tenants: [GUID] }] })).toEqual([
      '--trusted-issuers: entry 1: tenant and tenants exclude one another.',
    ]);
  });

  test('a server that would accept no token at all', () => {
    const problem = '--no-embedded-issuer needs --trusted-issuers: no token would be accepted.';
    expect(problemsOf({ embeddedIssuer: false })).toEqual([problem]);
    expect(problemsOf({ embeddedIssuer: false, trustedIssuers: [good] })).toEqual([]);
  });
});
