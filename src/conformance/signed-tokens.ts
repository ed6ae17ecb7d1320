/** Tokens that no app or user of a tenant would get, signed with the keys of the server itself. */
import type { RuleCaller, TokenFlaw } from './callers.ts';
import type { CallerTokens } from './tokens.ts';

type Holder = { readonly roles: readonly string[] } | Extract<RuleCaller, { readonly user: string }>;

/** Whatever has the keys. */
export interface TokenSigner {
  sign(
    tenantId: string,
    holder: Holder,
    options?: { readonly audience?: string; /** Epoch milliseconds. */ readonly issuedAt?: number },
  ): Promise<string>;
}

/** For callers of a tenant but its apps, which have secrets. */
export function createSignedTokens(signer: TokenSigner, tenantId: string): CallerTokens {
  const sign = async (caller: RuleCaller): Promise<string | undefined> => {
    if ('flaw' in caller) return FLAWS[caller.flaw](signer, tenantId);
    return 'roles' in caller || 'user' in caller ? signer.sign(tenantId, caller) : undefined;
  };
  return {
    find: async ({ caller }) => {
      if ('authorization' in caller) return caller.authorization;
      const token = await sign(caller);
      return token && `Bearer ${token}`;
    },
  };
}

const WRITER: Holder = {
  roles: ['LearningAssignedCourse.ReadWrite.All', 'LearningSelfInitiatedCourse.ReadWrite.All'],
};

/** Each is refused for a reason of its own. */
const FLAWS: Readonly<Record<TokenFlaw, (signer: TokenSigner, tenantId: string) => Promise<string>>> = {
  expired: (signer, tenantId) => signer.sign(tenantId, WRITER, { issuedAt: 0 }),
  otherAudience: (signer, tenantId) => signer.sign(tenantId, WRITER, { audience: 'https://other.example' }),
  otherSignature: async (signer, tenantId) => {
    const [head = '', claims = ''] = (await signer.sign(tenantId, WRITER)).split('.');
    return `${head}.${claims}.${Buffer.alloc(256, 1).toString('base64url')}`;
  },
};
