/** A server for the tests of a file: started before them, reset before each, closed after them. */
import { createServer } from './index.ts';
import type { ServerOptions, VivariumServer } from './library/server.ts';

/** The hooks of Vitest and Jest, or those of node:test and Mocha. What else the object has is passed over. */
export type TestHooks =
  | { readonly beforeAll: HookWithLimit; readonly beforeEach: Hook; readonly afterAll: Hook }
  | { readonly before: Hook; readonly beforeEach: Hook; readonly after: Hook };

type Hook = (run: () => Promise<void>) => unknown;
type HookWithLimit = (run: () => Promise<void>, timeoutMs: number) => unknown;

export interface TestServerHandle {
  /** @throws Error before the tests begin and after they have ended */
  readonly server: VivariumServer;
}

/** The first start of a process loads the server and makes keys, on a busy machine in more than the runner's limit. */
const START_TIMEOUT_MS = 60_000;

/**
 * Call it once in a test file, or in a describe block. Without hooks it takes those that the runner has put into the
 * global scope, as Jest does.
 */
export function useVivarium(options: ServerOptions = {}, hooks = findHooks()): TestServerHandle {
  const { beforeAll, beforeEach, afterAll } = nameHooks(hooks);
  let server: VivariumServer | undefined;
  const getServer = (): VivariumServer => {
    if (server === undefined) throw new Error('The server runs while tests run: use it in tests and in hooks.');
    return server;
  };
  beforeAll(async () => {
    server = await createServer(options);
  }, START_TIMEOUT_MS);
  beforeEach(() => getServer().reset());
  afterAll(async () => {
    await server?.close();
    server = undefined;
  });
  return {
    get server() {
      return getServer();
    },
  };
}

function findHooks(): TestHooks {
  const found = globalThis as Partial<TestHooks>;
  if ('beforeEach' in found) return found as TestHooks;
  throw new Error(
    'No test runner hooks in the global scope. Pass them: useVivarium(options, { beforeAll, beforeEach, afterAll }).',
  );
}

function nameHooks(hooks: TestHooks): Extract<TestHooks, { readonly beforeAll: unknown }> {
  if ('beforeAll' in hooks) return hooks;
  const { before, beforeEach, after } = hooks;
  // The second parameter of these is no limit.
  return { beforeAll: (run) => before(run), beforeEach, afterAll: after };
}
