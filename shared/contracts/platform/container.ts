// One container of a task: its image, what it listens on, what it is told, and what it may mount.
import * as v from 'valibot';
import { KEPT_PREFIX } from '../../domain/redeploy-tags.ts';
import type { Image, Tag } from '../../domain/platform.ts';
import { duration, open, said, variable, whole } from './words.ts';

const sources = ['repository', 'existing', 'registry', 'fixed'] as const;

const ImageFields = v.strictObject({
  repository: v.optional(said(v.string(), 'ECR repository that this platform creates; services that name the same one share it.', 'shop')),
  existing: v.optional(said(v.string(), 'ECR repository of this account and region that already exists.', 'shared-tools')),
  registry: v.optional(said(v.string(), 'Image of another registry, which is asked for news every few minutes.', 'ghcr.io/example/shop')),
  fixed: v.optional(said(v.string(), 'Image that the automation never rolls.', 'public.ecr.aws/docker/library/redis:7.4')),
  tag: open(said(v.string(), 'The tag that counts.', 'latest')),
  semver: open(said(v.string(), 'Instead of one tag: the highest version in this range; a stage that differs takes the tag away with `tag: null`.', '^2.0')),
  pattern: open(
    said(
      v.string(),
      'Instead of one tag: the newest push to ECR whose tag matches (`*` stands for anything). Other registries do not tell when: there the highest number counts.',
      'build-*',
    ),
  ),
});

const tagOf = (fields: v.InferOutput<typeof ImageFields>): Tag => {
  if (fields.semver !== null) return { kind: 'semver', value: fields.semver };
  if (fields.pattern !== null) return { kind: 'pattern', value: fields.pattern };
  return { kind: 'fixed', value: fields.tag ?? 'latest' };
};

const imageOf = (fields: v.InferOutput<typeof ImageFields>): Image => {
  if (fields.fixed !== undefined) return { kind: 'fixed', image: fields.fixed };
  if (fields.existing !== undefined) return { kind: 'existing', repository: fields.existing, tag: tagOf(fields) };
  if (fields.registry !== undefined) return { kind: 'registry', repository: fields.registry, tag: tagOf(fields) };
  return { kind: 'repository', repository: fields.repository ?? '', tag: tagOf(fields) };
};

export const ImageSchema = v.pipe(
  ImageFields,
  v.check(
    (fields) => sources.filter((source) => fields[source] !== undefined).length === 1,
    'an image comes from exactly one of repository, existing, registry, fixed',
  ),
  v.check(
    (fields) => [fields.tag, fields.semver, fields.pattern].filter((tag) => tag !== null).length <= 1,
    'only one of tag, semver, pattern',
  ),
  v.check(
    ({ tag, pattern }) => ![tag, pattern].some((watched) => watched?.startsWith(KEPT_PREFIX)),
    `tags that begin with ${KEPT_PREFIX} are those by which the automation keeps images; watch another one`,
  ),
  v.transform(imageOf),
);

const CommandHealthSchema = v.pipe(
  v.strictObject({
    command: said(v.string(), 'Shell command that exits with 0 when the container is well.', 'curl -fsS http://localhost:8000/health'),
    interval: v.optional(said(duration(), 'Between two checks.', '30 seconds'), '30 seconds'),
    timeout: v.optional(said(duration(), 'Until a check counts as failed.', '10 seconds'), '5 seconds'),
    retries: v.optional(said(whole(1, 10), 'Failures in a row that make the container unhealthy.', 3), 3),
    start: v.optional(said(duration(), 'Failures are forgiven this long after the start.', '1 minute'), '0 seconds'),
  }),
  v.transform(({ command, interval, timeout, retries, start }) => ({
    command,
    intervalSeconds: interval,
    timeoutSeconds: timeout,
    retries,
    startSeconds: start,
  })),
);

const MountSchema = v.strictObject({
  fileSystem: said(v.string(), 'A file system of this file.', 'vectors'),
  readOnly: v.optional(said(v.boolean(), 'Whether the container may only read.', true), false),
});

export const ContainerSchema = v.pipe(
  v.strictObject({
    image: said(ImageSchema, 'Where the image comes from, and which tag counts.', { repository: 'shop', tag: 'latest' }),
    port: open(said(whole(1, 65_535), 'The port the container listens on.', 8_000)),
    command: v.optional(said(v.array(v.string()), 'Command instead of the one in the image.', ['python', '-m', 'worker']), []),
    essential: v.optional(said(v.boolean(), 'Whether the task ends when this container does.', false), true),
    environment: v.optional(
      said(
        v.record(variable(), v.string()),
        'Plain variables; references such as `{databases.main.host}` are filled in, passwords are refused.',
        { REDIS_HOST: '{caches.sessions.host}' },
      ),
      {},
    ),
    secrets: v.optional(
      said(
        v.record(variable(), v.string()),
        'Variables from secrets of this file: `secret` for the whole value, `secret.KEY` for one key.',
        { API_KEY: 'app.API_KEY' },
      ),
      {},
    ),
    health: open(
      said(CommandHealthSchema, 'Health check by a command inside the container.', { command: 'curl -fsS http://localhost:8000/health' }),
    ),
    mounts: v.optional(
      said(v.record(v.string(), MountSchema), 'File systems by the path they appear under.', { '/data': { fileSystem: 'vectors' } }),
      {},
    ),
    buildArguments: v.optional(
      said(v.array(v.string()), 'Build arguments that the generated GitHub workflow hands to the image build.', ['VITE_WORKFLOW_ID']),
      [],
    ),
    stop: v.optional(said(duration(), 'Time to finish after the stop signal, at most 2 minutes.', '30 seconds'), '30 seconds'),
  }),
  v.transform(({ stop, ...rest }) => ({ ...rest, stopSeconds: stop })),
);
