/** A running server as the object that a program works with. */
import { readFileSync } from 'node:fs';
import { shareKeys, startApp } from '../app.ts';
import type { App } from '../app.ts';
import { StartError } from '../lib/start-error.ts';
import { findReason } from '../config/find-reason.ts';
import { createAdmin } from './admin.ts';
import { callInProcess } from './call-control.ts';
import { nameOptions, readOptions } from './read-options.ts';
import type { ReadOptions } from './read-options.ts';
import { createSandbox } from './sandbox.ts';
import type { ServerOptions, VivariumServer } from './server.ts';

const ADMIN_OFF = 'The admin API is off. Start the server with adminApi: true.';
const SANDBOX_OFF = 'The sandbox is off. Start the server with sandbox: true.';

/** Of all servers of the process that keep nothing. */
const takeSharedKeys = shareKeys();

/** @throws StartError */
export async function openServer(options: ServerOptions): Promise<VivariumServer> {
  const read = readOptions(options);
  return describeServer(await start(read));
}

async function start({ settings, isPlain, seed }: ReadOptions): Promise<App> {
  try {
    return await startApp(settings, undefined, {
      isPlain,
      seed,
      ...(settings.ephemeral && { keyMakers: takeSharedKeys() }),
    });
  } catch (cause) {
    const reason = findReason(cause, settings);
    throw reason === undefined ? cause : new StartError(nameOptions(reason), { cause });
  }
}

function describeServer(app: App): VivariumServer {
  const { baseUrl, httpUrl, proxy, tokenUrl, caFile, control, admin } = app;
  let { credentials } = app;
  const refresh = async (): Promise<void> => {
    credentials = await app.readCredentials();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeApp(app));
  return {
    baseUrl,
    httpUrl,
    proxy,
    tokenUrl,
    caFile,
    caCertificate: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
    get tenantId() {
      return credentials.tenantId;
    },
    get apps() {
      return credentials.apps;
    },
    get signInApps() {
      return credentials.signInApps;
    },
    get certificateApps() {
      return credentials.certificateApps;
    },
    get users() {
      return credentials.users;
    },
    get samples() {
      return credentials.samples;
    },
    tokenFor: (holder) => app.mintToken(holder),
    ...createSandbox(callInProcess(control, SANDBOX_OFF).call, refresh),
    controlUrl: control?.url,
    controlToken: control?.token,
    admin: createAdmin(callInProcess(admin, ADMIN_OFF)),
    adminUrl: admin?.url,
    adminToken: admin?.token,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function closeApp(app: App): Promise<void> {
  await app[Symbol.asyncDispose]();
}
