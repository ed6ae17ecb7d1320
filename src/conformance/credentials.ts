/** What a run may present itself with, in the form of the ready file that `vivarium start` writes. */

export interface RunCredentials {
  /** Where tokens come from; none when every token is given. */
  readonly tokenUrl?: string | undefined;
  /** What tokens are asked for, such as https://graph.microsoft.com/.default */
  readonly scope: string;
  readonly apps: Readonly<Record<string, AppCredentials>>;
  readonly users: Readonly<Record<string, UserCredentials>>;
  /** By the names that rows give tenants. */
  readonly otherTenants?: Readonly<Record<string, Pick<RunCredentials, 'tokenUrl' | 'apps'>>> | undefined;
  /** Of the first app that users sign in with. */
  readonly signInApp?: { readonly clientId: string; readonly clientSecret?: string | undefined } | undefined;
}

export interface AppCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Known without a look into its token. */
  readonly roles?: readonly string[] | undefined;
}

/** A user has a token, a password, or signs in with a code on another device. */
export interface UserCredentials {
  readonly id?: string | undefined;
  readonly userPrincipalName?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  readonly signsInByCode?: boolean | undefined;
}
