// Tests run as the application does: Node itself strips the types and nothing is transformed. Files share two warm processes, so none may leave anything behind.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Compiled code is kept for the many processes and threads that tests start.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules', '.cache', 'compile');

const temporary = join(tmpdir(), `dayshift-tests-${process.pid}`);

/** Files that take seconds, the longest first: what ends last should be short. */
const SLOW = [
  'cases.test.ts', 'console/console.test.ts', 'serve/cdk.test.ts', 'serve/aws-cli.test.ts', 'rehearsal/permissions-everywhere.test.ts',
  'infra/template-validation.test.ts', 'cli/terminal.test.ts', 'rehearsal/standard-day.test.ts', 'rehearsal/crash.test.ts',
  'rehearsal/campaign.test.ts', 'rehearsal/determinism.test.ts', 'cli/permissions.test.ts', 'adapters/door-crashes.test.ts', 'services/protocol.test.ts',
  'adapters/notices.test.ts', 'infra/platform-file.test.ts', 'infra/security.test.ts', 'rehearsal/permissions.test.ts',
];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const index = SLOW.findIndex((file) => moduleId.endsWith(`/test/${file}`));
      return index < 0 ? SLOW.length : index;
    };
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

/** Left to `npm run check`, vitest's mode `thorough`: security rules, CDK's own validation, other people's programs against a served world. */
const THOROUGH = [
  'test/infra/security.test.ts', 'test/infra/template-validation.test.ts', 'test/console/console.test.ts',
  'test/serve/aws-cli.test.ts', 'test/serve/cdk.test.ts', 'test/rehearsal/permissions-everywhere.test.ts',
];
/** Played in both modes, each its own part of the cases. */
const CASES = 'test/cases.test.ts';

export default defineConfig(({ mode }) => {
  const thorough = mode === 'thorough';
  const report: [string, object] = ['json', { outputFile: `.build/tests-${mode}.json` }];
  const reporters = [thorough ? 'dot' : 'default', ...(process.env['CI'] === 'true' ? [report] : [])];
  return {
    test: {
      include: thorough ? [...THOROUGH, CASES] : ['test/**/*.test.ts'],
      exclude: [...configDefaults.exclude, ...(thorough ? [] : THOROUGH)],
      env: { DAYSHIFT_TESTS: mode, CDK_VALIDATION: String(thorough), TMPDIR: temporary, TEMP: temporary, TMP: temporary },
      globalSetup: 'test/temporary-folder.ts',
      testTimeout: 60_000,
      hookTimeout: 60_000,
      maxWorkers: 2,
      isolate: false,
      sequence: { sequencer: SlowestFirst },
      // Worlds are made and thrown away by the hundred: a larger nursery is collected less often.
      execArgv: ['--max-semi-space-size=64'],
      experimental: { viteModuleRunner: false, nodeLoader: false },
      reporters,
    },
  };
});
