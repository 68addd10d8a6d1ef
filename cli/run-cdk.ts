// Runs the CDK's own command line for a platform; Ctrl-C ends the looking, CloudFormation goes on with what it has begun.
import { join } from 'node:path';
import type { Manifest } from '../shared/domain/manifest.ts';
import { runTool } from './run-tool.ts';
import { INTERRUPTED, type Terminal } from './terminal.ts';

const root = join(import.meta.dirname, '..');

export interface CdkRun {
  readonly manifest: Pick<Manifest, 'platform' | 'stage'>;
  readonly terminal: Terminal;
  /** The program, `cdk` of this checkout by default. */
  readonly program?: string;
}

/** Answers 0, or 130 when it was interrupted. Throws ToolFailed when the CDK fails; it has said why itself. */
export const runCdk = async (args: readonly string[], run: CdkRun): Promise<number> => {
  const { manifest, terminal, program = join(root, 'node_modules', '.bin', 'cdk') } = run;
  const { interrupted } = terminal;
  const context = ['-c', `platform=${manifest.platform}`, '-c', `stage=${manifest.stage}`];
  const [ran] = await Promise.allSettled([runTool(program, [...args, ...context], { cwd: root, show: true })]);
  if (interrupted.aborted) {
    const needs = `--platform ${manifest.platform} --stage ${manifest.stage}`;
    terminal.err(`CloudFormation goes on with what it has begun. Look again with: npx dayshift doctor ${needs}, or npm run diff -- ${context.join(' ')}\n`);
    return INTERRUPTED;
  }
  if (ran.status === 'rejected') throw ran.reason;
  return 0;
};
