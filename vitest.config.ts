import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'src/**/*.test.ts'],
    // Processes, not threads: a test file may start a server, open a database or send a signal.
    pool: 'forks',
    globalSetup: ['test/support/postgres-setup.ts'],
    setupFiles: ['test/support/fast-check-setup.ts'],
    maxWorkers: 2,
    // For what hangs. What takes long on a busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    reporters: ['dot'],
  },
});
