/** Faults to be had by name: every row of the error catalogue, and the weather of networks. */
import { ERRORS } from '../../model/errors.ts';
import type { ErrorName } from '../../model/errors.ts';
import type { ErrorRow } from '../../model/rows.ts';
import { TOKEN_ERRORS } from '../../model/token-errors.ts';
import type { FaultOrder } from './fault-rule.ts';

export interface FaultPreset {
  readonly name: string;
  readonly what: string;
  readonly rule: Omit<FaultOrder, 'preset' | 'name'>;
}

const WRITES = ['POST', 'PATCH', 'DELETE'];

export const NETWORK_PRESETS: readonly FaultPreset[] = [
  {
    name: 'badGateway',
    what: 'A proxy in front cannot reach the server: 502 with a page of HTML.',
    rule: { effect: { kind: 'gateway', status: 502 } },
  },
  {
    name: 'gatewayTimeout',
    what: 'A proxy in front has waited long enough: 504 with a page of HTML. Nothing is stored.',
    rule: { effect: { kind: 'gateway', status: 504 } },
  },
  {
    name: 'maintenance',
    what: 'A proxy in front shows its page for a closed service: 503 with HTML and Retry-After.',
    rule: { effect: { kind: 'gateway', status: 503, retryAfterSeconds: 1 } },
  },
  {
    name: 'timeout',
    what: 'Nothing comes for five minutes, then the connection breaks. Nothing is stored.',
    rule: { latency: { kind: 'fixed', ms: 300_000 }, effect: { kind: 'reset', when: 'before' } },
  },
  {
    name: 'resetBefore',
    what: 'The connection breaks before the server has done anything.',
    rule: { effect: { kind: 'reset', when: 'before' } },
  },
  {
    name: 'resetAfterCommit',
    what: 'The connection breaks after a write was stored: the client cannot know.',
    rule: { match: { method: WRITES }, effect: { kind: 'reset', when: 'after' } },
  },
  {
    name: 'resetAfterCommitOnce',
    what: 'As resetAfterCommit, for the next write only: what a retry makes of it.',
    rule: { match: { method: WRITES }, calls: { first: 1 }, effect: { kind: 'reset', when: 'after' } },
  },
  {
    name: 'throttledOnce',
    what: 'The next call is answered 429 and told to wait for a second.',
    rule: { calls: { first: 1 }, effect: { kind: 'error', row: 'tooManyRequests', retryAfterSeconds: 1 } },
  },
  {
    name: 'throttledWithoutRetryAfter',
    what: 'The next call is answered 429 without Retry-After: the client has to back off by itself.',
    rule: { calls: { first: 1 }, effect: { kind: 'error', row: 'tooManyRequests', retryAfterSeconds: null } },
  },
  {
    name: 'shortOutage',
    what: 'The next three calls are answered 503.',
    rule: { calls: { first: 3 }, effect: { kind: 'error', row: 'serviceUnavailable', retryAfterSeconds: 1 } },
  },
  {
    name: 'flaky503',
    what: 'One call in ten is answered 503.',
    rule: { probability: 0.1, effect: { kind: 'error', row: 'serviceUnavailable', retryAfterSeconds: 1 } },
  },
  {
    name: 'flaky500',
    what: 'One call in ten is answered 500.',
    rule: { probability: 0.1, effect: { kind: 'error', row: 'internalServerError' } },
  },
  {
    name: 'flakyConnection',
    what: 'Of one call in twenty the connection breaks before the server has done anything.',
    rule: { probability: 0.05, effect: { kind: 'reset', when: 'before' } },
  },
  {
    name: 'slowNetwork',
    what: 'Every call waits, half of them more than 300 ms, one in a hundred more than two seconds.',
    rule: { latency: { kind: 'lognormal', medianMs: 300, sigma: 0.85 } },
  },
  {
    name: 'slowServer',
    what: 'Every call waits for one to three seconds.',
    rule: { latency: { kind: 'uniform', minMs: 1000, maxMs: 3000 } },
  },
  {
    name: 'slowBody',
    what: 'Answers come with 1,000 bytes a second.',
    rule: { effect: { kind: 'slowBody', bytesPerSecond: 1000 } },
  },
  {
    name: 'truncatedBody',
    what: 'The connection ends within the body of an answer.',
    rule: { effect: { kind: 'truncate' } },
  },
  {
    name: 'malformedBody',
    what: 'Half of the JSON is missing, while all of HTTP is in order.',
    rule: { effect: { kind: 'malformed' } },
  },
  {
    name: 'staleReads',
    what: 'Reads answer what was true before the last write of the tenant.',
    rule: { match: { method: 'GET' }, effect: { kind: 'stale', writes: 1 } },
  },
  {
    name: 'contentVisibleLater',
    what: "Learning contents are found and listed two hours after they were written, by the server's clock. Upserts of them and activities about them are taken at once.",
    rule: { match: { method: 'GET', path: '/**/learningContents**' }, effect: { kind: 'stale', visibleAfter: 'PT2H' } },
  },
];

