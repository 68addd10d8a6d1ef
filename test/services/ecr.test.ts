// The simulated registry against aws-facts A1, A2 and design note 6.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { BusEvent } from '../../local/services/events/events.ts';
import type { World } from '../../local/world.ts';

const HOUR = 3_600_000;
let world: World;
let events: BusEvent[];

const ecr = (operation: string, input: object = {}) =>
  world.call({ service: 'ecr', operation, input, caller: { kind: 'operator' } }) as Promise<any>;
const seconds = (count: number) => world.clock.run(world.clock.now + count * 1_000);
const pushes = () => events.filter((event) => event['detail-type'] === 'ECR Image Action').map((event) => event.detail);

beforeEach(async () => {
  world = createWorld({ start: '2026-11-23T09:00:00Z', seed: 5 });
  events = [];
  world.services.events.observe((event) => events.push(event));
  await ecr('CreateRepository', { repositoryName: 'web' });
});

describe('pushes', () => {
  it('R3: two tags of one digest are two events, each with its tag and without resources', async () => {
    const digest = world.services.ecr.push({ repository: 'web', tags: ['latest', '3f2a9c1'], behaviour: { kind: 'healthy' } });
    await seconds(5);
    expect(new Set(pushes().map((detail) => detail['image-tag']))).toEqual(new Set(['3f2a9c1', 'latest']));
    expect(pushes()).toHaveLength(2);
    expect(pushes()[0]).toMatchObject({ result: 'SUCCESS', 'repository-name': 'web', 'image-digest': digest, 'action-type': 'PUSH' });
    expect(events[0]?.resources).toEqual([]);
    expect(events[0]?.source).toBe('aws.ecr');
  });

  it('R3: a multi-platform push announces its manifests without a tag and the index with one', async () => {
    const digest = world.services.ecr.push({
      repository: 'web',
      tags: ['latest'],
      behaviour: { kind: 'healthy' },
      platforms: ['linux/amd64', 'linux/arm64'],
      attestations: true,
    });
    await seconds(5);
    expect(pushes().filter((detail) => !('image-tag' in detail))).toHaveLength(4);
    expect(
      pushes()
        .filter((detail) => detail['image-tag'] === 'latest')
        .map((detail) => detail['image-digest']),
    ).toEqual([digest]);
    const [image] = (await ecr('BatchGetImage', { repositoryName: 'web', imageIds: [{ imageTag: 'latest' }] })).images;
    const index = JSON.parse(image.imageManifest);
    expect(index.manifests.map((entry: any) => `${entry.platform.os}/${entry.platform.architecture}`)).toEqual([
      'linux/amd64',
      'linux/arm64',
      'unknown/unknown',
      'unknown/unknown',
    ]);
    expect(world.services.ecr.pull('web', 'latest', 'linux/arm64')?.digest).toBe(index.manifests[1].digest);
    expect(world.services.ecr.pull('web', 'latest', 'windows/amd64')).toBeUndefined();
  });

  it('R4: moving latest back to an older digest is one event and changes what the tag means', async () => {
    const older = world.services.ecr.push({ repository: 'web', tags: ['latest', 'v1'], behaviour: { kind: 'healthy' } });
    world.services.ecr.push({ repository: 'web', tags: ['latest', 'v2'], behaviour: { kind: 'healthy' } });
    await seconds(5);
    const before = pushes().length;
    const { imageManifest } = (await ecr('BatchGetImage', { repositoryName: 'web', imageIds: [{ imageTag: 'v1' }] })).images[0];
    await ecr('PutImage', { repositoryName: 'web', imageManifest, imageTag: 'latest' });
    await seconds(5);
    expect(world.services.ecr.find('web', 'latest')?.digest).toBe(older);
    expect(pushes()).toHaveLength(before + 1);
    const { imageDetails } = await ecr('DescribeImages', { repositoryName: 'web', imageIds: [{ imageDigest: older }] });
    expect(imageDetails[0].imageTags.sort()).toEqual(['latest', 'v1']);
    await expect(ecr('PutImage', { repositoryName: 'web', imageManifest, imageTag: 'latest' })).rejects.toMatchObject({
      code: 'ImageAlreadyExistsException',
    });
  });

  it('an immutable repository refuses to move a tag', async () => {
    await ecr('CreateRepository', { repositoryName: 'fixed', imageTagMutability: 'IMMUTABLE' });
    world.services.ecr.push({ repository: 'fixed', tags: ['v1'], behaviour: { kind: 'healthy' } });
    expect(() => world.services.ecr.push({ repository: 'fixed', tags: ['v1'], behaviour: { kind: 'healthy' } })).toThrow(
      "The image tag 'v1' already exists",
    );
  });
});

