/** The answer to a sign-in request, on its way to the app: a URL to send the browser to, or a form for it to post. */
import type { TokenErrorBody } from '../token-error.ts';
import type { ReturnAddress } from './authorization-request.ts';

export type Answer =
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'form'; readonly action: string; readonly fields: Fields };

export type Fields = Readonly<Record<string, string>>;

export function answerApp({ redirectUri, href, responseMode, state }: ReturnAddress, fields: Fields): Answer {
  const all = { ...fields, ...(state !== undefined && { state }) };
  if (responseMode === 'form_post') return { kind: 'form', action: redirectUri, fields: all };
  return { kind: 'redirect', url: addFields(href, new URLSearchParams(all).toString(), responseMode) };
}

export function answerWithError(to: ReturnAddress, { error, error_description, error_uri }: TokenErrorBody): Answer {
  return answerApp(to, { error, error_description, error_uri });
}

function addFields(uri: string, query: string, mode: 'query' | 'fragment'): string {
  if (mode === 'fragment') return `${uri}#${query}`;
  return `${uri}${uri.includes('?') ? '&' : '?'}${query}`;
}
