// `dayshift github`: writes the GitHub workflows that build, test and push a platform's images (K6, F14).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { imagesWorkflow, infrastructureWorkflow, type Workflow } from '../../shared/domain/github-workflow.ts';
import { noMore, type Command } from '../command.ts';
import { platformOptions, synthesized } from '../platform.ts';

const header = '# Written by `npx dayshift github`; run it again after a change of the platform file.\n';

/** The text of a workflow file. */
export const workflowText = ({ content }: Workflow): string => header + stringify(content, { lineWidth: 0 });

const secretWords = (region: string): Readonly<Record<string, string>> => ({
  AWS_ROLE_ARN: 'output GithubActionsRoleArn',
  AWS_REGION: region,
  AWS_DEPLOY_ROLE_ARN: 'a role that may run cdk deploy',
});
const variableWords: Readonly<Record<string, string>> = { TEST_COMMAND: 'run in each image before it is pushed; nothing is tested without it' };

/** What a person must set in the GitHub repository, by what the workflows read; GitHub makes its own token. */
export const wantedOf = (text: string, region: string): string => {
  const read = (kind: string): readonly string[] => [...new Set([...text.matchAll(new RegExp(`\\b${kind}\\.(\\w+)`, 'g'))].map(([, name = '']) => name))];
  const listed = (what: string, names: readonly string[], words: Readonly<Record<string, string>>): string =>
    names.length === 0 ? '' : `The repository needs the ${what} ${names.map((name) => (words[name] === undefined ? name : `${name} (${words[name]})`)).join(', ')}.\n`;
  const secrets = read('secrets').filter((name) => name !== 'GITHUB_TOKEN');
  return listed('secrets', secrets, secretWords(region)) + listed('variables', read('vars'), variableWords);
};

export const github: Command = {
  name: 'github',
  summary: "Writes the GitHub workflows that build and push a platform's images",
  usage: 'github [--platform NAME] [--stage STAGE] [--out FOLDER]',
  options: {
    ...platformOptions,
    out: { type: 'string', value: 'FOLDER', help: 'the checkout to write into; without it the files are printed' },
  },
  example: 'npx dayshift github --platform farsight --out ../farsight',
  run: async (values, positionals, terminal) => {
    noMore(positionals);
    const { file, manifest } = await synthesized(values, { reuse: true });
    const images = imagesWorkflow(file, manifest.stage);
    const workflows = [...(images === null ? [] : [images]), infrastructureWorkflow(file, manifest.stage)];
    for (const workflow of workflows) {
      if (typeof values['out'] !== 'string') {
        terminal.out(`# ${workflow.path}\n${workflowText(workflow)}\n`);
        continue;
      }
      const path = join(values['out'], workflow.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, workflowText(workflow));
      terminal.out(`wrote ${path}\n`);
    }
    terminal.out(`${wantedOf(workflows.map(workflowText).join('\n'), manifest.region)}Dayshift sees a push by itself: no deploy step for services.\n`);
    return 0;
  },
};
