import { defineConfig } from 'vitest/config';

/** Each file starts a chain and nodes of its own; one after the other on two cores. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // PostgreSQL for the whole run, when it is installed.
    globalSetup: ['../service/src/testing/postgres.ts'],
    setupFiles: ['src/testing/database-kind.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
  },
});
