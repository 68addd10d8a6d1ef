// The environment a function's process has: what the template gives it and what Lambda adds.
import type { World } from '../../world.ts';
import type { Configuration } from './functions.ts';

export type ProcessEnvironment = Readonly<Record<string, string>>;

/** Lambda's own variables are reserved and win. The access key is the function's alone: it says whose role calls. */
export const environmentOf = (world: World, configuration: Configuration, directory: string | undefined): ProcessEnvironment => {
  const { functionName, version, handler, memoryMb, roleArn, logGroup, runtime } = configuration;
  const { AccessKeyId, SecretAccessKey, SessionToken } = world.services.sts.issue(roleArn, functionName);
  return {
    ...configuration.environment,
    _HANDLER: handler,
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
    AWS_REGION: world.region,
    AWS_DEFAULT_REGION: world.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: directory ?? '/var/task',
    LANG: 'en_US.UTF-8',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    TZ: ':UTC',
  };
};
