/** Settings of the group Tokens: tokens, issuers and sign-in. */
import type { SettingRows } from './setting-row.ts';

export const TOKENS_ROWS = {
  audiences: {
    type: 'list',
    default: ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000', 'api://vivarium'],
    group: 'Tokens',
    description:
      'Resources that tokens may be asked for and are accepted for, besides the address of the server itself.',
  },
  tokenLifetimeSeconds: {
    type: 'integer',
    range: [1, 31_536_000],
    unit: 'seconds',
    default: 3599,
    group: 'Tokens',
    description: 'How long a token is valid.',
  },
  signingKeyDays: {
    type: 'integer',
    range: [1, 36_500],
    unit: 'days',
    default: 90,
    group: 'Tokens',
    description: 'How long a key of the embedded issuer signs tokens; it is published while they are valid.',
  },
  lockoutThreshold: {
    type: 'integer',
    range: [0, 1000],
    default: 10,
    group: 'Tokens',
    description:
      'How many wrong passwords for a user, secrets for an app, or user codes lock out the address that sends them, for a minute at first; 0 never does.',
  },
  singleUseAssertions: {
    type: 'boolean',
    default: false,
    group: 'Tokens',
    description:
      'Refuse a client assertion that comes a second time. MSAL sends one again until it expires, so that it then fails.',
  },
  clockSkewSeconds: {
    type: 'integer',
    range: [0, 3600],
    unit: 'seconds',
    default: 300,
    group: 'Tokens',
    description: 'Allowed clock difference between the issuer of a token and this server.',
  },
  tokenCacheSize: {
    type: 'integer',
    range: [1, 1_000_000],
    default: 10_000,
    group: 'Tokens',
    description: 'Size of the cache of verified tokens.',
  },
  embeddedIssuer: {
    type: 'boolean',
    default: true,
    group: 'Tokens',
    description:
      'Issue tokens. When off, there are no token endpoints, and only tokens of trustedIssuers are accepted.',
  },
  trustedIssuers: {
    type: 'issuers',
    default: [],
    group: 'Tokens',
    description: 'Other issuers whose tokens are accepted; docs/identity.md says how to describe them.',
  },
  issuerTimeoutMs: {
    type: 'integer',
    range: [10, 60_000],
    unit: 'milliseconds',
    default: 5000,
    group: 'Tokens',
    description: 'Timeout for fetching the keys of a trusted issuer.',
  },
  issuerKeyFloorSeconds: {
    type: 'integer',
    range: [0, 86_400],
    unit: 'seconds',
    default: 300,
    group: 'Tokens',
    description:
      'Minimum time between two fetches of the keys of a trusted issuer; until then, tokens with an unknown key are refused.',
  },
} as const satisfies SettingRows;
