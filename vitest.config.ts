// Tests run on Node's own type stripping rules; rehearsals are heavy, so two workers are enough.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2,
    // This package imports its own JSON without saying so; bundled, it may.
    server: { deps: { inline: [/@actions\//] } },
    reporters: process.env['CI'] === 'true' ? ['default', ['json', { outputFile: '.build/tests.json' }]] : ['default'] },
});
