// What happens before a container can start: secrets fetched, image reference resolved to a digest and pulled, all as the execution role.
import type { ImageBehaviour } from '../ecr.ts';
import type { World } from '../../world.ts';
import type { Container, ContainerDefinition, Task } from './model.ts';
import { parseImage } from './names.ts';
import type { ImageReference } from './names.ts';

export interface PulledImage {
  /** What a later start of the same revision pulls (B7). */
  readonly digest: string;
  /** What the task reports: of an index, this may be the platform's own manifest. */
  readonly reportedDigest: string;
  readonly behaviour: ImageBehaviour;
}

export type Pulled = { readonly ok: true; readonly image: PulledImage } | { readonly ok: false; readonly reason: string };

/** Text of the failure that keeps the task from starting, or undefined: secrets and log permissions come before the pull. */
export const initializationFailure = (world: World, task: Task): string | undefined => {
  for (const container of task.containers) {
    for (const secret of container.definition.secrets ?? []) {
      const failure = secretFailure(world, task, secret.valueFrom);
      if (failure !== undefined) return failure;
    }
    const failure = logFailure(world, task, container.definition.logConfiguration);
    if (failure !== undefined) return failure;
  }
  return undefined;
};

/** The awslogs driver creates its stream before the container starts, and needs its group. */
const logFailure = (world: World, task: Task, log: ContainerDefinition['logConfiguration']): string | undefined => {
  if (log?.logDriver !== 'awslogs') return undefined;
  const options = log.options ?? {};
  const group = options['awslogs-group'] ?? '';
  const prefix =
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream:';
  const allowed = ['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) =>
    executionRoleMay(world, task, action, logGroupArn(world, options)),
  );
  if (!allowed) return `${prefix} AccessDeniedException: the execution role may not write to ${group}`;
  if (world.services.logs.exists(group) || options['awslogs-create-group'] === 'true') return undefined;
  return `${prefix} ResourceNotFoundException: The specified log group does not exist.`;
};

const logGroupArn = (world: World, options: Readonly<Record<string, string>>): string =>
  `arn:aws:logs:${options['awslogs-region'] ?? world.region}:${world.account}:log-group:${options['awslogs-group'] ?? ''}:log-stream:${options['awslogs-stream-prefix'] ?? ''}`;

/** `valueFrom` is a parameter name or ARN, or a secret ARN followed by `:json-key:stage:version`. */
const secretFailure = (world: World, task: Task, valueFrom: string): string | undefined => {
  const secret = valueFrom.startsWith('arn:aws:secretsmanager:');
  const [arn, key] = secret ? splitSecret(valueFrom) : [parameterArn(world, valueFrom), ''];
  const action = secret ? 'secretsmanager:GetSecretValue' : 'ssm:GetParameters';
  const what = secret ? 'unable to retrieve secret from asm' : 'unable to retrieve secrets from ssm';
  const prefix = `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ${what}: service call has been retried 1 time(s):`;
  if (!executionRoleMay(world, task, action, arn))
    return `${prefix} AccessDeniedException: not authorized to perform: ${action} on resource: ${arn}`;
  const found = lookUp(() => (secret ? world.services.secrets.value(arn) : world.services.ssm.value(parameterName(arn))));
  if (!found.ok) return `${prefix} ${found.error.name}: ${found.error.message}`;
  if (key === '' || key in (JSON.parse(found.value) as object)) return undefined;
  return `${prefix} retrieved secret from Secrets Manager did not contain json key ${key}`;
};

const parameterName = (arn: string): string => arn.slice(arn.indexOf(':parameter') + ':parameter'.length);

/** What the store answers, or the error that ECS puts into the task's stopped reason. */
const lookUp = (read: () => string): { readonly ok: true; readonly value: string } | { readonly ok: false; readonly error: Error } => {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return { ok: false, error: error as Error };
  }
};

const splitSecret = (valueFrom: string): readonly [string, string] => {
  const parts = valueFrom.split(':');
  return [parts.slice(0, 7).join(':'), parts[7] ?? ''];
};

const parameterArn = (world: World, nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:ssm:${world.region}:${world.account}:parameter/${nameOrArn.replace(/^\//, '')}`;

/** Without an execution role nothing that needs AWS can be fetched. */
const executionRoleMay = (world: World, task: Task, action: string, resource: string): boolean => {
  const roleArn = task.definition.executionRoleArn;
  if (roleArn === undefined) return false;
  return world.services.iam.allows({ kind: 'role', roleArn, session: task.id }, { action, resource }).allowed;
};

/** Resolves and pulls one container's image. `pinned` is the digest the revision has established, when it has. */
export const pullImage = (world: World, task: Task, container: Container, pinned: string | undefined): Pulled => {
  const parsed = parseImage(container.image);
  const wanted = { ...parsed, reference: pinned ?? parsed.reference };
  const registry = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(wanted.registry);
  return registry === null ? pullFromOutside(world, container, wanted) : pullFromEcr(world, task, container, wanted);
};

const notFound = (container: Container): Pulled => ({
  ok: false,
  reason: `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${container.image}: ${container.image}: not found`,
});

const pullFromEcr = (world: World, task: Task, container: Container, wanted: ImageReference): Pulled => {
  const arn = `arn:aws:ecr:${world.region}:${world.account}:repository/${wanted.repository}`;
  const allowed =
    executionRoleMay(world, task, 'ecr:GetAuthorizationToken', '*') &&
    ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'].every((action) =>
      executionRoleMay(world, task, action, arn),
    );
  if (!allowed) {
    return {
      ok: false,
      reason: `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${container.image}: 403 Forbidden`,
    };
  }
  const { ecr } = world.services;
  const image = ecr.find(wanted.repository, wanted.reference);
  if (image === undefined) return notFound(container);
  const manifest = ecr.pull(wanted.repository, wanted.reference, task.definition.platform);
  if (manifest === undefined) {
    return {
      ok: false,
      reason: `CannotPullContainerError: image Manifest does not contain descriptor matching platform '${task.definition.platform}'`,
    };
  }
  image.lastPulledAt = world.clock.now;
  const reported = manifest === image || world.random.stream('ecs.index').chance(0.5) ? image : manifest;
  return { ok: true, image: { digest: image.digest, reportedDigest: reported.digest, behaviour: manifest.behaviour } };
};

const pullFromOutside = (world: World, container: Container, { registry, repository, reference }: ImageReference): Pulled => {
  const image = world.services.outside.find(`${registry}/${repository}`, reference);
  if (image === undefined) return notFound(container);
  return { ok: true, image: { digest: image.digest, reportedDigest: image.digest, behaviour: image.behaviour } };
};
