import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// unit: pure, no IO. real: tmux, processes, files. agents: real agent CLIs, the light ones unless ORCHESTRA_AGENTS=all. chaos: kills everything there is, in a short form unless ORCHESTRA_CHAOS=full.
export default defineConfig({
  test: {
    // Tests with real parts wait for them most of the time.
    maxWorkers: availableParallelism() + 1,
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          pool: 'forks',
          globalSetup: ['test/support/build-once.ts'],
        },
      },
      {
        test: {
          name: 'agents',
          sequence: { groupOrder: 1 },
          include: ['test/agents/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
          fileParallelism: false,
          globalSetup: ['test/support/build-once.ts'],
        },
      },
      {
        test: {
          name: 'chaos',
          sequence: { groupOrder: 2 },
          include: ['test/chaos/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 120_000,
          pool: 'forks',
          fileParallelism: false,
          globalSetup: ['test/support/build-once.ts'],
        },
      },
    ],
  },
});
