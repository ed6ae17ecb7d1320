/** The users to choose from, and what the app that asks for one may do. */
import type { DirectoryUser, Licence } from '../../model/directory.ts';
import { PERMISSIONS } from '../../model/permissions.ts';
import type { GrantedScope } from '../scopes.ts';
import { accountName } from '../sign-in/accounts.ts';
import type { Accounts } from '../sign-in/accounts.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

const LICENCE_NAMES: Readonly<Record<Licence, string>> = {
  premium: 'Premium licence',
  seeded: 'Seeded licence',
  none: 'No licence',
};

const OPENID_NAMES: Readonly<Record<string, string>> = {
  openid: 'Sign you in',
  profile: 'See your name',
  email: 'See your mail address',
  offline_access: 'Keep the access it was given',
};

const PERMISSION_NAMES = new Map(PERMISSIONS.map(({ name, displayName }) => [name, displayName]));

/** Hidden fields that a form carries along. */
export function hiddenFields(fields: Readonly<Record<string, string>>): readonly Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
}

export interface AccountForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly accounts: readonly Accounts[];
  /** The user whom the app expects. */
  readonly loginHint?: string | undefined;
}

/** One button a user. A form of its own for other names: Enter in its field must not press the first button. */
export function renderAccounts({ action, fields, accounts, loginHint }: AccountForm): Html {
  const hint = loginHint?.toLowerCase();
  const groups = accounts.map(
    ({ registration, users }) =>
      html`${accounts.length > 1 ? html`<h2>${registration.tenant.displayName}</h2>` : undefined}
        <ul class="accounts">
          ${hintedFirst(users, hint).map((user) => renderAccount(user, user.userPrincipalName === hint))}
        </ul>`,
  );
  const isCut = accounts.some((group) => group.isCut);
  return html`<form method="post" action="${action}">${hiddenFields(fields)} ${groups}</form>
    ${isCut ? renderOther(action, fields) : undefined}
    <form method="post" action="${action}" class="actions">
      ${hiddenFields(fields)}<button class="action quiet" name="cancel" value="1">Cancel</button>
    </form>`;
}

/** What the app asks for, in words; folded away unless asked for. */
export function renderWanted(appName: string, { permissions, openid }: GrantedScope, isOpen: boolean): Html {
  const names = [...new Set([...permissions, ...openid])].map(
    (name) => PERMISSION_NAMES.get(name) ?? OPENID_NAMES[name],
  );
  const items = names.map((name) => html`<li>${name}</li>`);
  return html`<details class="wanted" ${isOpen ? html`open` : undefined}>
    <summary>What ${appName} may do for you</summary>
    <ul>
      ${items}
    </ul>
  </details>`;
}

function hintedFirst(users: readonly DirectoryUser[], hint: string | undefined): readonly DirectoryUser[] {
  const isHinted = ({ userPrincipalName }: DirectoryUser): boolean => userPrincipalName === hint;
  return [...users.filter(isHinted), ...users.filter((user) => !isHinted(user))];
}

function renderAccount(user: DirectoryUser, isHinted: boolean): Html {
  const badges = [...(isHinted ? ['Suggested'] : []), LICENCE_NAMES[user.licence], ...user.directoryRoles];
  return html`<li>
    <button class="account" name="user" value="${accountName(user)}">
      <span class="initials" aria-hidden="true">${initialsOf(user.displayName)}</span>
      <span class="who">
        <span class="name">${user.displayName}</span>
        <span class="mail">${breakable(user.userPrincipalName)}</span>
        <span class="badges">${badges.map((badge) => html`<span class="badge">${badge}</span> `)}</span>
      </span>
    </button>
  </li>`;
}

function renderOther(action: string, fields: Readonly<Record<string, string>>): Html {
  return html`<h2>Somebody else</h2>
    <form method="post" action="${action}">
      ${hiddenFields(fields)}
      <div class="field">
        <label for="other">User principal name</label>
        <input type="text" id="other" name="user" autocomplete="username" spellcheck="false" required />
      </div>
      <button class="action">Next</button>
    </form>`;
}

/** Where the line is too short, the domain goes to the next. */
function breakable(userPrincipalName: string): Html {
  const at = Math.max(userPrincipalName.indexOf('@'), 0);
  return html`${userPrincipalName.slice(0, at)}<wbr />${userPrincipalName.slice(at)}`;
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => /^./u.exec(word ?? '')?.[0] ?? '')
    .join('');
}
