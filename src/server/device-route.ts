/** The page on which a person signs in on a device: enters its code, then picks an account or declines. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { devicePage, messagePage, userCodePage } from '../issuer/pages/pages.ts';
import { grantScope } from '../issuer/scopes.ts';
import { accountName, findAccount, listAccounts } from '../issuer/sign-in/accounts.ts';
import { decideOnDevice, findDevice } from '../issuer/sign-in/device.ts';
import type { WaitingDevice } from '../issuer/sign-in/device.ts';
import { readParameters } from '../issuer/token.ts';
import { addressOf, oauthPath, queryOf } from './issuer-exchange.ts';
import type { IssuerRoutesOptions, TenantRequest, TenantRoute } from './issuer-exchange.ts';
import { addRecentAccount, readMemory } from './sign-in-memory.ts';
import { sendPage } from './sign-in-reply.ts';

/** One page for the devices of both versions. */
const DEVICE_PATH = oauthPath('2.0', 'deviceauth');

const CODE_PROBLEM = 'This code is wrong, too old, or was used already. Look at your device for a new one.';

export function registerDeviceRoutes(app: FastifyInstance, options: IssuerRoutesOptions): void {
  app.get<TenantRoute>(DEVICE_PATH, (request, reply) => {
    const userCode = readParameters(queryOf(request)).get('user_code') ?? '';
    return sendPage(reply, userCodePage({ action: actionOf(request), userCode }));
  });
  app.post<TenantRoute>(DEVICE_PATH, async (request, reply) => {
    const form = readParameters(request.body ?? '');
    const userCode = form.get('user_code') ?? '';
    const device = await findDevice(options.issuer, addressOf(options, request), userCode);
    if (device === undefined) {
      return sendPage(reply, userCodePage({ action: actionOf(request), userCode, problem: CODE_PROBLEM }));
    }
    return decide(options, { request, reply, form, device });
  });
}

interface Decision {
  readonly request: TenantRequest;
  readonly reply: FastifyReply;
  readonly form: ReadonlyMap<string, string>;
  readonly device: WaitingDevice;
}

async function decide(options: IssuerRoutesOptions, decision: Decision): Promise<FastifyReply> {
  const { request, reply, form, device } = decision;
  const { issuer } = options;
  const name = form.get('user');
  const next = { href: actionOf(request), text: 'Enter another code' };
  if (form.has('cancel')) {
    await decideOnDevice(issuer, device, undefined);
    const texts = ['You declined. You can close this page.'];
    return sendPage(reply, messagePage({ title: 'The sign-in was declined', texts, next }));
  }
  const account = name === undefined ? undefined : await findAccount(issuer, device.registrations, name);
  if (account === undefined) return askWho(options, decision);
  await decideOnDevice(issuer, device, account);
  addRecentAccount({ request, reply }, options.findOrigin(request), accountName(account.user));
  const texts = [`${account.user.displayName} is signed in on your device: go on there. You can close this page.`];
  return sendPage(reply, messagePage({ title: 'Your device is signed in', texts, next }));
}

async function askWho({ issuer, findOrigin }: IssuerRoutesOptions, { request, reply, form, device }: Decision) {
  const [registration] = device.registrations;
  const { audiences } = issuer;
  const { recent } = readMemory(request, findOrigin(request));
  const page = devicePage({
    action: actionOf(request),
    fields: { user_code: form.get('user_code') ?? '' },
    accounts: await listAccounts(issuer, device.registrations, { search: form.get('search') ?? '', recent }),
    appName: registration.app.name,
    scope: grantScope(device.grant.details.scope, registration, { audiences, refusal: 'consentMissing' }),
    unknownUser: form.get('user'),
  });
  return sendPage(reply, page);
}

function actionOf({ params }: TenantRequest): string {
  return `/${encodeURIComponent(params.segment)}/oauth2/v2.0/deviceauth`;
}
