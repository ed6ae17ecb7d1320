/**
 * Takes tokens, secrets and passwords out of what is kept. Where they are known to stand, by the name beside them; and
 * signed tokens anywhere, by their form.
 */

/** Stands where something was taken out. */
export const REDACTED = '[redacted]';

/** Parameters and members that are secret wherever a client puts them, in lower case. */
const SECRET_NAMES: readonly string[] = [
  ...[
    'access_token',
    'assertion',
    'authorization',
    'client_assertion',
    'client_secret',
    'clientsecret',
    'code_verifier',
  ],
  ...['cookie', 'device_code', 'id_token', 'id_token_hint', 'logout_hint', 'passwd', 'password', 'proxy-authorization'],
  ...['refresh_token', 'secret', 'set-cookie', 'subject_token', 'user_code', 'verification_uri_complete'],
];
const SECRET_MEMBERS: ReadonlySet<string> = new Set(SECRET_NAMES);
const SECRET_PARAMETERS: ReadonlySet<string> = new Set([...SECRET_NAMES, 'code', 'token']);
/** The message to the owner of a device has the code that it shows. */
const AUTHORITY_SECRET_MEMBERS: ReadonlySet<string> = new Set([...SECRET_NAMES, 'code', 'token', 'message']);

const SECRET_HEADER = /cookie|authorization|secret|password|api-?key|token/i;
/** Says nothing of a caller. */
const OPEN_HEADER = /^readwriteconsistencytoken$/i;
const CREDENTIALS_SCHEME = /^(bearer|basic|digest|negotiate)\b/i;

/** A signed token, or its beginning: a header that is a JSON object, and what follows the first dot. */
const SIGNED_TOKEN = /eyJ[\w-]{6,}\.[\w-]*(?:\.[\w-]*)*/g;
/** A member whose value is a text or a number; the text may be cut off. */
const JSON_MEMBER = /"((?:[^"\\]|\\.){1,120})"(\s*:\s*)(?:"(?:[^"\\]|\\.)*(?:"|$)|-?\d[\d.eE+-]*)/g;
/** A parameter of a URL that is a text of JSON. */
const PARAMETER_IN_JSON = /([?&#])([^?&#=\s"\\]{1,120})=[^&#"\\]+/g;
const URL_PARAMETER = /([?&#]|^)([^?&#=\s]{1,120})=[^&#]+/g;
const FORM_PARAMETER = /(&|^)([^&=]{1,120})=[^&]+/g;

/** The value of a header that may be kept. */
export function redactHeader(name: string, value: string): string {
  if (!SECRET_HEADER.test(name) || OPEN_HEADER.test(name)) return redactUrl(value);
  const scheme = CREDENTIALS_SCHEME.exec(value)?.[0];
  return scheme === undefined ? REDACTED : `${scheme} ${REDACTED}`;
}

/** A URL, or a part of one, without the values of secret parameters. */
export function redactUrl(url: string): string {
  return url.includes('=') ? redactTokens(url.replaceAll(URL_PARAMETER, redactParameter)) : redactTokens(url);
}

export function redactForm(text: string): string {
  return redactTokens(text.replaceAll(FORM_PARAMETER, redactParameter));
}

/** JSON, also when it is cut or broken. In Graph's, `code` names an error. */
export function redactJson(text: string, kind: 'graph' | 'issuer'): string {
  const secret = kind === 'graph' ? SECRET_MEMBERS : AUTHORITY_SECRET_MEMBERS;
  const members = text.replaceAll(JSON_MEMBER, (whole, name: string, colon: string) =>
    secret.has(unescape(name).toLowerCase()) ? `"${name}"${colon}"${REDACTED}"` : whole,
  );
  const isSecret = (parameter: string): boolean => secret.has(decode(parameter).toLowerCase());
  return redactTokens(
    members.replaceAll(PARAMETER_IN_JSON, (whole, before: string, name: string) =>
      isSecret(name) ? `${before}${name}=${REDACTED}` : whole,
    ),
  );
}

/** Signed tokens in any text. */
export function redactTokens(text: string): string {
  return text.includes('eyJ') ? text.replaceAll(SIGNED_TOKEN, REDACTED) : text;
}

function redactParameter(whole: string, before: string, name: string): string {
  return SECRET_PARAMETERS.has(decode(name).toLowerCase()) ? `${before}${name}=${REDACTED}` : whole;
}

function unescape(name: string): string {
  if (!name.includes('\\')) return name;
  try {
    return String(JSON.parse(`"${name}"`));
  } catch {
    return name;
  }
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
