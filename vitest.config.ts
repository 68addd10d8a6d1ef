// Tests run as the application does: Node itself strips the types and nothing is transformed. Files share two warm processes, so none may leave anything behind.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Compiled code is kept for the many processes and threads that tests start.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules', '.cache', 'compile');

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, maxWorkers: 2, isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // A browser or a child process may stumble on a machine that does much else; what is wrong fails twice.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    reporters: process.env['CI'] === 'true' ? ['default', ['json', { outputFile: '.build/tests.json' }]] : ['default'] },
});
