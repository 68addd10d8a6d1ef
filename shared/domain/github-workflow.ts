// The GitHub workflows of a platform as data: build every image the team builds, test it, push it under its tag and its commit (K6, F14).
import type { Container, Platform } from './platform.ts';

export interface BuiltImage {
  /** What the job and the build context are called: the part of the name that tells images apart. */
  readonly name: string;
  readonly registry: 'ecr' | 'ghcr';
  readonly repository: string;
  /** The tag the platform watches; null when it watches versions, which a release names. */
  readonly tag: string | null;
  readonly platform: 'linux/amd64' | 'linux/arm64';
  readonly buildArguments: readonly string[];
}

export interface Workflow {
  /** Path in the team's repository. */
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

const imageOf = (container: Container, architecture: 'x86_64' | 'arm64', owner: string, renamed: (repository: string) => string): BuiltImage | null => {
  const { image, buildArguments } = container;
  const platform = architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64';
  if (image.kind === 'fixed') return null;
  const tag = image.tag.kind === 'fixed' ? image.tag.value : null;
  if (image.kind !== 'registry') return { name: image.repository, registry: 'ecr', repository: image.kind === 'repository' ? renamed(image.repository) : image.repository, tag, platform, buildArguments };
  // Somebody else's image is not built here.
  if (!image.repository.toLowerCase().startsWith(`ghcr.io/${owner.toLowerCase()}/`)) return null;
  return { name: image.repository.split('/').at(-1) ?? image.repository, registry: 'ghcr', repository: image.repository.toLowerCase(), tag, platform, buildArguments };
};

/** The images a platform's team builds: one per repository under its real name, in the order of the platform file. */
export const builtImages = (platform: Platform, stage = 'dev'): readonly BuiltImage[] => {
  const renamed = (repository: string): string => (platform.repositories[repository]?.name ?? repository).replaceAll('{stage}', stage);
  const owner = platform.github?.repository.split('/')[0] ?? '';
  const all = Object.values(platform.services).flatMap((service) =>
    Object.values(service.containers).flatMap((container) => imageOf(container, service.architecture, owner, renamed) ?? []),
  );
  return all.filter((image, index) => all.findIndex(({ repository }) => repository === image.repository) === index);
};

const credentials = { name: 'Sign in to AWS', uses: 'aws-actions/configure-aws-credentials@v4', with: { 'role-to-assume': '${{ secrets.AWS_ROLE_ARN }}', 'aws-region': '${{ secrets.AWS_REGION }}' } };
const ecrLogin = { id: 'ecr', name: 'Sign in to ECR', uses: 'aws-actions/amazon-ecr-login@v2' };
const ghcrLogin = { name: 'Sign in to GHCR', uses: 'docker/login-action@v3', with: { registry: 'ghcr.io', username: '${{ github.actor }}', password: '${{ secrets.GITHUB_TOKEN }}' } };

const uriOf = ({ registry, repository }: BuiltImage): string => (registry === 'ecr' ? `\${{ steps.ecr.outputs.registry }}/${repository}` : repository);

/** One job: the same build is loaded for the test and then pushed from cache. */
const jobOf = (image: BuiltImage, context: string): Readonly<Record<string, unknown>> => {
  const args = image.buildArguments.length === 0 ? {} : { 'build-args': image.buildArguments.map((name) => `${name}=\${{ vars.${name} }}`).join('\n') };
  const build = { context, platforms: image.platform, ...args, 'cache-from': 'type=gha', 'cache-to': 'type=gha,mode=max' };
  const uri = uriOf(image);
  const tags = [...(image.tag === null ? [] : [`${uri}:${image.tag}`]), `${uri}:\${{ github.sha }}`].join('\n');
  return {
    'runs-on': image.platform === 'linux/arm64' ? 'ubuntu-24.04-arm' : 'ubuntu-24.04',
    permissions: { contents: 'read', 'id-token': 'write', ...(image.registry === 'ghcr' ? { packages: 'write' } : {}) },
    steps: [
      { uses: 'actions/checkout@v4' },
      { name: 'Set up Buildx', uses: 'docker/setup-buildx-action@v3' },
      ...(image.registry === 'ecr' ? [credentials, ecrLogin] : [ghcrLogin]),
      { name: 'Build for the test', uses: 'docker/build-push-action@v6', with: { ...build, load: true, tags: `${image.name}:test` } },
      { name: 'Test', run: `docker run --rm ${image.name}:test sh -c "\${{ vars.TEST_COMMAND || 'true' }}"` },
      { name: 'Push', uses: 'docker/build-push-action@v6', with: { ...build, push: true, tags, labels: 'org.opencontainers.image.revision=${{ github.sha }}' } },
    ],
  };
};

/** The workflow that builds, tests and pushes; Dayshift sees the push and rolls out by itself. Null when the team builds nothing. */
export const imagesWorkflow = (platform: Platform, stage = 'dev'): Workflow | null => {
  const images = builtImages(platform, stage);
  if (images.length === 0) return null;
  const alone = images.length === 1;
  return {
    path: '.github/workflows/images.yml',
    content: {
      name: `Images of ${platform.title}`,
      on: { push: { branches: [platform.github?.branch ?? 'main'] }, workflow_dispatch: {} },
      concurrency: { group: 'images-${{ github.ref }}', 'cancel-in-progress': false },
      jobs: Object.fromEntries(images.map((image) => [image.name.replaceAll(/[^A-Za-z0-9_-]/g, '-'), jobOf(image, alone ? '.' : `./${image.name}`)])),
    },
  };
};

/** The workflow that deploys the infrastructure from the checkout that holds the platform file. */
export const infrastructureWorkflow = (platform: Platform, stage: string): Workflow => ({
  path: '.github/workflows/infrastructure.yml',
  content: {
    name: `Infrastructure of ${platform.title}`,
    on: { push: { branches: [platform.github?.branch ?? 'main'], paths: ['infra/**', 'functions/**', 'shared/**', 'state-machines/**', 'package-lock.json'] }, workflow_dispatch: {} },
    concurrency: { group: 'infrastructure', 'cancel-in-progress': false },
    jobs: {
      deploy: {
        'runs-on': 'ubuntu-24.04',
        permissions: { contents: 'read', 'id-token': 'write' },
        steps: [
          { uses: 'actions/checkout@v4' },
          { uses: 'actions/setup-node@v4', with: { 'node-version': 24, cache: 'npm' } },
          { name: 'Install and test', run: 'npm cit' },
          { ...credentials, with: { ...credentials.with, 'role-to-assume': '${{ secrets.AWS_DEPLOY_ROLE_ARN }}' } },
          { name: 'Deploy', run: `npm run deploy -- -c platform=${platform.name} -c stage=${stage} --require-approval never` },
        ],
      },
    },
  },
});
