import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'src/**/*.test.ts'],
    // Processes, not threads: a test file may start a server, open a database or send a signal.
    pool: 'forks',
    globalSetup: ['test/support/postgres-setup.ts'],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 30_000,
    reporters: ['dot'],
  },
});
