import { defineConfig } from 'vitest/config';

/** Files start processes of their own; one after the other on two cores. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // PostgreSQL for the whole run, when it is installed; a chain for all files that leave its time alone.
    globalSetup: ['../service/src/testing/postgres.ts', 'src/testing/shared-chain.ts'],
    setupFiles: ['src/testing/database-kind.ts'],
    fileParallelism: false,
    // One process for all files, so that what takes seconds (imports, the first database) is done once.
    isolate: false,
    testTimeout: 60_000,
  },
});
