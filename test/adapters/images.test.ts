// The Images adapter against simulated ECR, a simulated registry outside AWS, and SSM (R1, R4, R6, R7).
import { afterEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { connect } from '../../local/in-process.ts';
import type { World } from '../../local/world.ts';
import { glances, images as imagesOf } from '../../shared/aws/images.ts';
import type { Manifest, WatchedImage } from '../../shared/domain/manifest.ts';
import { peekOci } from '../../shared/web/registry.ts';
import type { WebAnswer, WebQuestion } from '../../shared/web/request.ts';

const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

const newWorld = (): World => {
  const world = createWorld({ start: '2026-11-02T09:00:00Z', seed: 1, region: 'eu-west-1' });
  open.push(world);
  return world;
};

/** A host whose requests to the outside are kept for the test to read. */
const hostOf = (world: World) => {
  const asked: WebQuestion[] = [];
  const web = async (question: WebQuestion): Promise<WebAnswer> => {
    asked.push(question);
    return world.services.outside.http(question);
  };
  return {
    asked,
    web,
    manifest: { region: world.region, services: [] as Manifest['services'] } as Manifest,
    connect: (client: unknown) => void connect(client, world, { kind: 'operator' }),
  };
};

const operator = { kind: 'operator' } as const;
const repository = (world: World, name: string) =>
  world.call({ service: 'ecr', operation: 'CreateRepository', input: { repositoryName: name }, caller: operator });
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const healthy = { kind: 'healthy' } as const;
const ecr = (kind: WatchedImage['tag']['kind'], value: string): WatchedImage => ({
  registry: 'ecr',
  repository: 'api',
  tag: { kind, value },
});
const ghcr = (kind: WatchedImage['tag']['kind'], value: string): WatchedImage => ({
  registry: 'oci',
  repository: 'ghcr.io/team/api',
  tag: { kind, value },
});

describe('images in ECR', () => {
  it('R4: what the tag points to now, with all its tags and a reference by digest', async () => {
    const world = newWorld();
    await repository(world, 'api');
    world.services.ecr.push({ repository: 'api', tags: ['latest'], digest: digest('a'), behaviour: healthy });
    world.services.ecr.push({ repository: 'api', tags: ['latest', '3f2a9c1'], digest: digest('b'), behaviour: healthy });
    const found = await imagesOf(hostOf(world)).resolve(ecr('fixed', 'latest'));
    expect(found).toMatchObject({
      digest: digest('b'),
      reference: `${world.account}.dkr.ecr.eu-west-1.amazonaws.com/api@${digest('b')}`,
      pushedAt: '2026-11-02T09:00:00.000Z',
      platforms: [],
    });
    expect(found?.tags.toSorted()).toEqual(['3f2a9c1', 'latest']);
  });

  it('R4: a person who moves the tag back to an older digest gets exactly that', async () => {
    const world = newWorld();
    await repository(world, 'api');
    for (const letter of ['a', 'b', 'a'])
      world.services.ecr.push({ repository: 'api', tags: ['latest'], digest: digest(letter), behaviour: healthy });
    expect((await imagesOf(hostOf(world)).resolve(ecr('fixed', 'latest')))?.digest).toBe(digest('a'));
  });

  it('R3: an index tells its platform manifests, attestations are none', async () => {
    const world = newWorld();
    await repository(world, 'api');
    world.services.ecr.push({ repository: 'api', tags: ['latest'], behaviour: healthy, platforms: ['linux/amd64', 'linux/arm64'] });
    const found = await imagesOf(hostOf(world)).resolve(ecr('fixed', 'latest'));
    expect(found?.platforms).toHaveLength(2);
    expect(found?.platforms).not.toContain(found?.digest);
  });

  it('R1: the commit comes from the label of the configuration, of an index from that of its first platform', async () => {
    const world = newWorld();
    await repository(world, 'api');
    const behaviour = { ...healthy, labels: { 'org.opencontainers.image.revision': '4f2a9c1' } };
    const commits: (string | undefined)[] = [];
    for (const platforms of [undefined, ['linux/amd64', 'linux/arm64']]) {
      world.services.ecr.push({ repository: 'api', tags: ['latest'], behaviour, ...(platforms === undefined ? {} : { platforms }) });
      commits.push((await imagesOf(hostOf(world)).resolve(ecr('fixed', 'latest')))?.labels['org.opencontainers.image.revision']);
    }
    expect(commits).toEqual(['4f2a9c1', '4f2a9c1']);
  });

  it('R1: an image whose label cannot be read is an image all the same', async () => {
    const world = newWorld();
    await repository(world, 'api');
    const pushed = world.services.ecr.push({ repository: 'api', tags: ['latest'], behaviour: healthy });
    world.services.outside.outage({ host: 'prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com' });
    expect(await imagesOf(hostOf(world)).resolve(ecr('fixed', 'latest'))).toMatchObject({ digest: pushed, labels: {} });
  });

  it('R1, X3: a glance says what the tag points to and reads no manifest, except where a gate asks for scans, which are those of its platforms', async () => {
    const world = newWorld();
    await repository(world, 'api');
    const pushed = world.services.ecr.push({ repository: 'api', tags: ['latest'], behaviour: healthy, platforms: ['linux/amd64', 'linux/arm64'] });
    const host = hostOf(world);
    expect(await glances(host).resolve(ecr('fixed', 'latest'))).toMatchObject({ digest: pushed, pushedAt: '2026-11-02T09:00:00.000Z', platforms: [] });
    expect(world.trail.of('call').map(({ what }) => what).filter((what) => !what.includes('Create'))).toEqual(['ecr:DescribeImages']);
    const gated = [{ rollout: { gates: { scan: { refuse: 'HIGH', waitSeconds: 600 } } } }] as unknown as Manifest['services'];
    expect((await glances({ ...host, manifest: { ...host.manifest, services: gated } }).resolve(ecr('fixed', 'latest')))?.platforms).toHaveLength(2);
  });

  it('R4: a version range takes the highest version', async () => {
    const world = newWorld();
    await repository(world, 'api');
    for (const [tag, letter] of [
      ['1.10.0', 'a'],
      ['1.9.0', 'b'],
      ['2.0.0', 'c'],
    ] as const) {
      world.services.ecr.push({ repository: 'api', tags: [tag], digest: digest(letter), behaviour: healthy });
    }
    expect((await imagesOf(hostOf(world)).resolve(ecr('semver', '^1.2')))?.digest).toBe(digest('a'));
  });

  it('R7: an empty repository, a missing tag and a missing repository are answers', async () => {
    const world = newWorld();
    const images = imagesOf(hostOf(world));
    expect(await images.resolve(ecr('fixed', 'latest'))).toBeNull();
    expect(await images.resolve(ecr('pattern', 'v*'))).toBeNull();
    await repository(world, 'api');
    expect(await images.resolve(ecr('fixed', 'latest'))).toBeNull();
  });
});

describe('images that are kept', () => {
  const kept = (letter: string, tag = 'dayshift-released-api.app') => ({ repository: 'api', tag, digest: digest(letter) });
  const push = (world: World, letter: string, tag: string) =>
    world.services.ecr.push({ repository: 'api', tags: [tag], digest: digest(letter), behaviour: healthy, platforms: ['linux/amd64'] });
  const pointsTo = (world: World, tag: string) => world.services.ecr.find('api', tag)?.digest;

  it('R5, X1: their tag moves to the newer one, and asking again changes nothing', async () => {
    const world = newWorld();
    await repository(world, 'api');
    for (const letter of ['a', 'b']) push(world, letter, 'latest');
    const images = imagesOf(hostOf(world));
    await images.keep([kept('a')]);
    expect(pointsTo(world, 'dayshift-released-api.app')).toBe(digest('a'));
    for (let time = 0; time < 2; time += 1) await images.keep([kept('a', 'dayshift-previous-api.app'), kept('b')]);
    expect(pointsTo(world, 'dayshift-previous-api.app')).toBe(digest('a'));
    expect(pointsTo(world, 'dayshift-released-api.app')).toBe(digest('b'));
  });

  it('R4: their tags are no news: neither a pattern nor a message counts them', async () => {
    const world = newWorld();
    await repository(world, 'api');
    for (const letter of ['a', 'b']) push(world, letter, `build-${letter}`);
    const images = imagesOf(hostOf(world));
    await images.keep([kept('a')]);
    await world.clock.run(world.clock.now + 60_000);
    expect(await images.resolve(ecr('pattern', 'dayshift-*'))).toBeNull();
    expect(await images.resolve(ecr('fixed', 'build-a'))).toMatchObject({ digest: digest('a'), tags: ['build-a'] });
  });

  it('R10: where somebody made tags immutable each gets a tag for good, again and again the same', async () => {
    const world = newWorld();
    await world.call({ service: 'ecr', operation: 'CreateRepository', input: { repositoryName: 'api', imageTagMutability: 'IMMUTABLE' }, caller: operator });
    for (const letter of ['a', 'b']) push(world, letter, `1.0.${letter}`);
    const images = imagesOf(hostOf(world));
    for (const letter of ['a', 'b', 'b']) await images.keep([kept(letter)]);
    expect(pointsTo(world, 'dayshift-released-api.app')).toBe(digest('a'));
    expect(pointsTo(world, 'dayshift-released-api.app-bbbbbbbbbbbb')).toBe(digest('b'));
  });

  it('X3: one that so many services run that it has no room for another tag stays by theirs', async () => {
    const world = newWorld();
    await repository(world, 'api');
    world.services.ecr.push({ repository: 'api', tags: Array.from({ length: 999 }, (_, index) => `tag-${index}`), digest: digest('a'), behaviour: healthy });
    await imagesOf(hostOf(world)).keep(['api', 'web'].map((service) => kept('a', `dayshift-released-${service}.app`)));
    expect(pointsTo(world, 'dayshift-released-api.app')).toBe(digest('a'));
    expect(pointsTo(world, 'dayshift-released-web.app')).toBeUndefined();
  });

  it('R10: one that somebody deleted is no reason to fail', async () => {
    const world = newWorld();
    await repository(world, 'api');
    push(world, 'b', 'latest');
    await imagesOf(hostOf(world)).keep([kept('a', 'dayshift-previous-api.app'), kept('b')]);
    expect(pointsTo(world, 'dayshift-previous-api.app')).toBeUndefined();
    expect(pointsTo(world, 'dayshift-released-api.app')).toBe(digest('b'));
  });
});

describe('images in other registries', () => {
  it('R1: the anonymous token is fetched when the registry asks for it', async () => {
    const world = newWorld();
    world.services.outside.push({ image: 'ghcr.io/team/api', tags: ['latest'], digest: digest('a'), behaviour: healthy });
    const host = hostOf(world);
    const found = await imagesOf(host).resolve(ghcr('fixed', 'latest'));
    expect(found).toMatchObject({ digest: digest('a'), reference: `ghcr.io/team/api@${digest('a')}`, tags: ['latest'] });
    expect(host.asked.map(({ method, url }) => `${method} ${url.split('?')[0]}`).slice(0, 3)).toEqual([
      'HEAD https://ghcr.io/v2/team/api/manifests/latest',
      'GET https://ghcr.io/token',
      'HEAD https://ghcr.io/v2/team/api/manifests/latest',
    ]);
  });

  it('R1: polling asks conditionally and with one token', async () => {
    const world = newWorld();
    world.services.outside.push({ image: 'ghcr.io/team/api', tags: ['latest'], digest: digest('a'), behaviour: healthy });
    const host = hostOf(world);
    const peek = peekOci(host);
    expect(await peek(ghcr('fixed', 'latest'), null)).toEqual({ digest: digest('a'), rest: 0 });
    expect(await peek(ghcr('fixed', 'latest'), digest('a'))).toEqual({ digest: digest('a'), rest: 0 });
    expect(host.asked.at(-1)?.headers).toMatchObject({ 'if-none-match': `"${digest('a')}"` });
    expect(host.asked.filter(({ url }) => url.includes('/token'))).toHaveLength(1);
    world.services.outside.push({ image: 'ghcr.io/team/api', tags: ['latest'], digest: digest('b'), behaviour: healthy });
    expect(await peek(ghcr('fixed', 'latest'), digest('a'))).toEqual({ digest: digest('b'), rest: 0 });
  });

  it('R1, X3: a glance asks for the digest alone', async () => {
    const world = newWorld();
    world.services.outside.push({ image: 'ghcr.io/team/api', tags: ['latest'], digest: digest('a'), behaviour: healthy });
    const host = hostOf(world);
    const found = await glances(host).resolve(ghcr('fixed', 'latest'));
    expect(found).toMatchObject({ digest: digest('a'), reference: `ghcr.io/team/api@${digest('a')}` });
    expect(host.asked.map(({ method, url }) => `${method} ${url.split('?')[0]}`)).toEqual([
      'HEAD https://ghcr.io/v2/team/api/manifests/latest',
      'GET https://ghcr.io/token',
      'HEAD https://ghcr.io/v2/team/api/manifests/latest',
    ]);
    expect(await glances(host).resolve(ghcr('fixed', 'no such tag'))).toBeNull();
  });

  it('R1: the commit comes from the configuration, which the registry hands out from another host without the token', async () => {
    const world = newWorld();
    const behaviour = { ...healthy, labels: { 'org.opencontainers.image.revision': '4f2a9c1' } };
    world.services.outside.push({ image: 'ghcr.io/team/api', tags: ['latest'], behaviour, platforms: ['linux/amd64'] });
    const host = hostOf(world);
    const found = await imagesOf(host).resolve(ghcr('fixed', 'latest'));
    expect(found?.labels).toEqual({ 'org.opencontainers.image.revision': '4f2a9c1' });
    expect(host.asked.filter(({ url }) => url.includes('blobs.ghcr.io')).map(({ headers }) => headers['authorization'])).toEqual([undefined]);
  });

  it('R4: a version range reads the list of tags', async () => {
    const world = newWorld();
    for (const [tag, letter] of [
      ['v1.2.0', 'a'],
      ['v1.3.0', 'b'],
      ['latest', 'c'],
    ] as const) {
      world.services.outside.push({ image: 'ghcr.io/team/api', tags: [tag], digest: digest(letter), behaviour: healthy });
    }
    expect(await imagesOf(hostOf(world)).resolve(ghcr('semver', '1.x'))).toMatchObject({ digest: digest('b'), tags: ['v1.3.0'] });
  });

  it('R1: an image that is not there is an answer, a registry that is down is an error with its patience', async () => {
    const world = newWorld();
    expect(await peekOci(hostOf(world))(ghcr('fixed', 'latest'), null)).toEqual({ digest: null, rest: 0 });
    world.services.outside.push({ image: 'ghcr.io/team/api', tags: ['latest'], behaviour: healthy });
    world.services.outside.outage({ host: 'ghcr.io', answer: 429, retryAfter: 90 });
    await expect(peekOci(hostOf(world))(ghcr('fixed', 'latest'), null)).rejects.toMatchObject({ name: 'RegistryLimit', retryAfter: 90 });
  });
});

describe('the released image', () => {
  it('R6: takes the place of none in its parameter', async () => {
    const world = newWorld();
    const name = '/dayshift/shop-dev/api/api/image';
    await world.call({ service: 'ssm', operation: 'PutParameter', input: { Name: name, Value: 'none', Type: 'String' }, caller: operator });
    await imagesOf(hostOf(world)).release(name, `repo@${digest('a')}`);
    const { Parameter } = (await world.call({ service: 'ssm', operation: 'GetParameter', input: { Name: name }, caller: operator })) as { Parameter: object };
    expect(Parameter).toMatchObject({ Value: `repo@${digest('a')}` });
  });
});
