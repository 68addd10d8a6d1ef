// Builds images with docker buildx for the tasks' architecture, pushes them under the watched tag and the commit; answers their digests.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nameOf } from '../shared/aws/failure.ts';
import { registryLogin } from '../shared/aws/registry-login.ts';
import type { ImageToBuild } from '../shared/domain/images-to-build.ts';
import { WrongUse } from './command.ts';
import { notPossible } from './failure.ts';
import type { Place } from './place.ts';
import { runTool } from './run-tool.ts';
import type { Terminal } from './terminal.ts';

export interface Build {
  /** Folder of the team's checkout. */
  readonly context: string;
  readonly cache: boolean;
  /** Further tag beside the watched one: the commit, or what the operator says. */
  readonly tag: string;
}

export interface Pushed {
  readonly image: ImageToBuild;
  readonly digest: string;
}

/** The checkout's commit, shortened, with `-dirty` when something is not committed. Throws WrongUse where there is no commit to name. */
export const commitOf = async (context: string): Promise<string> => {
  if (!existsSync(context)) throw new WrongUse(`--context ${context}: there is no such folder. Give the team's checkout`);
  const [commit, changed] = await Promise.allSettled([
    runTool('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: context }),
    runTool('git', ['status', '--porcelain'], { cwd: context }),
  ]);
  if (commit.status === 'rejected') {
    if (nameOf(commit.reason) !== 'ToolFailed') throw commit.reason;
    throw new WrongUse(`${context} has no commit to name the image by. Give it its tag with --tag`);
  }
  return changed.status === 'fulfilled' && changed.value.trim() === '' ? commit.value.trim() : `${commit.value.trim()}-dirty`;
};

/** The folder with the Dockerfile: the checkout itself for a single image, a folder of the image's name among several. */
export const contextOf = ({ name }: Pick<ImageToBuild, 'name'>, context: string): string => {
  const own = join(context, name);
  for (const folder of [own, context]) if (existsSync(join(folder, 'Dockerfile'))) return folder;
  throw new WrongUse(`There is no Dockerfile in ${context} or ${own}. Give the team's checkout with --context FOLDER`);
};

/** The docker command line of one build; build arguments are taken from the environment by their names. */
export const buildArguments = (
  image: ImageToBuild,
  uri: string,
  metadata: string,
  folder: string,
  { cache, tag }: Build,
): readonly string[] => [
  'buildx',
  'build',
  '--platform',
  image.platform,
  ...(cache ? [] : ['--no-cache', '--pull']),
  ...image.buildArguments.flatMap((name) => ['--build-arg', name]),
  '--label',
  `org.opencontainers.image.revision=${tag}`,
  ...(image.tag === null ? [] : ['--tag', `${uri}:${image.tag}`]),
  '--tag',
  `${uri}:${tag}`,
  '--provenance=false',
  '--metadata-file',
  metadata,
  '--push',
  folder,
];

/** Docker alone is not enough: a build for another processor needs buildx. */
const needBuildx = async (): Promise<void> => {
  const [answer] = await Promise.allSettled([runTool('docker', ['buildx', 'version'])]);
  if (answer.status === 'fulfilled') return;
  if (nameOf(answer.reason) !== 'ToolFailed') throw answer.reason;
  const remedy = 'Install its plugin (docs.docker.com/go/buildx) or Docker Desktop; or let GitHub build the images: dayshift github.';
  throw Object.assign(notPossible(`Docker is here, but without buildx. ${remedy}`), { cause: answer.reason });
};

/** Builds and pushes on AWS. Throws ToolMissing or ToolFailed with what docker said. */
export const buildAndPush = async (
  place: Place,
  images: readonly ImageToBuild[],
  build: Build,
  terminal: Terminal,
): Promise<readonly Pushed[]> => {
  await needBuildx();
  const registry = `${place.account}.dkr.ecr.${place.manifest.region}.amazonaws.com`;
  if (images.some((image) => image.registry === 'ecr')) {
    const { user, password } = await registryLogin(place.host)();
    await runTool('docker', ['login', '--username', user, '--password-stdin', registry], { input: password });
  }
  const folder = mkdtempSync(join(tmpdir(), 'dayshift-build-'));
  try {
    const pushed: Pushed[] = [];
    for (const image of images) {
      const uri = image.registry === 'ecr' ? `${registry}/${image.repository}` : image.repository;
      terminal.err(`Building ${image.name} for ${image.platform}${build.cache ? '' : ' without cache'}\n`);
      const metadata = join(folder, `${pushed.length}.json`);
      await runTool('docker', buildArguments(image, uri, metadata, contextOf(image, build.context), build), { show: true });
      const said = JSON.parse(readFileSync(metadata, 'utf8')) as { readonly 'containerimage.digest'?: string };
      pushed.push({ image, digest: said['containerimage.digest'] ?? '' });
    }
    return pushed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
