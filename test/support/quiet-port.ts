/** Ports for servers that go down and come back: nobody else takes them meanwhile. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the system gives away, also to the connections that are tried while the server is down. */
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;
/** Test files run side by side, each in a worker with a number of its own from 1 on; 0 is the run itself. */
const PORTS_A_WORKER = 500;

const first = FIRST_PORT + Number(process.env['VITEST_POOL_ID'] ?? 0) * PORTS_A_WORKER;
let given = Math.floor(Math.random() * PORTS_A_WORKER);

/** A port that is free, stays so while nobody listens, and has not been given before. */
export async function findQuietPort(): Promise<number> {
  for (;;) {
    given += 1;
    const port = first + (given % PORTS_A_WORKER);
    if (port > LAST_PORT) throw new Error('There are more workers than ports for them.');
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  const isListening = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, () => resolve(true));
  });
  if (!isListening) return false;
  probe.close();
  await once(probe, 'close');
  return true;
}
