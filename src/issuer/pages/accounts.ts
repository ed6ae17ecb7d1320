/** The users to choose from, and what the app that asks for one may do. */
import { hash } from 'node:crypto';
import type { DirectoryUser, Licence } from '../../model/directory.ts';
import { PERMISSIONS } from '../../model/permissions.ts';
import type { GrantedScope } from '../scopes.ts';
import { accountName, LONGEST_SEARCH } from '../sign-in/accounts.ts';
import type { Accounts } from '../sign-in/accounts.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { TINTS } from './style.ts';

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
  readonly accounts: Accounts;
}

/** So few are seen at a glance. */
const SEARCHED_FROM = 6;

/** One button a user, below a search when there are many. Forms of their own: Enter in the search must not choose the first user. */
export function renderAccounts({ action, fields, accounts }: AccountForm): Html {
  const { search, first, groups } = accounts;
  const isCut = groups.some((group) => group.isCut);
  const count = first.length + groups.reduce((sum, { users }) => sum + users.length, 0);
  const hasSearch = search !== '' || isCut || count >= SEARCHED_FROM;
  const shown = groups.filter(({ users }) => users.length > 0);
  const lists = shown.map(
    ({ registration, users }) =>
      html`${groups.length > 1 ? html`<h2>${registration.tenant.displayName}</h2>` : undefined}
        <ul class="accounts">
          ${users.map((user) => renderAccount(user, []))}
        </ul>`,
  );
  return html`${hasSearch ? renderSearch(action, fields, { search, hasFocus: isCut || search !== '' }) : undefined}
    ${renderFound(search, { count, isCut })}
    <form method="post" action="${action}">${hiddenFields(fields)} ${renderFirst(accounts)} ${lists}</form>
    ${isCut ? html`<p class="soft more">There are more users: search for the others.</p>` : undefined}
    <form method="post" action="${action}" class="actions">
      ${hiddenFields(fields)}
      ${search === '' ? undefined : html`<button class="action quiet" name="search" value="">All users</button>`}
      <button class="action quiet" name="cancel" value="1">Cancel</button>
    </form>`;
}

interface SearchField {
  readonly search: string;
  readonly hasFocus: boolean;
}

function renderSearch(action: string, fields: AccountForm['fields'], { search, hasFocus }: SearchField): Html {
  return html`<form method="post" action="${action}" role="search" class="field">
    ${hiddenFields(fields)}
    <label for="search">Find a user</label>
    <div class="search">
      <input
        type="search"
        id="search"
        name="search"
        value="${search}"
        placeholder="Name or sign-in name"
        maxlength="${String(LONGEST_SEARCH)}"
        autocomplete="off"
        spellcheck="false"
        ${hasFocus ? html`autofocus` : undefined}
      />
      <button class="action quiet">Search</button>
    </div>
  </form>`;
}

function renderFound(
  search: string,
  { count, isCut }: { readonly count: number; readonly isCut: boolean },
): Html | undefined {
  if (search === '') return undefined;
  const found =
    count === 0
      ? 'No user matches'
      : isCut
        ? `The first ${count} users who match`
        : `${count} ${count === 1 ? 'user matches' : 'users match'}`;
  return html`<p role="status">${found} <strong>${search}</strong>.</p>`;
}

/** Of several tenants, each with its tenant. */
function renderFirst({ first, groups }: Accounts): Html | undefined {
  if (first.length === 0) return undefined;
  const buttons = first.map(({ tenant, user, because }) =>
    renderAccount(user, [REASONS[because], ...(groups.length > 1 ? [tenant.displayName] : [])]),
  );
  return html`<ul class="accounts first">
    ${buttons}
  </ul>`;
}

const REASONS = { expected: 'Suggested', recent: 'Recently used' } as const;

/** What the app asks for, in words; folded away unless asked for. */
export function renderWanted(appName: string, { permissions, openid }: GrantedScope, isOpen: boolean): Html {
  const names = [...new Set([...permissions, ...openid])].map(
    (name) => PERMISSION_NAMES.get(name) ?? OPENID_NAMES[name],
  );
  const items = names.map((name) => html`<li>${name}</li>`);
  return html`<details class="wanted" ${isOpen ? html`open` : undefined}>
    <summary>What ${appName} can do on your behalf</summary>
    <ul>
      ${items}
    </ul>
  </details>`;
}

function renderAccount(user: DirectoryUser, remarks: readonly string[]): Html {
  const badges = [...remarks, LICENCE_NAMES[user.licence], ...user.directoryRoles];
  return html`<li>
    <button class="account" name="user" value="${accountName(user)}">
      <span class="initials tint${String(tintOf(user))}" aria-hidden="true">${initialsOf(user.displayName)}</span>
      <span class="who">
        <span class="name">${user.displayName}</span>
        <span class="mail">${breakable(user.userPrincipalName)}</span>
        <span class="badges">${badges.map((badge) => html`<span class="badge">${badge}</span> `)}</span>
      </span>
    </button>
  </li>`;
}

/** The same for a user on each page; classes, as the policy lets no element have a style of its own. */
function tintOf({ id }: DirectoryUser): number {
  return hash('sha1', id, 'buffer').readUInt32BE() % TINTS.length;
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
