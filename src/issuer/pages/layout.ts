/** The frame of every page, and the policy that lets a browser do no more with it than it needs. */
import { hash } from 'node:crypto';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { STYLE } from './style.ts';

export interface Page {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

export interface PageContent {
  readonly title: string;
  readonly body: Html;
  /** Where forms may lead besides this server: browsers ask that of redirects after a form, too. */
  readonly formTargets?: readonly string[];
  /** Runs when the page is there. */
  readonly script?: string;
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath fill='%2314684a' d='M20 3C9 3 4 8 4 14a7 7 0 0 0 7 7c6 0 9-6 9-18Z'/%3E%3C/svg%3E";

const LOGO = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <path class="leaf" d="M20 3C9 3 4 8 4 14a7 7 0 0 0 7 7c6 0 9-6 9-18Z" />
  <path class="vein" d="M5 21c3-6 6-9 11-12" fill="none" stroke-width="1.6" stroke-linecap="round" />
</svg>`;

const SANDBOX = 'A sandbox: its people are made up, and no password is asked.';

export function renderPage({ title, body, formTargets = [], script }: PageContent): Page {
  const head = html`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title} · Vivarium</title>
    <link rel="icon" href="${ICON}" />`;
  const frame = html`<main>
      <div class="brand">${LOGO}<span>Vivarium</span></div>
      ${body}
    </main>
    <footer>${SANDBOX}</footer>`;
  // Style and script stand outside of the templates: their hashes are those of the exact text.
  const ending = script === undefined ? '' : `<script>${script}</script>`;
  return {
    html: `<!doctype html><html lang="en"><head>${head.text}<style>${STYLE}</style></head><body>${frame.text}${ending}</body></html>`,
    contentSecurityPolicy: describePolicy(formTargets, script),
  };
}

function describePolicy(formTargets: readonly string[], script: string | undefined): string {
  const forms = ["'self'", ...new Set(formTargets.map(toSource))];
  const rules = [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    'img-src data:',
    `form-action ${forms.join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
  ];
  return rules.join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${hash('sha256', text, 'base64')}'`;
}

/** The origin of a URI, or its scheme, where it is an app's own. */
function toSource(uri: string): string {
  const { origin, protocol } = new URL(uri);
  return origin === 'null' ? protocol : origin;
}
