// Managed ChatKit, row by row, on its templates (K1–K5, K7; K6 and K8 are commands and texts and are shown with them).
import { beforeAll, describe, expect, it } from 'vitest';
import { manifestOf } from '../../infra/manifest.ts';
import type { Template } from '../assembly.ts';
import {
  containersOf,
  environmentOf,
  only,
  platformOf,
  resources,
  roleOf,
  statementsOf,
  templates,
  type Part,
} from './platform-templates.ts';

describe('Managed ChatKit', () => {
  let parts: Readonly<Record<Part, Template>>;
  beforeAll(async () => {
    parts = await templates('managed-chatkit');
  });

  it('K1: port 80 redirects, 443 ends TLS, /api/* goes to the back end and the rest to the front end', () => {
    const listeners = resources(parts.services, 'AWS::ElasticLoadBalancingV2::Listener');
    expect(listeners['HttpListener']).toMatchObject({
      Port: 80,
      DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }],
    });
    expect(listeners['HttpsListener']).toMatchObject({
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'WebFrontendTarget' } }],
    });
    expect(only(parts.services, 'AWS::ElasticLoadBalancingV2::ListenerRule')).toMatchObject({
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: { Ref: 'WebBackendTarget' } }],
    });
  });

  it('K2: two containers in one 256/512 task, one service in two target groups, each with its own health check', () => {
    expect(only(parts.services, 'AWS::ECS::TaskDefinition')).toMatchObject({ Cpu: '256', Memory: '512', NetworkMode: 'awsvpc' });
    expect(Object.keys(containersOf(parts.services, 'WebTask'))).toEqual(['frontend', 'backend']);
    const service = only(parts.services, 'AWS::ECS::Service');
    expect(
      service['LoadBalancers'].map((one: { ContainerName: string; ContainerPort: number }) => [one.ContainerName, one.ContainerPort]),
    ).toEqual([
      ['backend', 8000],
      ['frontend', 80],
    ]);
    const groups = resources(parts.services, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(groups['WebFrontendTarget']).toMatchObject({ Port: 80, HealthCheckPath: '/' });
    expect(groups['WebBackendTarget']).toMatchObject({ Port: 8000, HealthCheckPath: '/health' });
  });

  it('K3: the load balancer is open on 80 and 443, tasks on 80 and 8000 from it alone, with a public address', () => {
    const groups = resources(parts.network, 'AWS::EC2::SecurityGroup');
    expect(
      groups['LoadBalancerGroup']?.['SecurityGroupIngress'].map((rule: { FromPort: number; CidrIp: string }) => [
        rule.FromPort,
        rule.CidrIp,
      ]),
    ).toEqual([
      [80, '0.0.0.0/0'],
      [443, '0.0.0.0/0'],
    ]);
    expect(groups['WebTasksGroup']?.['SecurityGroupIngress']).toBeUndefined();
    const rules = Object.values(resources(parts.network, 'AWS::EC2::SecurityGroupIngress'));
    expect(rules.map((rule) => rule['FromPort'])).toEqual([8000, 80]);
    for (const rule of rules) expect(rule['SourceSecurityGroupId']).toEqual({ 'Fn::GetAtt': ['LoadBalancerGroup', 'GroupId'] });
    expect(only(parts.services, 'AWS::ECS::Service')['NetworkConfiguration'].AwsvpcConfiguration.AssignPublicIp).toBe('ENABLED');
    expect(resources(parts.network, 'AWS::EC2::NatGateway')).toEqual({});
  });

  it('K4: images come from GHCR: no repository, no pull rights, and the automation is told to ask for news', async () => {
    expect(resources(parts.data, 'AWS::ECR::Repository')).toEqual({});
    expect(JSON.stringify(statementsOf(roleOf(parts.services, 'WebExecutionRole')))).not.toContain('ecr:');
    const manifest = manifestOf(await platformOf('managed-chatkit'), 'dev');
    expect(manifest.services[0]?.containers.map(({ image }) => image)).toEqual([
      { registry: 'oci', repository: 'ghcr.io/managed-chatkit/managed-chatkit-frontend', tag: { kind: 'fixed', value: 'latest' } },
      { registry: 'oci', repository: 'ghcr.io/managed-chatkit/managed-chatkit-backend', tag: { kind: 'fixed', value: 'latest' } },
    ]);
    expect(containersOf(parts.services, 'WebTask')['frontend']?.['Image']).toBe(
      '{{resolve:ssm:/dayshift/managed-chatkit-dev/web/frontend/image}}',
    );
  });

  it('K5: the back end knows its origin by the domain and its key as a secret', () => {
    const backend = containersOf(parts.services, 'WebTask')['backend'];
    expect(environmentOf(backend)).toEqual({ ENVIRONMENT: 'production', ALLOWED_ORIGINS: 'https://app.chatkit.example.com' });
    expect(backend?.['Secrets'].map(({ Name }: { Name: string }) => Name)).toEqual(['OPENAI_API_KEY']);
    expect(environmentOf(containersOf(parts.services, 'WebTask')['frontend'])).toEqual({});
  });

  it('K7: the platform does without database and cache', () => {
    for (const type of [
      'AWS::RDS::DBInstance',
      'AWS::RDS::DBSubnetGroup',
      'AWS::ElastiCache::CacheCluster',
      'AWS::ElastiCache::SubnetGroup',
      'AWS::DynamoDB::Table',
    ]) {
      expect(resources(parts.data, type)).toEqual({});
    }
  });

  it('K8: HTTP is never answered and both ports are open to the load balancer, so the troubles of the seed cannot happen', () => {
    const http = resources(parts.services, 'AWS::ElasticLoadBalancingV2::Listener')['HttpListener'];
    expect(http?.['DefaultActions'].map(({ Type }: { Type: string }) => Type)).toEqual(['redirect']);
    const actions = statementsOf(roleOf(parts.services, 'GithubRole')).flatMap(({ Action }) => Action);
    expect(actions).toEqual(['ecs:DescribeServices', 'ecs:UpdateService']);
  });
});
