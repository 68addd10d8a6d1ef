// What stacks export to each other, and who uses it.
import { TemplateProblem } from './intrinsics.ts';
import type { Stack, StackBook } from './stack.ts';

/** Refuses an update that takes away what another stack imports; throws TemplateProblem. */
export const checkLostExports = (stacks: ReadonlyMap<string, Stack>, stack: Stack, exports: Readonly<Record<string, string>>): void => {
  const lost = Object.entries(stack.exports).filter(([name, value]) => exports[name] !== value);
  const user = importerOf(
    stacks,
    lost.map(([name]) => name),
    stack.name,
  );
  if (user !== undefined)
    throw new TemplateProblem(`Cannot update or delete export ${lost.map(([name]) => name).join(', ')} as it is in use by ${user}`);
};

/** Name of a stack that imports one of these exports. */
export const importerOf = (stacks: ReadonlyMap<string, Stack>, exports: readonly string[], owner: string): string | undefined =>
  [...stacks.values()].find((stack) => stack.name !== owner && exports.some((name) => stack.imports.has(name)))?.name;

export const bookOf = (stacks: ReadonlyMap<string, Stack>): StackBook => ({
  exported(name) {
    const owner = [...stacks.values()].find((stack) => Object.hasOwn(stack.exports, name));
    if (owner === undefined) throw new TemplateProblem(`No export named ${name} found.`);
    return owner.exports[name] as string;
  },
  output(stackName, outputName) {
    const value = stacks.get(stackName)?.outputs[outputName];
    if (value === undefined) throw new TemplateProblem(`Fn::GetStackOutput: stack ${stackName} has no output ${outputName}`);
    return value;
  },
});
