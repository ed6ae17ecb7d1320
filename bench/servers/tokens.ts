/** Tokens from the server's own authority: signed, and verified as any other. */
import { learnerNameOf, learnerPasswordOf } from '../data/activities.ts';
import type { Vivarium } from './vivarium.ts';

/** Those of the seed. */
const WRITER = 'writer';
const SIGN_IN_APP = 'portal';
const DOMAIN = 'contoso.onmicrosoft.com';

export function requestAppToken(vivarium: Vivarium, app = WRITER): Promise<string> {
  const { clientId = '', clientSecret = '' } = vivarium.ready.apps[app] ?? {};
  return requestToken(vivarium, {
    ...{ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    scope: 'https://graph.microsoft.com/.default',
  });
}

const REQUESTS_AT_ONCE = 8;

/** Delegated tokens for loaded learners. */
export async function requestLearnerTokens(
  vivarium: Vivarium,
  learners: readonly number[],
): Promise<readonly string[]> {
  const tokens: string[] = [];
  const waiting = learners.values();
  const lane = async (): Promise<void> => {
    for (const learner of waiting) tokens.push(await requestLearnerToken(vivarium, learner));
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, lane));
  return tokens;
}

function requestLearnerToken(vivarium: Vivarium, learner: number): Promise<string> {
  return requestToken(vivarium, {
    ...{ grant_type: 'password', client_id: vivarium.ready.signInApps[SIGN_IN_APP]?.clientId ?? '' },
    ...{ username: `${learnerNameOf(learner)}@${DOMAIN}`, password: learnerPasswordOf(learner) },
    scope: 'https://graph.microsoft.com/.default',
  });
}

async function requestToken({ ready }: Vivarium, form: Readonly<Record<string, string>>): Promise<string> {
  const url = `${ready.httpUrl}/${ready.tenantId}/oauth2/v2.0/token`;
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  const answer = (await response.json()) as { access_token?: string };
  if (answer.access_token === undefined) throw new Error(`There was no token: ${JSON.stringify(answer)}`);
  return answer.access_token;
}