describe('scans', () => {
  it('R8: a scan on push ends in an event with the severities that exist', async () => {
    await ecr('CreateRepository', { repositoryName: 'scanned', imageScanningConfiguration: { scanOnPush: true } });
    const imageDigest = world.services.ecr.push({
      repository: 'scanned',
      tags: ['latest'],
      behaviour: { kind: 'healthy' },
      findings: { CRITICAL: 1 },
    });
    const findings = () => ecr('DescribeImageScanFindings', { repositoryName: 'scanned', imageId: { imageDigest } });
    expect((await findings()).imageScanStatus.status).toBe('IN_PROGRESS');
    await seconds(60);
    expect((await findings()).imageScanFindings.findingSeverityCounts).toEqual({ CRITICAL: 1 });
    const event = events.find((one) => one['detail-type'] === 'ECR Image Scan');
    expect(event?.detail).toMatchObject({
      'scan-status': 'COMPLETE',
      'finding-severity-counts': { CRITICAL: 1 },
      'image-tags': ['latest'],
    });
  });

  it('an image that was never scanned has no findings', async () => {
    world.services.ecr.push({ repository: 'web', tags: ['latest'], behaviour: { kind: 'healthy' } });
    await expect(ecr('DescribeImageScanFindings', { repositoryName: 'web', imageId: { imageTag: 'latest' } })).rejects.toMatchObject({
      code: 'ScanNotFoundException',
    });
  });
});

describe('what is kept', () => {
  it('O8: a policy of ten images keeps the newest ten, a day later', async () => {
    const rule = {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 },
      action: { type: 'expire' },
    };
    await ecr('PutLifecyclePolicy', { repositoryName: 'web', lifecyclePolicyText: JSON.stringify({ rules: [rule] }) });
    for (let build = 1; build <= 13; build += 1) {
      world.services.ecr.push({ repository: 'web', tags: [`build-${build}`], behaviour: { kind: 'healthy' } });
      await seconds(60);
    }
    expect((await ecr('DescribeImages', { repositoryName: 'web' })).imageDetails).toHaveLength(13);
    await world.clock.run(world.clock.now + 25 * HOUR);
    const kept = (await ecr('DescribeImages', { repositoryName: 'web' })).imageDetails.map((detail: any) => detail.imageTags[0]);
    expect(kept).toEqual([
      'build-4',
      'build-5',
      'build-6',
      'build-7',
      'build-8',
      'build-9',
      'build-10',
      'build-11',
      'build-12',
      'build-13',
    ]);
  });

  it('untagged images expire by age, but never the manifests of a kept index', async () => {
    const rule = {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 },
      action: { type: 'expire' },
    };
    await ecr('PutLifecyclePolicy', { repositoryName: 'web', lifecyclePolicyText: JSON.stringify({ rules: [rule] }) });
    world.services.ecr.push({ repository: 'web', tags: ['latest'], behaviour: { kind: 'healthy' }, platforms: ['linux/amd64'] });
    const lost = world.services.ecr.push({ repository: 'web', tags: [], behaviour: { kind: 'healthy' } });
    await world.clock.run(world.clock.now + 72 * HOUR);
    expect(world.services.ecr.find('web', lost)).toBeUndefined();
    expect(world.services.ecr.pull('web', 'latest', 'linux/amd64')).toBeDefined();
  });

  it('deleting a tag keeps the image while another tag points to it', async () => {
    const digest = world.services.ecr.push({ repository: 'web', tags: ['latest', 'v1'], behaviour: { kind: 'healthy' } });
    await ecr('BatchDeleteImage', { repositoryName: 'web', imageIds: [{ imageTag: 'latest' }] });
    expect(world.services.ecr.find('web', digest)).toBeDefined();
    const answer = await ecr('BatchDeleteImage', { repositoryName: 'web', imageIds: [{ imageTag: 'v1' }, { imageTag: 'none' }] });
    expect(answer.failures).toEqual([
      { imageId: { imageTag: 'none' }, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
    ]);
    expect(world.services.ecr.find('web', digest)).toBeUndefined();
  });

  it('lists come in pages and unknown names are named', async () => {
    for (const tag of ['a', 'b', 'c']) world.services.ecr.push({ repository: 'web', tags: [tag], behaviour: { kind: 'healthy' } });
    const first = await ecr('ListImages', { repositoryName: 'web', maxResults: 2 });
    const second = await ecr('ListImages', { repositoryName: 'web', maxResults: 2, nextToken: first.nextToken });
    expect([...first.imageIds, ...second.imageIds].map((id) => id.imageTag)).toEqual(['a', 'b', 'c']);
    expect(second.nextToken).toBeUndefined();
    await expect(ecr('DescribeImages', { repositoryName: 'none' })).rejects.toMatchObject({ code: 'RepositoryNotFoundException' });
    await expect(ecr('DescribeImages', { repositoryName: 'web', imageIds: [{ imageTag: 'z' }] })).rejects.toMatchObject({
      code: 'ImageNotFoundException',
    });
  });
});
