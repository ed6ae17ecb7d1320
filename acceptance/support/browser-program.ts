// What stands behind $BROWSER: opens the address, signs in as the user, and goes where the sign-in leads.
import { openBrowser } from './browser.ts';

const [url = '', userPrincipalName = ''] = process.argv.slice(2);
const { url: address, form } = await openBrowser().signIn(url, userPrincipalName);
const response = await fetch(address, form === undefined ? {} : { method: 'POST', body: form });
await response.text();
