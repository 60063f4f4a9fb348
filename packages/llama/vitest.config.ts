import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'training/**/*.test.ts'],
    globalSetup: ['./src/testing/build-worker.ts'],
    pool: 'forks',
    // Each file starts a real llama.cpp; two at once would fight for two cores.
    fileParallelism: false,
    testTimeout: 15_000,
    hookTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/testing/**', 'src/index.ts'],
      reporter: ['text'],
      thresholds: { lines: 90 },
    },
  },
});
