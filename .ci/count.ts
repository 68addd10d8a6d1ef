// Counts the tests of several runs: `node .ci/count.ts EXIT REPORT EXIT REPORT …` prints `N passed, N failed`, and ends with 1 when any failed.
import { existsSync, readFileSync } from 'node:fs';

/** What vitest's json reporter writes, as far as it counts. */
export interface Report {
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/**
 * One run: its exit code and its report, null when it died before it wrote one. A test that began and never ended has failed (vitest calls
 * it pending), as has a file without tests; whatever else made the run fail (a type, a crash after the last test) is one failure.
 */
export const countOf = (exit: number, report: Report | null): Count => {
  const files = report?.testResults ?? [];
  const statuses = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const empty = files.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length;
  const failed = statuses.filter((status) => status === 'failed' || status === 'pending').length + empty;
  return { passed: statuses.filter((status) => status === 'passed').length, failed: exit === 0 ? failed : Math.max(failed, 1) };
};

if (import.meta.main) {
  const given = process.argv.slice(2);
  const counts = given.flatMap((exit, index) => {
    const file = given[index + 1] ?? '';
    return index % 2 === 0 ? [countOf(Number(exit), existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : null)] : [];
  });
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`${counts.reduce((sum, count) => sum + count.passed, 0)} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
