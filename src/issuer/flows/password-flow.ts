/** grant_type=password: for scripts, which have no browser (v2-oauth-ropc). */
import { isPassword } from '../../lib/password.ts';
import type { DirectoryUser } from '../../model/directory.ts';
import { getAskedScope } from '../asked-scope.ts';
import type { IssuerContext } from '../issuer-context.ts';
import { checkClientProof } from '../client-credentials.ts';
import { getRegistrations } from '../directory.ts';
import type { Registration } from '../directory.ts';
import { grantScope } from '../scopes.ts';
import { TokenError } from '../token-error.ts';
import type { TokenResponse } from '../token-response.ts';
import { issueUserTokens } from '../user-tokens.ts';
import { checkUser, getParameter, wantsClientInfo } from './flow.ts';
import type { FlowRequest } from './flow.ts';

/** Throws TokenError `userNotFound`, `passwordInvalid`, `accountLocked`, `userDisabled`, those of the client's proof and those of a scope. */
export async function passwordFlow(issuer: IssuerContext, request: FlowRequest): Promise<TokenResponse> {
  const { form, address, credentials } = request;
  const [userName, password] = [getParameter(form, 'username'), getParameter(form, 'password')];
  const registrations = await getRegistrations(issuer.directory, address, credentials.clientId);
  const { registration, user } = await findOwner(issuer, registrations, userName);
  await checkClientProof(issuer, registration, { proof: credentials.proof, address });
  if (user === undefined) {
    throw new TokenError('userNotFound', { values: { user: userName, tenant: registration.tenant.displayName } });
  }
  const { tenantId, id, passwordHash } = user;
  const guess = { kind: 'password', secret: password, target: { tenantId, id }, sender: address.sender } as const;
  const isRight = async () => (passwordHash !== null && (await isPassword(password, passwordHash))) || undefined;
  if (!(await issuer.lockout.judge(guess, isRight))) throw new TokenError('passwordInvalid');
  checkUser(user);
  const { scope: requestedScope, resource } = getAskedScope(address.version, form);
  const { audiences } = issuer;
  return issueUserTokens(issuer, {
    ...{ registration, user, requestedScope, address, nonce: null, source: undefined },
    scope: grantScope(requestedScope, registration, { audiences, refusal: 'consentMissing', resource }),
    proof: credentials.proof.kind,
    wantsClientInfo: wantsClientInfo(form),
  });
}

interface Owner {
  readonly registration: Registration;
  readonly user: DirectoryUser | undefined;
}

/** The first tenant that has the user; where none has, the first of all. */
async function findOwner(
  { directory }: IssuerContext,
  registrations: readonly [Registration, ...Registration[]],
  userName: string,
): Promise<Owner> {
  for (const registration of registrations) {
    const user = await directory.findUser(registration.tenant, userName);
    if (user !== undefined) return { registration, user };
  }
  return { registration: registrations[0], user: undefined };
}
