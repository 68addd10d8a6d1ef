// The toolchain is pinned to versions that are known to work together, install scripts are allowed by name, and an old Node is refused in one line.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countOf, type Report } from '../../.ci/count.ts';
import packageJson from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..', '..');

describe('package.json', () => {
  const pinned: Readonly<Record<string, string>> = { ...packageJson.dependencies, ...packageJson.devDependencies };

  it('pins the toolchain to the versions that were tried together', () => {
    expect(pinned).toMatchObject({
      node: '24.21.0',
      'aws-cdk-lib': '2.276.0',
      // 3.0.0 is an accident of the registry and no newer version.
      'aws-cdk': '2.1148.1',
      constructs: '10.8.1',
      'cdk-nag': '3.0.2',
      typescript: '7.0.2',
      vitest: '5.1.1',
      esbuild: '0.28.2',
      '@middy/core': '7.9.2',
      '@aws-lambda-powertools/logger': '2.36.0',
      oxlint: '1.89.0',
      'oxlint-tsgolint': '7.0.2004',
      '@types/node': '24.19.2',
      '@types/aws-lambda': '8.10.164',
      'asl-validator': '4.0.0',
      // The version that AWS Step Functions implements.
      jsonata: '2.0.6',
      '@aws-sdk/client-application-auto-scaling': '3.1141.0',
      '@aws-sdk/client-ecs': '3.1162.0',
      '@aws-sdk/client-sns': '3.1169.0',
    });
  });

  it('names one exact version of everything, without ranges and tags', () => {
    expect(Object.entries(pinned).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('allows install scripts by name, to the two packages that need them', () => {
    expect(packageJson.allowScripts).toEqual({ esbuild: true, node: true });
  });

  it('has at most nine scripts, and needs Node 24', () => {
    expect(Object.keys(packageJson.scripts).length).toBeLessThanOrEqual(9);
    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(['start', 'test', 'check', 'synth', 'deploy', 'bench']));
    expect(packageJson.engines).toEqual({ node: '>=24' });
  });
});

describe('a Node too old to run at all', () => {
  it('is refused in one line that says what to do, with code 2', () => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } }); Object.defineProperty(process, 'version', { value: 'v20.20.2' });`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(older)}`, join(root, 'cli', 'main.js'), 'rehearse'], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: 'dayshift needs Node 24 or newer, this is v20.20.2. In the checkout, npm run and npx bring their own: run npm ci, then npm start.\n',
    });
  });
});

describe('what the tests of a change came to', () => {
  const ran = (status: string, ...tests: readonly string[]): object => ({ status, assertionResults: tests.map((test) => ({ status: test })) });

  it.each([
    ['all passed or are left to the other run', 0, [ran('passed', 'passed', 'passed', 'skipped'), ran('passed', 'todo')], { passed: 2, failed: 0 }],
    ['one failed', 1, [ran('failed', 'passed', 'failed')], { passed: 1, failed: 1 }],
    ['a file that cannot be loaded', 1, [ran('failed'), ran('passed', 'passed')], { passed: 1, failed: 1 }],
    ['a process that died took three tests along', 1, [ran('failed', 'pending', 'pending', 'pending'), ran('passed', 'passed')], { passed: 1, failed: 3 }],
    ['the tests passed, lint did not', 1, [ran('passed', 'passed')], { passed: 1, failed: 1 }],
    ['it died before it wrote its report, or never began', 1, null, { passed: 0, failed: 1 }],
  ])('is counted test by test: %s', (_, exit, testResults, count) => {
    expect(countOf(exit, testResults === null ? null : ({ testResults } as Report))).toEqual(count);
  });
});
