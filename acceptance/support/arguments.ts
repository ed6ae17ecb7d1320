/** The command line of the suite. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Target } from './target.ts';

export interface Arguments {
  readonly isHelp: boolean;
  /** The server to test; when undefined, one is started. */
  readonly target: Target | undefined;
  /** A part of the names of the files of acceptance/clients to run. */
  readonly only: string | undefined;
}

export const HELP = `npm run acceptance [-- flags]

Without flags a server is started and every client run against it. Against a server that runs:

  --target URL           scheme, host and port
  --ready-file FILE      what that server wrote with --ready-file; the flags below go before it
  --ca FILE              PEM file of the authority that signed the server's certificate
  --tenant ID            the tenant to sign in to
  --token-url URL        its token endpoint; {target}/{tenant}/oauth2/v2.0/token when not given
  --client-id ID         an app that may write activities and contents
  --client-secret TEXT   its secret
  --sample NAME=ID       an id of what it holds: registrationId, learningContentId; may be repeated
  --user NAME=ID         a user: learner, assigner; may be repeated

  --only TEXT            only the clients whose file name has this text`;

const FLAGS = {
  target: { type: 'string' },
  'ready-file': { type: 'string' },
  ca: { type: 'string' },
  tenant: { type: 'string' },
  'token-url': { type: 'string' },
  'client-id': { type: 'string' },
  'client-secret': { type: 'string' },
  sample: { type: 'string', multiple: true },
  user: { type: 'string', multiple: true },
  only: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Throws with a sentence about what is wrong. */
export function readArguments(words: readonly string[]): Arguments {
  const { values } = parseArgs({ args: [...words], options: FLAGS });
  return {
    isHelp: values.help,
    only: values.only,
    target: values.target === undefined && values['ready-file'] === undefined ? undefined : describeTarget(values),
  };
}

type Values = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'];

/** The ready file with the flags over it. What is known by neither is empty, and the cases that need it are left out. */
function describeTarget(values: Values): Target {
  const ready = readReadyFile(values['ready-file']);
  const baseUrl = (values.target ?? ready.baseUrl ?? '').replace(/\/+$/, '');
  const tenantId = values.tenant ?? ready.tenantId;
  if (tenantId === undefined) throw new Error('Say which tenant: --tenant ID, or --ready-file FILE.');
  const caFile = values.ca === undefined ? ready.caFile : resolve(values.ca);
  const users = readPairs(values.user ?? []).map(([name, id]) => [name, { id, userPrincipalName: '' }] as const);
  return {
    baseUrl,
    caFile: caFile ?? null,
    tenantId,
    tokenUrl: values['token-url'] ?? `${baseUrl}/${tenantId}/oauth2/v2.0/token`,
    apps: { ...ready.apps, ...describeWriter(values) },
    users: { ...ready.users, ...Object.fromEntries(users) },
    signInApps: ready.signInApps ?? {},
    samples: { ...ready.samples, ...Object.fromEntries(readPairs(values.sample ?? [])) },
  };
}

function readReadyFile(path: string | undefined): Partial<Target> {
  return path === undefined ? {} : (JSON.parse(readFileSync(path, 'utf8')) as Target);
}

function describeWriter({ 'client-id': clientId, 'client-secret': clientSecret }: Values): Target['apps'] {
  if (clientId === undefined) return {};
  return { writer: { clientId, ...(clientSecret !== undefined && { clientSecret }) } };
}

function readPairs(texts: readonly string[]): readonly (readonly [name: string, id: string])[] {
  return texts.map((text) => {
    const [, name, id] = /^(\w+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || id === undefined) throw new Error(`Write NAME=ID, not ${text}.`);
    return [name, id];
  });
}
