import { defineConfig } from 'vitest/config';

/** Each file starts a chain and nodes of its own; one after the other on two cores. */
export default defineConfig({ test: { include: ['src/**/*.test.ts'], fileParallelism: false, testTimeout: 60_000 } });
