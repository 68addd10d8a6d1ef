// Tests run on Node's own type stripping rules; rehearsals are heavy, so two workers are enough.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, maxWorkers: 2,
    // A browser or a child process may stumble on a machine that does much else; what is wrong fails twice.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    // This package imports its own JSON without saying so; bundled, it may.
    server: { deps: { inline: [/@actions\//] } },
    reporters: process.env['CI'] === 'true' ? ['default', ['json', { outputFile: '.build/tests.json' }]] : ['default'] },
});
