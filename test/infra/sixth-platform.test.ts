// A platform nobody thought of: no site, an arm64 worker on Spot, endpoints instead of a NAT gateway, files, a bucket and a database that pauses.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { afterAll, describe, expect, it } from 'vitest';
import { manifestOf } from '../../infra/manifest.ts';
import { platformStacks } from '../../infra/platform-stacks.ts';
import { type PlatformFile, readPlatform } from '../../shared/contracts/platform.ts';
import { findingLines } from '../../shared/contracts/platform/findings.ts';
import cdkJson from '../../cdk.json' with { type: 'json' };
import type { Template } from '../assembly.ts';
import { containersOf, environmentOf, only, resources, roleOf } from './platform-templates.ts';

const mill: PlatformFile = {
  name: 'mill',
  title: 'The Mill',
  region: 'eu-central-1',
  network: { tasks: 'endpoints', cidr: '10.77.0.0/16', zones: 3 },
  hours: { words: 'mon-sat 05:00-23:00', timeZone: 'Europe/Lisbon' },
  buckets: { grain: {} },
  fileSystems: { flour: {} },
  caches: { queue: { engine: 'valkey', tls: true } },
  databases: { ledger: { kind: 'aurora-serverless', version: '17.5', capacity: { min: 0, max: 4 }, offHours: 'pause' } },
  secrets: { store: { keys: { URL: { compose: 'postgresql://{databases.ledger.user}:{databases.ledger.password}@{databases.ledger.host}/x' } } } },
  services: {
    grinder: {
      cpu: '2 vCPU',
      memory: '8 GiB',
      architecture: 'arm64',
      spot: 'with-fallback',
      count: { min: 1, max: 20 },
      scaling: { cpu: 60 },
      needs: ['ledger'],
      may: {
        buckets: ['grain'],
        invokeBedrock: true,
        sendTraces: true,
        other: [{ actions: ['ses:SendEmail', 'rds-db:connect'], resources: ['arn:aws:ses:*:*:identity/mill.example'], why: 'tells the farmers' }],
      },
      containers: {
        grinder: {
          image: { repository: 'mill-grinder', semver: '^3.0' },
          environment: { BUCKET: '{buckets.grain.name}', REGION: '{platform.region}' },
          secrets: { DATABASE_URL: 'store.URL' },
          mounts: { '/flour': { fileSystem: 'flour' } },
        },
      },
    },
    sieve: { containers: { sieve: { image: { existing: 'guild-tools', pattern: 'build-*' }, environment: { QUEUE: '{caches.queue.url}' } } } },
  },
};

const folder = mkdtempSync(join(tmpdir(), 'mill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a platform nobody thought of', () => {
  const read = readPlatform(mill, 'prod', 'mill.ts', {});
  if (!read.ok) throw new Error(findingLines(read.findings).join('\n'));
  const app = new App({ context: cdkJson.context, outdir: folder });
  const stacks = platformStacks(app, { platform: read.platform, stage: 'prod' });
  const assembly = app.synth();
  const template = (part: string): Template => assembly.getStackByName(`mill-prod-${part}`).template as Template;

  it('has workers without a site: no load balancer, no listener, no public address, no NAT gateway', () => {
    expect(stacks.map(({ stackName }) => stackName)).toContain('mill-prod-services');
    const services = template('services');
    expect(Object.keys(resources(services, 'AWS::ElasticLoadBalancingV2::LoadBalancer'))).toEqual([]);
    for (const service of Object.values(resources(services, 'AWS::ECS::Service'))) expect(service['NetworkConfiguration'].AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    expect(Object.keys(resources(template('network'), 'AWS::EC2::NatGateway'))).toEqual([]);
  });

  it('O11: reaches every AWS service it speaks of through an endpoint of its own, though its file names none', () => {
    const endpoints = Object.values(resources(template('network'), 'AWS::EC2::VPCEndpoint'));
    const names = endpoints.map(({ ServiceName, VpcEndpointType }) => [JSON.stringify(ServiceName).replace(/.*AWS::Region"},"\.|"\]\]}/g, ''), VpcEndpointType]);
    expect(names).toEqual([
      ['s3', 'Gateway'],
      ...['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'bedrock-runtime', 'xray', 'email'].map((name) => [name, 'Interface']),
    ]);
  });

  it('runs on arm64 Spot with its bucket, its files and its composed secret', () => {
    const services = template('services');
    expect(services.Resources['GrinderTask']?.Properties['RuntimePlatform']).toEqual({ CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' });
    const container = containersOf(services, 'GrinderTask')['grinder'];
    expect(environmentOf(container)['REGION']).toBe('eu-central-1');
    expect(((container?.['MountPoints'] ?? []) as { ContainerPath: string }[]).map(({ ContainerPath }) => ContainerPath)).toEqual(['/flour']);
    expect(((container?.['Secrets'] ?? []) as { Name: string }[]).map(({ Name }) => Name)).toEqual(['DATABASE_URL']);
    expect(JSON.stringify(services)).not.toContain('SecretString:password');
  });

  it('pulls from a repository that exists already, and makes none of that name', () => {
    expect(Object.values(resources(template('data'), 'AWS::ECR::Repository')).map(({ RepositoryName }) => RepositoryName as string)).toEqual(['mill-grinder']);
    expect(JSON.stringify(roleOf(template('services'), 'SieveExecutionRole'))).toContain(':repository/guild-tools');
  });

  it('has a Valkey node with encrypted connections, whose address begins with rediss', () => {
    const group = only(template('data'), 'AWS::ElastiCache::ReplicationGroup');
    expect(group).toMatchObject({ Engine: 'valkey', TransitEncryptionEnabled: true, NumCacheClusters: 1 });
    expect(JSON.stringify(environmentOf(containersOf(template('services'), 'SieveTask')['sieve'])['QUEUE'])).toMatch(/rediss:\/\/.*:6379/);
  });

  it('tells the automation its hours, its tag rule and its pausing database', () => {
    const manifest = manifestOf(read.platform, 'prod');
    expect(manifest.hours?.timeZone).toBe('Europe/Lisbon');
    expect(manifest.loadBalancer).toBeNull();
    expect(manifest.services.map(({ name, containers }) => [name, containers[0]?.image?.tag])).toEqual([
      ['grinder', { kind: 'semver', value: '^3.0' }],
      ['sieve', { kind: 'pattern', value: 'build-*' }],
    ]);
    expect(manifest.databases.map(({ kind, offHours }) => [kind, offHours])).toEqual([['aurora-serverless', 'pause']]);
  });
});
