/** Whether the server can listen where the settings say. */
import { once } from 'node:events';
import { createServer } from 'node:net';

import type { Settings } from '../../config/settings.ts';
import type { DataFolder } from '../../lib/data-folder.ts';
import { ok, problem } from './diagnosis.ts';
import type { Finding } from './diagnosis.ts';

interface Wanted {
  readonly port: number | undefined;
  readonly host: string;
  readonly flag: string;
  readonly hostFlag: string;
}

/** The first port that cannot be had. */
export async function checkPorts(settings: Settings, folder: DataFolder): Promise<Finding> {
  const { port, host, httpPort, httpHost, metricsPort, metricsHost } = settings;
  const all: readonly Wanted[] = [
    { port, host, flag: '--port', hostFlag: '--host' },
    { port: httpPort, host: httpHost, flag: '--http-port', hostFlag: '--http-host' },
    { port: metricsPort, host: metricsHost, flag: '--metrics-port', hostFlag: '--metrics-host' },
  ];
  const wanted = all.filter((each) => each.port !== undefined);
  const isRunning = findRunningPort(settings, folder) === port;
  if (isRunning) return ok(`${port} is open: the server of this folder listens on it.`);
  for (const each of wanted) {
    const found = await findPortProblem(each);
    if (found !== undefined) return found;
  }
  const shown = wanted.map((each) => (each.port === 0 ? 'any' : String(each.port)));
  return ok(`${shown.join(', ')} can be opened.`);
}

/** Where the server listens that has noted itself in the folder. */
function findRunningPort({ ephemeral }: Settings, { readFacts }: DataFolder): number | undefined {
  if (ephemeral) return undefined;
  try {
    const { server } = readFacts();
    return server?.url === undefined ? undefined : Number(new URL(server.url).port || 443);
  } catch {
    // The check of the folder says so.
    return undefined;
  }
}

async function findPortProblem({ port = 0, host, flag, hostFlag }: Wanted): Promise<Finding | undefined> {
  const code = await tryListen(host, port);
  switch (code) {
    case undefined:
      return undefined;
    case 'EADDRINUSE':
      return problem(`${port} is in use by another program.`, `Stop it, or choose another port with ${flag}.`);
    case 'EACCES':
      return problem(`${port} may not be opened by this user.`, `Choose one above 1023 with ${flag}.`);
    default:
      return problem(`Cannot listen on ${host} (${code}).`, `Choose an address of this machine with ${hostFlag}.`);
  }
}

/** The code of the error; `undefined` when it works. */
async function tryListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
