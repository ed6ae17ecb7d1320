/** Grant types of the token endpoint. */

export const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** MSAL names it so, and Microsoft Entra takes it. */
const DEVICE_CODE_ALIAS = 'device_code';

export const GRANT_TYPES = [
  'authorization_code',
  'client_credentials',
  'password',
  'refresh_token',
  DEVICE_CODE_GRANT,
] as const;
export type GrantType = (typeof GRANT_TYPES)[number];

/** By any name that the token endpoint takes. */
export function findGrantType(text: string): GrantType | undefined {
  return text === DEVICE_CODE_ALIAS ? DEVICE_CODE_GRANT : GRANT_TYPES.find((grantType) => grantType === text);
}
