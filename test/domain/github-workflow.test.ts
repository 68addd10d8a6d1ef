// The generated GitHub workflows: what they build and push, and that GitHub's own parser accepts them.
import { registerHooks } from 'node:module';
import { describe, expect, it } from 'vitest';
import { wantedOf, workflowText } from '../../cli/commands/github.ts';
import { imagesWorkflow, infrastructureWorkflow } from '../../shared/domain/github-workflow.ts';
import { fileFrom } from '../assembly.ts';

/** The parser imports its own JSON without saying that it is JSON, which Node asks for. */
const json = registerHooks({
  load: (url, context, next) => next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
json.deregister();

const problems = (text: string): readonly string[] => parseWorkflow({ name: 'workflow.yml', content: text }, new NoOperationTraceWriter()).context.errors.getErrors().map(({ message }) => message);
type Steps = { readonly steps: readonly { readonly name?: string; readonly with?: Readonly<Record<string, string>> }[] };
const pushOf = (job: unknown): Readonly<Record<string, string>> => (job as Steps).steps.find(({ name }) => name === 'Push')?.with ?? {};

describe('the images workflow', () => {
  it('K6: builds both images for GHCR, the front end with its build argument', async () => {
    const jobs = imagesWorkflow(await fileFrom('managed-chatkit'))?.content['jobs'] as Record<string, unknown>;
    expect(Object.keys(jobs)).toHaveLength(2);
    const [front, back] = Object.entries(jobs).sort(([one], [other]) => (one.includes('frontend') ? -1 : other.includes('frontend') ? 1 : 0));
    expect(front?.[0]).toMatch(/frontend$/);
    expect(pushOf(front?.[1])['build-args']).toBe('VITE_CHATKIT_WORKFLOW_ID=${{ vars.VITE_CHATKIT_WORKFLOW_ID }}');
    expect(pushOf(back?.[1])['build-args']).toBeUndefined();
    expect(pushOf(back?.[1])['tags']).toMatch(/^ghcr\.io\/[^:]+-backend:latest\nghcr\.io\/[^:]+-backend:\$\{\{ github\.sha \}\}$/);
  });

  it('F14: builds once, tests, pushes latest and the commit; infrastructure deploys and services follow by themselves', async () => {
    const file = await fileFrom('farsight');
    const jobs = imagesWorkflow(file)?.content['jobs'] as Record<string, Steps>;
    expect(Object.keys(jobs)).toHaveLength(1);
    const [job] = Object.values(jobs);
    expect(job?.steps.map(({ name }) => name).filter((name) => name !== undefined)).toEqual(['Set up Buildx', 'Sign in to AWS', 'Sign in to ECR', 'Build for the test', 'Test', 'Push']);
    expect(pushOf(job)['tags']?.split('\n').map((tag) => tag.split(':').at(-1))).toEqual(['latest', '${{ github.sha }}']);
    const text = workflowText(infrastructureWorkflow(file, 'prod'));
    expect(text).toContain('npm run deploy -- -c platform=farsight -c stage=prod');
    expect(text).not.toContain('update-service');
  });

  it('F9, F14: a repository that the file renames is pushed to under its own name', async () => {
    const file = await fileFrom('farsight');
    const renamed = { ...file, repositories: { 'farsight-server': { name: 'fs-{stage}', keep: 10, replicateTo: [] } } };
    const jobs = imagesWorkflow(renamed, 'prod')?.content['jobs'] as Record<string, unknown>;
    expect(pushOf(Object.values(jobs)[0])['tags']).toMatch(/\/fs-prod:latest\n.*\/fs-prod:/);
  });

  it('K6, F14: says which secrets and variables the workflows read, and no others', async () => {
    const text = async (name: string): Promise<string> => {
      const file = await fileFrom(name);
      const images = imagesWorkflow(file);
      return wantedOf([...(images === null ? [] : [images]), infrastructureWorkflow(file, 'dev')].map(workflowText).join('\n'), file.region);
    };
    expect(await text('managed-chatkit')).toBe(
      [
        'The repository needs the secrets AWS_DEPLOY_ROLE_ARN (a role that may run cdk deploy), AWS_REGION (us-east-1).',
        'The repository needs the variables VITE_CHATKIT_WORKFLOW_ID, TEST_COMMAND (run in each image before it is pushed; nothing is tested without it).\n',
      ].join('\n'),
    );
    expect(await text('farsight')).toContain('secrets AWS_ROLE_ARN (output GithubActionsRoleArn), AWS_REGION (us-east-1), AWS_DEPLOY_ROLE_ARN');
  });

  it.each(['wizelit', 'managed-chatkit', 'cli-agent-orchestrator', 'atomic-calendar', 'farsight', 'starter'])('K6, F14: GitHub\'s parser accepts the workflows of %s', async (name) => {
    const file = await fileFrom(name);
    const images = imagesWorkflow(file);
    const texts = [...(images === null ? [] : [images]), infrastructureWorkflow(file, 'dev')].map(workflowText);
    expect(texts.flatMap(problems)).toEqual([]);
  });
});
