import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // PostgreSQL for the whole run, when it is installed, and an empty PGlite to copy.
    globalSetup: ['src/testing/postgres.ts', 'src/testing/empty-data-dir.ts'],
    // Tests with a chain start a process of their own: one after the other, and with time on a busy machine.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/testing/**', 'src/index.ts', 'src/**/*.d.ts'],
      reporter: ['text'],
      thresholds: { lines: 90 },
    },
  },
});
