/** The pages of the embedded issuer. */
import type { TokenErrorName } from '../../model/token-errors.ts';
import type { GrantedScope } from '../scopes.ts';
import type { Fields } from '../sign-in/answer.ts';
import type { TokenErrorBody } from '../token-error.ts';
import { hiddenFields, renderAccounts, renderWanted } from './accounts.ts';
import type { AccountForm } from './accounts.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { renderPage } from './layout.ts';
import type { Page } from './layout.ts';

export interface SignInPage extends AccountForm {
  readonly appName: string;
  readonly scope: GrantedScope;
  /** Whether the app wants its permissions to be seen. */
  readonly showsWanted: boolean;
  /** Where the answer will go. */
  readonly redirectUri: string;
  /** An entered name that no user has. */
  readonly unknownUser?: string | undefined;
}

export function signInPage({ appName, scope, showsWanted, redirectUri, unknownUser, ...form }: SignInPage): Page {
  const body = html`<h1>Sign in</h1>
    <p>to continue to <strong>${appName}</strong></p>
    ${alert(unknownUser === undefined ? undefined : `There is no user ${unknownUser}.`)}
    ${renderWanted(appName, scope, showsWanted)} ${renderAccounts(form)}`;
  return renderPage({ title: 'Sign in', body, formTargets: [redirectUri] });
}

export interface CodePage {
  readonly action: string;
  readonly userCode: string;
  /** What was wrong with the code before. */
  readonly problem?: string | undefined;
}

/** Asks for the code that a device shows. */
export function userCodePage({ action, userCode, problem }: CodePage): Page {
  const body = html`<h1>Enter the code</h1>
    <p>that the app on your other device shows you.</p>
    ${alert(problem)}
    <form method="post" action="${action}">
      <div class="field">
        <label for="user_code">Code</label>
        <input
          class="code"
          type="text"
          id="user_code"
          name="user_code"
          value="${userCode}"
          required
          maxlength="20"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          autofocus
        />
      </div>
      <button class="action">Next</button>
    </form>`;
  return renderPage({ title: 'Enter the code', body });
}

export interface DevicePage extends AccountForm {
  readonly appName: string;
  readonly scope: GrantedScope;
  readonly unknownUser?: string | undefined;
}

export function devicePage({ appName, scope, unknownUser, ...form }: DevicePage): Page {
  const body = html`<h1>Sign in on your device?</h1>
    <p><strong>${appName}</strong> on another device will act for you. Cancel if it was not you who started it.</p>
    ${alert(unknownUser === undefined ? undefined : `There is no user ${unknownUser}.`)}
    ${renderWanted(appName, scope, false)} ${renderAccounts(form)}`;
  return renderPage({ title: 'Sign in on your device', body });
}

export interface MessagePage {
  readonly title: string;
  /** What has happened, and what to do now; a paragraph each. */
  readonly texts: readonly string[];
  readonly next?: Link;
}

interface Link {
  readonly href: string;
  readonly text: string;
}

export function messagePage({ title, texts, next }: MessagePage): Page {
  const body = html`<h1>${title}</h1>
    ${texts.map((text) => html`<p>${text}</p>`)} ${next && renderNext(next)}`;
  return renderPage({ title, body });
}

/** Apps of other tabs are not told where the link was. */
function renderNext({ href, text }: Link): Html {
  return html`<p class="next"><a href="${href}" rel="noreferrer">${text}</a></p>`;
}

/** What mends a sign-in that cannot go on. Of all others, the request of the app is to blame. */
const REMEDIES: Readonly<Partial<Record<TokenErrorName, string>>> = {
  redirectUriUnknown:
    'Register the address in the redirectUris of the app, or have the app use one that is registered.',
  applicationNotFound: 'Compare the client_id with the ids of the apps, which the server prints at its start.',
  tenantOfTokenNotFound: 'Compare the tenant in the address with the one that the server prints at its start.',
  originForeign: 'Another site has sent you here. Close this page.',
  userCodesLocked: 'Too many wrong codes came from your address. Wait some minutes.',
  temporarilyUnavailable: 'The server is not available at present. Wait some seconds.',
  serverFault: 'Internal error. See the log of the server.',
};
const CORRECT_REQUEST = 'Correct the request that the app has sent.';

interface ErrorPage {
  readonly row: TokenErrorName;
  /** Whether a person can look at the request afterwards. */
  readonly hasJournal: boolean;
}

/** An error that cannot be sent back to an app, with the facts that its developer needs. */
export function errorPage(error: TokenErrorBody, { row, hasJournal }: ErrorPage): Page {
  const [message = ''] = error.error_description.split(' Trace ID: ');
  const facts = [
    ['Error', error.error],
    ['Request id', error.trace_id],
    ['Correlation id', error.correlation_id],
    ['Time', error.timestamp],
  ].map(
    ([name, value]) =>
      html`<dt>${name}</dt>
        <dd>${value}</dd>`,
  );
  const body = html`<h1>This sign-in cannot go on</h1>
    ${alert(message)}
    <p>${REMEDIES[row] ?? CORRECT_REQUEST} Then start again from the app.</p>
    <dl class="facts">${facts}</dl>
    ${hasJournal ? html`<p class="next">What was sent: <code>vivarium journal show ${error.trace_id}</code></p>` : undefined}
    ${renderNext({ href: error.error_uri, text: `What AADSTS${String(error.error_codes[0])} means at Microsoft Entra` })}`;
  return renderPage({ title: 'Sign-in error', body });
}

/** Posts the answer to the app by itself; where scripts are off, at the press of a button. */
export function formPostPage(action: string, fields: Fields): Page {
  const body = html`<h1>Almost there</h1>
    <p>You are being sent back to the app.</p>
    <form method="post" action="${action}">${hiddenFields(fields)}<button class="action">Continue</button></form>`;
  return renderPage({ title: 'Signing in', body, formTargets: [action], script: 'document.forms[0].submit();' });
}

function alert(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p class="alert" role="alert">${text}</p>`;
}
