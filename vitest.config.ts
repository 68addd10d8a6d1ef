// Tests run on Node's own type stripping rules; rehearsals are heavy, so two workers are enough.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2, reporters: process.env['CI'] === 'true' ? ['default', ['json', { outputFile: '.build/tests.json' }]] : ['default'] },
});
