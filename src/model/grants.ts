/** What the embedded issuer remembers between two requests of a sign-in. Of what clients hold, only hashes are kept. */
import type { AppId, TenantId, UserId } from '../lib/ids.ts';

/** A code that was redeemed. Its tenant is the one that it was asked for, which may not be that of the user. */
export interface CodeReference {
  readonly kind: CodeKind;
  readonly tenantId: TenantId;
  readonly hash: string;
}

/** Grants that are redeemed once. */
export type CodeKind = 'code' | 'deviceCode';

/** What each kind of grant carries besides what all of them do. */
export interface GrantDetails {
  /** An authorization code: what the request for it said, and the redemption has to match. */
  readonly code: {
    readonly redirectUri: string;
    /** S256, base64url; null where the client sent none. */
    readonly challenge: string | null;
    /** As requested. */
    readonly scope: string;
    readonly nonce: string | null;
  };
  readonly refreshToken: {
    readonly scope: string;
    /** Epoch milliseconds. */
    readonly issuedAt: number;
    /** The code that led to this token; absent after a password, and in rows of earlier releases. */
    readonly source?: CodeReference | undefined;
  };
  readonly deviceCode: {
    readonly scope: string;
    /** Whether the device asked for users of this tenant alone. */
    readonly isOfOneTenant: boolean;
    /** Of the user who approved; null until then. */
    readonly userTenantId: TenantId | null;
  };
  /** A browser in which a user has signed in. */
  readonly session: Readonly<Record<never, never>>;
  /** A client assertion that may not come again. */
  readonly assertion: Readonly<Record<never, never>>;
}

export type GrantKind = keyof GrantDetails;

/**
 * open: usable, or, of a device code, waiting for a person. approved, declined: what that person decided. used: spent.
 * revoked: redeemed a second time, which revokes the refresh tokens of the first.
 * open -> approved | declined | used; approved -> used; used -> revoked.
 */
export type GrantState = 'open' | 'approved' | 'declined' | 'used' | 'revoked';

export interface Grant<Kind extends GrantKind> {
  readonly kind: Kind;
  /** SHA-256 of the value that the client holds, base64url. */
  readonly hash: string;
  readonly state: GrantState;
  /** Null for a session, which serves every app. */
  readonly appId: AppId | null;
  /** Null for an app's own, and for a device code that nobody has approved. */
  readonly userId: UserId | null;
  /** SHA-256 of the code that a person types; null for all but device codes. */
  readonly userCodeHash: string | null;
  readonly details: GrantDetails[Kind];
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** When a device last asked, epoch milliseconds; null before. */
  readonly polledAt: number | null;
}

/** A grant goes from one state to the next only once, however many ask at the same time. */
export interface GrantStep<Kind extends GrantKind> {
  readonly from: GrantState;
  readonly to: GrantState;
  /** Set by the step, where it decides on them. */
  readonly userId?: UserId;
  readonly details?: GrantDetails[Kind];
  readonly expiresAt?: number;
}
