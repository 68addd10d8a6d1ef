// What the Images adapter calls: watched repositories to read, released-image parameters to write.
import { aws_iam as iam } from 'aws-cdk-lib';
import type { OperationsContext } from '../operations-context.ts';
import { namedOrPrefixed } from './fleet.ts';

/** Names of the watched ECR repositories, each once. */
export const watchedRepositories = ({ manifest }: OperationsContext): readonly string[] => [
  ...new Set(
    manifest.services.flatMap(({ containers }) => containers.flatMap(({ image }) => (image?.registry === 'ecr' ? [image.repository] : []))),
  ),
];

/** True when an image comes from a registry that sends no events. */
export const watchesOtherRegistries = ({ manifest }: OperationsContext): boolean =>
  manifest.services.some(({ containers }) => containers.some(({ image }) => image?.registry === 'oci'));

/** resolve: nothing to grant where all images come from other registries. */
export const imagesReadGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  onWatched(context, ['ecr:DescribeImages', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']);

/** resolve of who only looks whether anything differs: manifests are read where a gate asks for scans, which are those of an index's platforms. */
export const imagesGlanceGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  context.manifest.services.some(({ rollout }) => rollout.gates.scan !== null) ? imagesReadGrants(context) : onWatched(context, ['ecr:DescribeImages']);

const onWatched = (context: OperationsContext, actions: string[]): iam.PolicyStatement[] => {
  const { partition, region, account } = context;
  const repositories = watchedRepositories(context);
  if (repositories.length === 0) return [];
  const resources = namedOrPrefixed(repositories).map((name) => `arn:${partition}:ecr:${region}:${account}:repository/${name}`);
  return [new iam.PolicyStatement({ actions, resources })];
};

/** Names of repositories need not begin alike, and what may put images is named as long as a role has room: about 80 characters each. */
const MOST_KEPT = 60;

/** keep: a tag is an image that is put again, so its manifest is read first. */
export const imagesKeepGrants = ({ manifest, partition, region, account }: OperationsContext): iam.PolicyStatement[] => {
  const own = manifest.services.flatMap(({ containers }) => containers.flatMap(({ image }) => (image?.own === true ? [image.repository] : [])));
  if (own.length === 0) return [];
  const resources = namedOrPrefixed([...new Set(own)], MOST_KEPT).map((name) => `arn:${partition}:ecr:${region}:${account}:repository/${name}`);
  return [new iam.PolicyStatement({ actions: ['ecr:BatchGetImage', 'ecr:PutImage'], resources })];
};

/** release: the parameters CloudFormation reads the proven images from. */
export const imagesReleaseGrants = ({ manifest, partition, region, account }: OperationsContext): iam.PolicyStatement[] => {
  const parameters = manifest.services.flatMap(({ containers }) =>
    containers.flatMap(({ parameter }) => (parameter === null ? [] : [parameter])),
  );
  if (parameters.length === 0) return [];
  const names = namedOrPrefixed(parameters).map((name) => (name.endsWith('*') ? `${name}/image` : name));
  const resources = names.map((name) => `arn:${partition}:ssm:${region}:${account}:parameter${name}`);
  return [new iam.PolicyStatement({ actions: ['ssm:PutParameter'], resources })];
};
