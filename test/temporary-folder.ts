// What tests write into the system's temporary folder goes into one of the run's own, and is gone with the run.
import { mkdirSync, rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

let folder = '';

export const setup = ({ config }: TestProject): void => {
  folder = config.env['TMPDIR'] as string;
  mkdirSync(folder, { recursive: true });
};
export const teardown = (): void => rmSync(folder, { recursive: true, force: true });
