// The task definition of a service: its containers, with the released image by dynamic reference (decision 001).
import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib/core';
import { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { Container, Service } from '../../shared/domain/platform.ts';
import { takesShells } from '../../shared/domain/shell-access.ts';
import { mountedBy, reachedBy, secretNamed } from '../../shared/domain/wiring.ts';
import type { Attributes } from '../attributes.ts';
import { type Deployment, imageParameter, logGroupName, pascal, serviceName } from '../names.ts';
import { accept } from '../platform-stack.ts';
import { executionRole, taskRole } from './task-roles.ts';

export interface Task {
  readonly definition: CfnTaskDefinition;
  readonly family: string;
  /** Changes whenever the task definition does, so that CloudFormation starts a deployment (decision 001). */
  readonly nonce: string;
}

const imageOf = (deployment: Deployment, service: string, name: string, { image }: Container): string =>
  image.kind === 'fixed' ? image.image : `{{resolve:ssm:${imageParameter(deployment, service, name)}}}`;

const secretsOfContainer = (container: Container, attributes: Attributes): CfnTaskDefinition.SecretProperty[] =>
  Object.entries(container.secrets).map(([name, text]) => {
    const { secret, key } = secretNamed(text);
    const secretArn = attributes.get(`secrets.${secret}.arn`);
    return { name, valueFrom: key === null ? secretArn : `${secretArn}:${key}::` };
  });

const healthOf = ({ health }: Container): CfnTaskDefinition.HealthCheckProperty | undefined =>
  health === null
    ? undefined
    : {
        command: ['CMD-SHELL', health.command],
        interval: health.intervalSeconds,
        timeout: health.timeoutSeconds,
        retries: health.retries,
        startPeriod: health.startSeconds,
      };

const containerOf = (
  deployment: Deployment,
  service: string,
  name: string,
  container: Container,
  logGroup: string,
  attributes: Attributes,
  shells: boolean,
): CfnTaskDefinition.ContainerDefinitionProperty => {
  const health = healthOf(container);
  const mounts = Object.entries(container.mounts);
  return {
    name,
    image: imageOf(deployment, service, name, container),
    essential: container.essential,
    stopTimeout: container.stopSeconds,
    environment: Object.entries(container.environment).map(([variable, text]) => ({ name: variable, value: attributes.fill(text) })),
    secrets: secretsOfContainer(container, attributes),
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': logGroup, 'awslogs-region': deployment.platform.region, 'awslogs-stream-prefix': service },
    },
    // A shell leaves processes behind: an init process reaps them. The change also starts tasks that take shells.
    ...(shells ? { linuxParameters: { initProcessEnabled: true } } : {}),
    ...(container.port === null ? {} : { portMappings: [{ containerPort: container.port, protocol: 'tcp' }] }),
    ...(container.command.length === 0 ? {} : { command: [...container.command] }),
    ...(health === undefined ? {} : { healthCheck: health }),
    ...(mounts.length === 0
      ? {}
      : {
          mountPoints: mounts.map(([containerPath, mount]) => ({
            containerPath,
            sourceVolume: mount.fileSystem,
            readOnly: mount.readOnly,
          })),
        }),
  };
};

const volumesOf = (service: Service, attributes: Attributes): CfnTaskDefinition.VolumeProperty[] =>
  mountedBy(service).map((name) => ({
    name,
    efsVolumeConfiguration: {
      filesystemId: attributes.get(`fileSystems.${name}.id`),
      transitEncryption: 'ENABLED',
      authorizationConfig: { accessPointId: attributes.get(`fileSystems.${name}.accessPoint`), iam: 'ENABLED' },
    },
  }));

/** Short fingerprint of what a task definition says, with the password rotations of the databases it reaches. */
const fingerprint = (definition: CfnTaskDefinition, rotations: readonly number[]): string => {
  const says = Stack.of(definition).resolve([
    definition.containerDefinitions,
    definition.volumes,
    definition.cpu,
    definition.memory,
    definition.runtimePlatform,
    definition.taskRoleArn,
    definition.executionRoleArn,
    rotations,
  ]) as unknown;
  return createHash('sha256').update(JSON.stringify(says)).digest('hex').slice(0, 16);
};

/** Task definition and roles of one service. */
export const taskDefinition = (scope: Construct, deployment: Deployment, name: string, service: Service, attributes: Attributes): Task => {
  const family = serviceName(deployment, name, service);
  const logGroup = logGroupName(deployment, name, service);
  const containers = Object.entries(service.containers);
  const volumes = volumesOf(service, attributes);
  const shells = takesShells(service, deployment.stage);
  const definition = new CfnTaskDefinition(scope, `${pascal(name)}Task`, {
    family,
    cpu: String(service.cpu),
    memory: String(service.memory),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: service.architecture === 'arm64' ? 'ARM64' : 'X86_64' },
    executionRoleArn: executionRole(scope, deployment, name, service, attributes).roleArn,
    taskRoleArn: taskRole(scope, deployment, name, service, attributes).roleArn,
    containerDefinitions: containers.map(([key, container]) => containerOf(deployment, name, key, container, logGroup, attributes, shells)),
    ...(volumes.length === 0 ? {} : { volumes }),
  });
  accept(
    definition,
    'AwsSolutions-ECS2',
    'Plain variables hold addresses and settings only; the platform file refuses passwords in them, secrets come from Secrets Manager.',
  );
  const rotations = [...reachedBy(deployment.platform, service)]
    .sort()
    .map((reached) => deployment.platform.databases[reached]?.rotation ?? 0);
  return { definition, family, nonce: fingerprint(definition, rotations) };
};
