/** A request to the token endpoint as faults see it. */
import type { AppId, TenantId } from '../../lib/ids.ts';
import type { GrantType } from '../../model/grant-types.ts';
import type { TokenErrorName } from '../../model/token-errors.ts';
import type { GraphResponse } from '../../odata/message.ts';

/** As its sender describes itself: nothing of it is verified. */
export interface TokenCall {
  /** `undefined`: none that the endpoint knows. */
  readonly grantType: GrantType | undefined;
  readonly appId: AppId | undefined;
  readonly tenantId: TenantId | undefined;
  /** What names the tenant in the path. */
  readonly segment: string;
  /** Aborted when the client has gone. */
  readonly findSignal: () => AbortSignal;
  /** The refusal as the authority writes it. */
  refuse(row: TokenErrorName, options: TokenFaultOptions): GraphResponse;
}

export interface TokenFaultOptions {
  /** Fill the `{name}`s of the message. */
  readonly values: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** As `Interceptor`, for token requests. */
export type TokenInterceptor = (call: TokenCall, run: () => Promise<GraphResponse>) => Promise<GraphResponse>;
