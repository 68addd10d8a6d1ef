// Template text as people and tools send it: JSON, or YAML with CloudFormation's short forms.
import { parse, type CollectionTag, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';
import { TemplateProblem } from './intrinsics.ts';
import type { Template } from './template.ts';

const SHORT = [
  'Base64', 'Cidr', 'FindInMap', 'GetAtt', 'GetAZs', 'GetStackOutput', 'ImportValue', 'Join', 'Length', 'Select', 'Split', 'Sub', 'ToJsonString',
  'And', 'Equals', 'If', 'Not', 'Or',
] as const;

/** `!Ref` is `Ref` and `!Condition` is `Condition`; every other short form is `Fn::` and its name. */
const longName = (short: string): string => (short === 'Ref' || short === 'Condition' ? short : `Fn::${short}`);

const scalarTag = (short: string): ScalarTag => ({
  tag: `!${short}`,
  resolve: (text) => ({ [longName(short)]: short === 'GetAtt' ? [text.slice(0, text.indexOf('.')), text.slice(text.indexOf('.') + 1)] : text }),
});

const collectionTag = (short: string, collection: 'map' | 'seq'): CollectionTag => ({
  tag: `!${short}`,
  collection,
  resolve: (node: YAMLMap.Parsed | YAMLSeq.Parsed) => ({ [longName(short)]: node.toJSON() as unknown }),
});

const tags = ['Ref', 'Condition', ...SHORT].flatMap((short) => [scalarTag(short), collectionTag(short, 'seq'), collectionTag(short, 'map')]);

/** Reads a template. Throws TemplateProblem in CloudFormation's words. */
export const readTemplate = (text: string): Template => {
  const template = parsed(text);
  if (typeof template !== 'object' || template === null || Array.isArray(template)) throw new TemplateProblem('Template format error: unsupported structure.');
  const { Resources } = template as Template;
  if (Resources === undefined || Object.keys(Resources).length === 0) throw new TemplateProblem('Template format error: At least one Resources member must be defined.');
  return template as Template;
};

const parsed = (text: string): unknown => {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text, { customTags: tags });
  } catch (problem) {
    throw new TemplateProblem(`Template format error: ${text.trimStart().startsWith('{') ? 'JSON' : 'YAML'} not well-formed. (${(problem as Error).message})`);
  }
};
