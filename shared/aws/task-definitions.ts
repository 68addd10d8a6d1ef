// Task definition revisions: read the family's newest, register it again with other images, keep everything else (R5, aws-facts B6).
import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type ContainerDefinition,
  type DescribeTaskDefinitionCommandOutput,
  type ECSClient,
  type RegisterTaskDefinitionCommandInput,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { holds, type ImageSet } from '../domain/image-references.ts';
import { attempt, nameOf } from './failure.ts';

export interface TaskDefinitions {
  /** Images of a revision, by container. */
  images(taskDefinition: string): Promise<ImageSet>;
  /** The family's newest ACTIVE revision with these images: itself when it has them already, else a new one. */
  pin(family: string, images: ImageSet): Promise<string>;
  /** The same under another family's name. */
  pinAs(family: string, name: string, images: ImageSet): Promise<string>;
}

export const makeTaskDefinitions = (ecs: ECSClient): TaskDefinitions => {
  // A revision never changes, so what it holds may be remembered for the life of the function.
  const known = new Map<string, ImageSet>();
  const pace = reading();
  return {
    images: async (taskDefinition) => {
      const remembered = known.get(taskDefinition);
      if (remembered !== undefined) return remembered;
      await pace();
      const command = new DescribeTaskDefinitionCommand({ taskDefinition });
      const answer = await attempt('ecs:DescribeTaskDefinition', taskDefinition, () => ecs.send(command));
      const images = imagesOf(answer.taskDefinition);
      known.set(taskDefinition, images);
      return images;
    },
    pin: (family, images) => pin(ecs, family, images),
    pinAs: (family, name, images) => pinAs(ecs, family, name, images),
  };
};

/** Reads of task definitions: a burst of 50, then 20 a second for the account (aws-facts B10); a fleet's first look stays below. */
const reading = (): (() => Promise<void>) => {
  let asked = 0;
  return async () => {
    asked += 1;
    if (asked > 30 && asked % 15 === 0) await new Promise((resume) => setTimeout(resume, 1_000));
  };
};

const imagesOf = (definition: TaskDefinition | undefined): ImageSet =>
  Object.fromEntries((definition?.containerDefinitions ?? []).map(({ name, image }) => [name ?? '', image ?? '']));

/** RegisterTaskDefinition has no idempotency token: looking at the newest revision first is what makes a repeated call harmless. */
const pin = async (ecs: ECSClient, family: string, images: ImageSet): Promise<string> => {
  const newest = await newestOf(ecs, family);
  const arn = newest.taskDefinition?.taskDefinitionArn;
  return arn !== undefined && holds(imagesOf(newest.taskDefinition), images) ? arn : register(ecs, withImages(newest, images));
};

const pinAs = async (ecs: ECSClient, family: string, name: string, images: ImageSet): Promise<string> => {
  const [known] = await Promise.allSettled([newestOf(ecs, name)]);
  const arn =
    known.status === 'fulfilled' && holds(imagesOf(known.value.taskDefinition), images)
      ? known.value.taskDefinition?.taskDefinitionArn
      : undefined;
  // A family that was never registered answers ClientException: the normal beginning.
  if (known.status === 'rejected' && nameOf(known.reason) !== 'ClientException') throw known.reason;
  return arn ?? register(ecs, { ...withImages(await newestOf(ecs, family), images), family: name });
};

const newestOf = (ecs: ECSClient, family: string): Promise<DescribeTaskDefinitionCommandOutput> => {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: family, include: ['TAGS'] });
  return attempt('ecs:DescribeTaskDefinition', family, () => ecs.send(command));
};

const register = async (ecs: ECSClient, input: RegisterTaskDefinitionCommandInput): Promise<string> => {
  const answer = await attempt('ecs:RegisterTaskDefinition', input.family ?? '', () => ecs.send(new RegisterTaskDefinitionCommand(input)));
  return answer.taskDefinition?.taskDefinitionArn ?? '';
};

/** Everything RegisterTaskDefinition takes; what describes the revision itself is left out, and tags live outside it (B6). */
const withImages = (
  { taskDefinition, tags }: DescribeTaskDefinitionCommandOutput,
  images: ImageSet,
): RegisterTaskDefinitionCommandInput => {
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    registeredBy: _registeredBy,
    deregisteredAt: _deregisteredAt,
    deleteRequestedAt: _deleteRequestedAt,
    ...kept
  } = taskDefinition ?? {};
  const containers = (kept.containerDefinitions ?? []).map((container): ContainerDefinition => {
    const image = images[container.name ?? ''];
    return image === undefined ? container : { ...container, image };
  });
  return {
    ...kept,
    family: kept.family,
    containerDefinitions: containers,
    // An empty list of tags is refused, no list is not.
    ...(tags === undefined || tags.length === 0 ? {} : { tags: tags.filter(({ key }) => key?.startsWith('aws:') !== true) }),
  };
};
