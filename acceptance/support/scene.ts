/** What the cases of one client share: the target, tokens for it, and the removal of what they made. */
import { NotOffered } from './not-offered.ts';
import type { SignInApp, Target, TargetApp, TargetUser } from './target.ts';
import { requestAppToken, requestUserToken } from './token.ts';

export interface Scene extends AsyncDisposable {
  readonly target: Target;
  /** The host without its port, as lists of allowed hosts want it. */
  readonly host: string;
  /** An app with its secret. Throws NotOffered. */
  app(name: string): Required<TargetApp>;
  /** The id of what the server holds. Throws NotOffered. */
  sample(name: string): string;
  /** Throws NotOffered. */
  user(name: string): TargetUser;
  /** The id of a user. Throws NotOffered. */
  userId(name: string): string;
  /** An app that users sign in with. Throws NotOffered. */
  signInApp(name: string): SignInApp;
  /** The domain name of the tenant, as it stands in its users' names. Throws NotOffered. */
  tenantName(): string;
  /** An application token, by the token endpoint. */
  appToken(name: string): Promise<string>;
  /** A delegated token for a user, of the app `portal`. Throws NotOffered. */
  userToken(name: string): Promise<string>;
  /** The path of a provider's activities, from the version on; of the sample provider when none is named. */
  activities(registrationId?: string): string;
  /** Has an activity of the sample provider deleted when all cases are through. */
  removeLater(activityId: unknown): void;
}

export function createScene(target: Target): Scene {
  const tokens = new Map<string, Promise<string>>();
  const made = new Set<string>();
  const remember = (name: string, request: () => Promise<string>): Promise<string> => {
    const token = tokens.get(name) ?? request();
    tokens.set(name, token);
    return token;
  };
  const app = (name: string) => getApp(target, name);
  const appToken = (name: string) => remember(`app ${name}`, () => requestAppToken(target, app(name)));
  const sample = (name: string) => getSample(target, name);
  const signInApp = (name: string) => getSignInApp(target, name);
  const activities = (registrationId = sample('registrationId')): string =>
    `/employeeExperience/learningProviders/${registrationId}/learningCourseActivities`;
  return {
    target,
    host: new URL(target.baseUrl).hostname,
    app,
    sample,
    user: (name) => getUser(target, name),
    userId: (name) => getUser(target, name).id,
    signInApp,
    tenantName: () => getTenantName(target),
    appToken,
    userToken: async (name) =>
      remember(`user ${name}`, () => requestUserToken(target, signInApp('portal'), getUser(target, name))),
    activities,
    removeLater: (activityId) => void made.add(String(activityId)),
    [Symbol.asyncDispose]: async () => {
      if (made.size === 0) return;
      const headers = { authorization: `Bearer ${await appToken('writer')}` };
      for (const id of made) {
        await fetch(`${target.baseUrl}/v1.0${activities()}/${id}`, { method: 'DELETE', headers });
      }
    },
  };
}

function getApp({ apps }: Target, name: string): Required<TargetApp> {
  const app = apps[name];
  if (app?.clientSecret === undefined) throw new NotOffered(`no app ${name} with a secret is known`);
  return { clientId: app.clientId, clientSecret: app.clientSecret };
}

function getSample({ samples }: Target, name: string): string {
  const id = samples[name];
  if (id === undefined) throw new NotOffered(`no sample ${name} is known`);
  return id;
}

function getUser({ users }: Target, name: string): TargetUser {
  const user = users[name];
  if (user === undefined) throw new NotOffered(`no user ${name} is known`);
  return user;
}

function getSignInApp({ signInApps }: Target, name: string): SignInApp {
  const app = signInApps[name];
  if (app === undefined) throw new NotOffered(`no app ${name} to sign in with is known`);
  return app;
}

function getTenantName({ users }: Target): string {
  const [, name] = Object.values(users)[0]?.userPrincipalName.split('@') ?? [];
  if (name === undefined) throw new NotOffered('no name of the tenant is known');
  return name;
}
