// What a request to CloudFormation says: its template, inline or in S3, and the values of its parameters.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { TemplateProblem } from './intrinsics.ts';
import type { Stack, StackSettings } from './stack.ts';
import { readTemplate } from './template-text.ts';
import type { Template } from './template.ts';

interface GivenParameter {
  readonly ParameterKey?: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: boolean;
}

/** `https://s3.region.amazonaws.com/bucket/key` and `https://bucket.s3.region.amazonaws.com/key`, or path style at an endpoint of one's own. */
const locate = (url: string): { readonly bucket: string; readonly key: string } => {
  const refused = new AwsError('ValidationError', `S3 error: The template URL ${url} is not an address in S3.`);
  if (!URL.canParse(url)) throw refused;
  const { hostname, pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  const [, hosted] = /^(.+)\.s3[.-][^/]*amazonaws\.com$/.exec(hostname) ?? [];
  if (hosted !== undefined) return { bucket: hosted, key: path };
  const slash = path.indexOf('/');
  if (slash < 1) throw refused;
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
};

/** The request's template. Throws ValidationError when there is none, TemplateProblem when it cannot be read. */
export const templateOf = (world: World, { TemplateBody, TemplateURL }: { readonly TemplateBody?: string; readonly TemplateURL?: string }): Template => {
  if (TemplateBody !== undefined) return readTemplate(TemplateBody);
  if (TemplateURL === undefined) throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
  const { bucket, key } = locate(TemplateURL);
  const found = world.services.s3.object(bucket, key);
  if (found === undefined) throw new AwsError('ValidationError', 'S3 error: The specified key does not exist.');
  return readTemplate(Buffer.from(found).toString('utf8'));
};

/** Values by name; `UsePreviousValue` takes what the stack was given before. */
export const givenParameters = (given: readonly GivenParameter[] = [], stack: Stack | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    given.flatMap(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => {
      if (UsePreviousValue !== true) return [[ParameterKey, ParameterValue ?? '']];
      if (stack?.template.Parameters?.[ParameterKey] === undefined) throw new TemplateProblem(`Invalid input for parameter key ${ParameterKey}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`);
      const before = stack.parameters[ParameterKey];
      return before === undefined ? [] : [[ParameterKey, before]];
    }),
  );

export const settingsOf = (input: any): StackSettings => ({
  ...(input.Tags === undefined ? {} : { tags: input.Tags }),
  ...(input.Capabilities === undefined ? {} : { capabilities: input.Capabilities }),
  ...(input.RoleARN === undefined ? {} : { roleArn: input.RoleARN }),
  ...(input.ClientRequestToken === undefined ? {} : { token: input.ClientRequestToken }),
});