export const ERROR_PRESETS: readonly FaultPreset[] = (Object.entries(ERRORS) as [ErrorName, ErrorRow][]).map(
  ([row, { id, status, when }]) => ({
    name: row,
    what: `${id === undefined ? '' : `${id}, `}${status}: ${when}`,
    rule: { effect: { kind: 'error', row } },
  }),
);

const TOO_MANY_TOKENS = {
  kind: 'gateway',
  status: 429,
  contentType: 'text/plain',
  body: 'Too Many Requests',
  retryAfterSeconds: 1,
} as const;

export const TOKEN_NETWORK_PRESETS: readonly FaultPreset[] = [
  {
    name: 'tokenThrottled',
    what: 'An app that asks for tokens too often is answered 429 as Microsoft Entra does: plain text and Retry-After.',
    rule: { endpoint: 'token', effect: TOO_MANY_TOKENS },
  },
  {
    name: 'tokenThrottledOnce',
    what: 'As tokenThrottled, for the next token request only.',
    rule: { endpoint: 'token', calls: { first: 1 }, effect: TOO_MANY_TOKENS },
  },
  {
    name: 'tokenTimeout',
    what: 'Nothing comes for five minutes, then the connection breaks. No token is issued.',
    rule: {
      endpoint: 'token',
      latency: { kind: 'fixed', ms: 300_000 },
      effect: { kind: 'reset', when: 'before' },
    },
  },
  {
    name: 'tokenReset',
    what: 'The connection of a token request breaks before the issuer has done anything.',
    rule: { endpoint: 'token', effect: { kind: 'reset', when: 'before' } },
  },
  {
    name: 'tokenResetAfterIssue',
    what: 'The connection breaks after the token was issued: a code is redeemed, a refresh token replaced, and the client has neither.',
    rule: { endpoint: 'token', effect: { kind: 'reset', when: 'after' } },
  },
];

/** Under other names than those of the API's errors, some of which are the same. */
export const TOKEN_ERROR_PRESETS: readonly FaultPreset[] = Object.entries(TOKEN_ERRORS).map(
  ([row, { status, number, when }]) => ({
    name: `token${row.slice(0, 1).toUpperCase()}${row.slice(1)}`,
    what: `AADSTS${number}, ${status}: ${when}`,
    rule: { endpoint: 'token', effect: { kind: 'error', row } },
  }),
);

/** By the name that people search for, which several rows may share. */
export const AADSTS_HINTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(TOKEN_ERRORS).map(({ number }) => {
    const names = TOKEN_ERROR_PRESETS.filter(({ what }) => what.startsWith(`AADSTS${number},`)).map(({ name }) => name);
    return [`AADSTS${number}`, `AADSTS${number} is the preset ${names.join(' or ')}.`];
  }),
);

export const FAULT_PRESETS: readonly FaultPreset[] = [
  ...ERROR_PRESETS,
  ...NETWORK_PRESETS,
  ...TOKEN_ERROR_PRESETS,
  ...TOKEN_NETWORK_PRESETS,
];
