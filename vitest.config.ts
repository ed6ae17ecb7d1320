import { defineConfig } from 'vitest/config';
import type { TestProjectInlineConfiguration } from 'vitest/config';

import { ProjectOrder } from './test/support/project-order.ts';
import type { DatabaseName } from './test/support/store.ts';

/** For what hangs. Being slow on a busy machine is not a failure. */
const TIMEOUT_MS = 120_000;

interface Project {
  readonly name: string;
  readonly include: readonly string[];
  /** Those that tests of `STORE_DRIVERS` run on. */
  readonly databases?: readonly DatabaseName[];
}

/** These run once on each database, in two of the projects. */
const ON_EACH_DATABASE = ['test/conformance/**/*.test.ts', 'test/databases/**/*.test.ts'];

const project = ({ name, include, databases = [] }: Project): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: [...include],
    provide: { databases },
    setupFiles: ['test/support/fast-check-setup.ts'],
    // Processes, not threads: a test file may start a server, open a database or send a signal.
    pool: 'forks',
    // Files of a worker share its modules: loading them for each file took half of the time of the in-process tests.
    isolate: false,
    testTimeout: TIMEOUT_MS,
    hookTimeout: TIMEOUT_MS,
    expect: { poll: { timeout: 30_000 } },
  },
});

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres-setup.ts'],
    // More than the cores of a small machine: files of `system` wait for processes and clocks for a quarter of their time.
    maxWorkers: 3,
    sequence: { sequencer: ProjectOrder },
    teardownTimeout: 60_000,
    reporters: ['dot'],
    projects: [
      project({ name: 'unit', include: ['src/**/*.test.ts', 'test/unit/**/*.test.ts'] }),
      project({
        name: 'server',
        include: ['test/server/**/*.test.ts', ...ON_EACH_DATABASE],
        databases: ['sqlite'],
      }),
      project({
        name: 'postgres',
        include: ['test/postgres/**/*.test.ts', ...ON_EACH_DATABASE],
        databases: ['postgres'],
      }),
      project({ name: 'system', include: ['test/system/**/*.test.ts'] }),
    ],
  },
});
