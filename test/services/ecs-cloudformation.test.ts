// The CloudFormation types of ECS and scaling: what Ref answers, what an update touches, how a stack waits (R6, R7).
import { describe, expect, it } from 'vitest';
import { CLUSTER, SERVICE, image, openShop } from './shop.ts';
import type { Shop } from './shop.ts';

describe('CloudFormation', () => {
  const template = (shop: Shop, properties: object, revision = '1') => ({
    Resources: {
      Definition: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          Family: 'web',
          Cpu: '256',
          Memory: '512',
          ExecutionRoleArn: `arn:aws:iam::${shop.world.account}:role/web-execution`,
          ContainerDefinitions: [
            {
              Name: 'web',
              Image: image(shop.world, 'latest'),
              PortMappings: [{ ContainerPort: 8080 }],
              Environment: [{ Name: 'REVISION', Value: revision }],
            },
          ],
        },
      },
      Service: {
        Type: 'AWS::ECS::Service',
        DependsOn: 'Definition',
        Properties: {
          ServiceName: SERVICE,
          Cluster: CLUSTER,
          TaskDefinition: 'web',
          LaunchType: 'FARGATE',
          LoadBalancers: [{ ContainerName: 'web', ContainerPort: 8080, TargetGroupArn: shop.targetGroupArn }],
          NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-1'], AssignPublicIp: 'ENABLED' } },
          ...properties,
        },
      },
    },
    Outputs: { Revision: { Value: { Ref: 'Definition' } }, Name: { Value: { 'Fn::GetAtt': ['Service', 'Name'] } } },
  });
  const deploy = (shop: Shop, body: any) =>
    shop.world.clock.finish(shop.world.services.cloudformation.deploy({ stackName: 'services', template: body, assets: new Map() }));
  const nonce = (ForceNewDeploymentNonce: string) => ({ ForceNewDeployment: { EnableForceNewDeployment: true, ForceNewDeploymentNonce } });

  it('R6: without DesiredCount a service is created with 1 and keeps the count it has when it is updated', async () => {
    const shop = await openShop(76);
    shop.push({ kind: 'healthy' });
    const created = await deploy(shop, template(shop, nonce('a')));
    expect(created).toMatchObject({ status: 'CREATE_COMPLETE', outputs: { Name: 'web' } });
    expect(created.outputs['Revision']).toMatch(/task-definition\/web:1$/);
    await shop.update({ desiredCount: 3 });
    await shop.minutes(3);
    const updated = await deploy(shop, template(shop, nonce('b'), '2'));
    expect(updated.status).toBe('UPDATE_COMPLETE');
    const service = await shop.describe();
    expect(service).toMatchObject({ desiredCount: 3, runningCount: 3 });
    expect(service.taskDefinition).toMatch(/web:2$/);
    expect((await shop.ecs('DescribeTaskDefinition', { taskDefinition: 'web:1' })).taskDefinition.status).toBe('INACTIVE');
  });

  it('R7: a service at 0 is created at once although its image does not exist', async () => {
    const shop = await openShop(77);
    const before = shop.world.clock.now;
    expect((await deploy(shop, template(shop, { DesiredCount: 0 }))).status).toBe('CREATE_COMPLETE');
    expect(shop.world.clock.now - before).toBeLessThan(5 * 60_000);
    expect(await shop.describe()).toMatchObject({ desiredCount: 0 });
  });

  it('R6: a service whose image can not run fails the stack when the breaker trips', async () => {
    const shop = await openShop(78);
    shop.push({ kind: 'exits', afterSeconds: 2, exitCode: 1 });
    const breaker = { DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } } };
    expect((await deploy(shop, template(shop, breaker))).status).toMatch(/ROLLBACK_COMPLETE|CREATE_FAILED/);
    expect(shop.world.services.ecs.service(CLUSTER, SERVICE)).toBeUndefined();
  });

  it('the scalable target and its policy answer Ref as CloudFormation does', async () => {
    const shop = await openShop(79);
    const target = {
      Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      DependsOn: 'Service',
      Properties: {
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        ResourceId: 'service/shop/web',
        MinCapacity: 0,
        MaxCapacity: 0,
      },
    };
    const body = template(shop, { DesiredCount: 0 });
    const { outputs } = await deploy(shop, {
      ...body,
      Resources: { ...body.Resources, Target: target },
      Outputs: { Id: { Value: { Ref: 'Target' } } },
    });
    expect(outputs['Id']).toBe('service/shop/web|ecs:service:DesiredCount|ecs');
  });
});
