/** A server whose authority the tests sign in at: the default seed, and what it takes to see everything. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { parse, stringify } from 'yaml';

import type { Clock } from '../../../src/lib/clock.ts';
import type { Seed } from '../../../src/seed/seed-schema.ts';
import { startTestServer } from '../../support/server.ts';
import type { Answer, TestServer } from '../../support/server.ts';
import { createRsaCertificate } from './certificates.ts';
import type { RsaCertificate } from './certificates.ts';

export const GRAPH = 'https://graph.microsoft.com';
export const SCOPES = `openid profile offline_access ${GRAPH}/LearningProvider.ReadWrite`;

export const TENANT_ID = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10';
export const TENANT_NAME = 'contoso.onmicrosoft.com';
export const LEARNER_ID = '7ba2228a-e020-11ec-9d64-0242ac120002';
/** Only apps that say so are there: portal. */
export const OTHER_TENANT_ID = '5c1e7f90-2b4d-4a6c-8e0f-1a2b3c4d5e6f';
export const OTHER_USER = 'frida@fabrikam.example';

/** Public; its users may come from both tenants. */
export const PORTAL_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a15';
/** Confidential, with the secret of {@link AuthorityServer.websiteSecret}. */
export const WEBSITE_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a16';
/** Has the certificate of the robot, and in each tenant another address. */
export const TWIN_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a18';
/** Proves itself with a certificate; has roles, and users may sign in with it. */
export const ROBOT_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a17';
export const WRITER_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11';

export const PORTAL_URI = 'http://localhost:4711';
export const WEBSITE_URI = 'http://localhost:4712/callback';
/** Of the first tenant. */
export const TWIN_URI = 'https://twin.example/contoso';

export interface AuthorityServer extends TestServer {
  readonly robot: RsaCertificate;
  readonly websiteSecret: string;
  readonly writerSecret: string;
  /** Of the users of the first tenant, by name. */
  readonly passwords: Readonly<Record<string, string>>;
  /** `{origin}/{segment}`, as clients are configured. */
  authority(segment?: string): string;
  /** Sends a form. */
  post(path: string, form: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Answer>;
  /** Asks the token endpoint of a tenant. */
  token(form: Readonly<Record<string, string>>, segment?: string): Promise<Answer>;
}

/** A clock that stands until it is told to go on. */
export function createTestClock(start = Date.now()): Clock & { advance(ms: number): void } {
  let now = start;
  return { now: () => now, advance: (ms) => void (now += ms) };
}

export async function startAuthority(
  settings: Readonly<Record<string, unknown>> = {},
  clock?: Clock,
): Promise<AuthorityServer> {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-issuer-'));
  try {
    const robot = await createRsaCertificate('CN=robot');
    writeFileSync(join(folder, 'robot.pem'), robot.certificatePem);
    writeFileSync(join(folder, 'seed.yaml'), stringify(extendSeed()));
    const server = await startTestServer({ seed: join(folder, 'seed.yaml'), ...settings }, clock);
    trust(server.ca);
    return describe(server, robot);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe(server: TestServer, robot: RsaCertificate): AuthorityServer {
  const { credentials } = server.app;
  const post: AuthorityServer['post'] = (path, form, headers = {}) =>
    server.call({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
    });
  const users = Object.entries(credentials.users).map(([name, { password }]) => [name, password]);
  return {
    ...server,
    robot,
    websiteSecret: credentials.apps['website']?.clientSecret as string,
    writerSecret: credentials.apps['writer']?.clientSecret as string,
    passwords: Object.fromEntries(users) as Record<string, string>,
    authority: (segment = TENANT_ID) => `${server.origin}/${segment}`,
    post,
    token: (form, segment = TENANT_ID) => post(`/${segment}/oauth2/v2.0/token`, form),
  };
}

/** For clients that take no certificate authority of their own. */
function trust(ca: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca]);
}

function extendSeed(): Seed {
  const text = readFileSync(join(import.meta.dirname, '../../../seeds/default.yaml'), 'utf8');
  const seed = parse(text, { schema: 'core' }) as Seed;
  const [contoso] = seed.tenants as [Seed['tenants'][number]];
  const { portal, learner } = { ...contoso.apps, ...contoso.users };
  if (portal === undefined || learner === undefined) throw new Error('The default seed has changed');
  const robot = {
    id: ROBOT_ID,
    certificates: ['robot.pem'],
    redirectUris: ['http://localhost/callback', 'https://robot.example/answer?kind=a', 'msalrobot://auth'],
    roles: ['LearningContent.Read.All'],
    scopes: ['User.Read'],
  };
  const twin = { id: TWIN_ID, certificates: ['robot.pem'], redirectUris: [TWIN_URI], scopes: ['User.Read'] };
  const frida = {
    id: 'd3f1c0de-0000-4000-8000-00000000f21d',
    userPrincipalName: OTHER_USER,
    displayName: 'Frida <b>Fabrikam</b>',
    licence: 'premium' as const,
  };
  return {
    ...seed,
    tenants: [
      {
        ...contoso,
        apps: { ...contoso.apps, robot, twin },
        users: {
          ...contoso.users,
          learner: { ...(learner as (typeof contoso.users)[string]), mail: 'lee@contoso.example' },
        },
      },
      {
        id: OTHER_TENANT_ID,
        displayName: 'Fabrikam',
        domainName: 'fabrikam.example',
        users: { frida },
        apps: { portal, twin: { ...twin, redirectUris: ['https://twin.example/fabrikam'] } },
      },
    ],
  };
}

/** SHA-256 as MSAL wants it. */
export function thumbprintOf(certificatePem: string): string {
  return new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '');
}
