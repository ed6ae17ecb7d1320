/** The rules that hold for every answer, whatever was asked. */
import { ANY_TEXT, containing, findDifference, findMissing, having, matching } from './match.ts';
import type { Mismatch } from './match.ts';
import type { RuleAnswer } from './place.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const UTC_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

export interface EveryAnswerRule {
  readonly id: string;
  readonly rule: string;
  readonly source: string;
  /** @param isHead whether the request was a HEAD, whose answer has no body */
  check(answer: RuleAnswer, isHead: boolean): Mismatch | undefined;
}

const ERRORS_PAGE = 'Microsoft Graph: error responses and resource types';

const header = (name: string, expected: unknown): EveryAnswerRule['check'] => {
  return ({ headers }) => findMissing({ headers }, { headers: { [name]: expected } });
};

export const EVERY_ANSWER: readonly EveryAnswerRule[] = [
  {
    id: 'every-1',
    rule: 'every answer has a request-id, which is a GUID',
    source: 'Microsoft Graph: best practices, reliability and support',
    check: header('request-id', matching(GUID)),
  },
  {
    id: 'every-2',
    rule: 'every answer has a client-request-id',
    source: 'Microsoft Graph: best practices, reliability and support',
    check: header('client-request-id', ANY_TEXT),
  },
  {
    id: 'every-3',
    rule: 'every answer says which server gave it, in x-ms-ags-diagnostic',
    source: 'observed on Microsoft Graph',
    check: header('x-ms-ags-diagnostic', containing('"ServerInfo"')),
  },
  {
    id: 'every-4',
    rule: 'every answer has a Date',
    source: 'RFC 9110, section 6.6.1',
    check: header('date', matching(/GMT$/)),
  },
  {
    id: 'every-5',
    rule: 'an answer without content has neither a body nor a Content-Type',
    source: 'RFC 9110, sections 8.3 and 15.3.5; generated SDKs read a body where there is a type',
    check: ({ status, headers, text }, isHead) =>
      isHead || (status !== 204 && status !== 304)
        ? undefined
        : findDifference({ text, type: headers['content-type'] }, { text: '' }),
  },
  {
    id: 'every-6',
    rule: 'every refusal is the error envelope in JSON, with the ids of its headers',
    source: ERRORS_PAGE,
    check: checkEnvelope,
  },
];

/** More of `innerError` explains refusals. */
function checkEnvelope({ status, headers, body }: RuleAnswer, isHead: boolean): Mismatch | undefined {
  if (isHead || status < 400) return undefined;
  const { details } = Object(Object(body)['error']) as { readonly details?: unknown };
  return findDifference(
    { type: headers['content-type'], body },
    {
      type: 'application/json',
      body: {
        error: {
          code: ANY_TEXT,
          message: ANY_TEXT,
          ...(Array.isArray(details) && { details }),
          innerError: having({
            date: matching(UTC_SECONDS),
            'request-id': headers['request-id'],
            'client-request-id': headers['client-request-id'],
          }),
        },
      },
    },
  );
}
