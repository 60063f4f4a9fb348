import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // An empty PGlite to copy.
    globalSetup: ['../service/src/testing/empty-data-dir.ts'],
    testTimeout: 15_000,
    hookTimeout: 30_000,
    // Some files start a real llama.cpp; many at once would fight for two cores.
    maxWorkers: 1,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/testing/**', 'src/index.ts'],
      reporter: ['text'],
      thresholds: { lines: 90 },
    },
  },
});
