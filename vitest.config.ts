import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/shared/slow-first.ts';

export default defineConfig({
  test: {
    testTimeout: 240_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 2,
    env: { TZ: 'Pacific/Chatham' },
    globalSetup: ['test/shared/run-folder.ts'],
    setupFiles: ['test/shared/seeded-chance.ts'],
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Files share what they import, a sixth of the time: no test may leave anything behind in a module.
          isolate: false,
          include: ['test/**/*.test.ts'],
          setupFiles: ['test/shared/single-thread.ts'],
          exclude: ['test/conformance/**', 'test/e2e/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/e2e/**/*.test.ts'],
          setupFiles: ['test/shared/single-thread.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'engines', include: ['test/conformance/**/*.test.ts'], testTimeout: 300_000 },
      },
    ],
  },
});
