// Every stack says what it is for, and everything in it that can carry tags says whose it is.
import { describe, expect, it } from 'vitest';
import { templatesOf } from '../assembly.ts';

/** Types without tags, or with tags of their own shape; everything else of the automation and the services carries them. */
const TAGGED = [
  'AWS::Lambda::Function',
  'AWS::StepFunctions::StateMachine',
  'AWS::DynamoDB::Table',
  'AWS::SNS::Topic',
  'AWS::ECS::Service',
];

describe('names and owners', () => {
  it('X4: the operations stack is described and tagged like the platform it operates', async () => {
    const templates = await templatesOf('wizelit');
    for (const [name, template] of Object.entries(templates))
      expect({ name, said: (template as { Description?: string }).Description }).toEqual({
        name,
        said: expect.stringMatching(/^\w+( \w+)* of Wizelit \(dev\)$/) as unknown,
      });
    const resources = Object.values(templates).flatMap(({ Resources }) => Object.entries(Resources));
    const untagged = resources
      .filter(([, { Type }]) => TAGGED.includes(Type))
      .filter(
        ([, { Properties }]) =>
          !['dayshift:platform', 'dayshift:stage'].every((tag) => JSON.stringify(Properties['Tags'] ?? []).includes(`"${tag}"`)),
      )
      .map(([id]) => id);
    expect(untagged).toEqual([]);
  });
});
