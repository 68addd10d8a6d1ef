import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../../cli/place.ts';
import { placeOf, run } from './stage.ts';

const path = process.env['PATH'] ?? '';
let folder: string;
let place: Place;

/** A docker that notes how it was called and what it was given, and answers as buildx does. */
const DOCKER = `#!/usr/bin/env node
const fs = require('node:fs');
const args = process.argv.slice(2);
const input = args[0] === 'login' ? fs.readFileSync(0, 'utf8') : '';
fs.appendFileSync(process.env.NOTES, JSON.stringify({ args, input }) + '\\n');
if (process.env.FAILS === args[1]) { console.error('ERROR: failed to solve: process "/bin/sh -c make" did not complete'); process.exit(1); }
const at = args.indexOf('--metadata-file');
if (at > 0) fs.writeFileSync(args[at + 1], JSON.stringify({ 'containerimage.digest': 'sha256:' + 'ab'.repeat(32) }));
if (args[1] === 'version') console.log('github.com/docker/buildx v0.24.0');
`;

const notes = (): readonly { readonly args: readonly string[]; readonly input: string }[] =>
  readFileSync(join(folder, 'notes'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { args: string[]; input: string });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dayshift-docker-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'checkout'));
  writeFileSync(join(folder, 'checkout', 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(folder, 'bin', 'docker'), DOCKER);
  chmodSync(join(folder, 'bin', 'docker'), 0o755);
  process.env['PATH'] = `${join(folder, 'bin')}${delimiter}${path}`;
  process.env['NOTES'] = join(folder, 'notes');
  // As on AWS: nothing stands in for docker.
  const { push: _, ...asOnAws } = await placeOf('wizelit');
  place = asOnAws;
}, 120_000);
afterEach(async () => {
  process.env['PATH'] = path;
  for (const name of ['NOTES', 'FAILS']) Reflect.deleteProperty(process.env, name);
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

const deploy = (...more: string[]): ReturnType<typeof run> =>
  run(place, ['deploy', '--context', join(folder, 'checkout'), '--tag', 'abc123', '--no-wait', ...more]);

describe('deploy builds with docker buildx', () => {
  it("W10: for the tasks' architecture, logged in by standard input, under the watched tag and the commit", async () => {
    const wrote = await deploy();
    expect(wrote).toMatchObject({ code: 0, out: 'pushed wizelit sha256:abababababab\n' });
    const [version, login, build] = notes();
    const registry = '111122223333.dkr.ecr.ap-southeast-2.amazonaws.com';
    expect(version?.args).toEqual(['buildx', 'version']);
    expect(login?.args).toEqual(['login', '--username', 'AWS', '--password-stdin', registry]);
    expect(login?.input.length).toBeGreaterThan(10);
    expect(build?.args.filter((_, index) => build.args[index - 1] !== '--metadata-file')).toEqual([
      'buildx',
      'build',
      '--platform',
      'linux/amd64',
      '--label',
      'org.opencontainers.image.revision=abc123',
      '--tag',
      `${registry}/wizelit:latest`,
      '--tag',
      `${registry}/wizelit:abc123`,
      '--provenance=false',
      '--metadata-file',
      '--push',
      join(folder, 'checkout'),
    ]);
  });

  it('W10: --no-cache builds every layer anew and pulls the base image', async () => {
    await deploy('--no-cache');
    expect(notes()[2]?.args.slice(0, 6)).toEqual(['buildx', 'build', '--platform', 'linux/amd64', '--no-cache', '--pull']);
  });

  it('a build that fails ends with 1, and nothing is rolled', async () => {
    process.env['FAILS'] = 'build';
    const wrote = await deploy();
    expect(wrote.code).toBe(1);
    expect(wrote.err).toContain('docker buildx ended with code 1');
  });

  it('no Docker: what is the matter and what can be done', async () => {
    process.env['PATH'] = join(folder, 'nowhere');
    const wrote = await deploy();
    expect(wrote).toMatchObject({ code: 1 });
    expect(wrote.err).toContain(
      'docker is not installed or not in the PATH. Install Docker Desktop or Docker Engine (docs.docker.com/get-docker) and start it; or let GitHub build the images: dayshift github.',
    );
  });

  it('Docker without buildx: the plugin is named', async () => {
    process.env['FAILS'] = 'version';
    const wrote = await deploy();
    expect(wrote).toMatchObject({ code: 1 });
    expect(wrote.err).toContain('Docker is here, but without buildx. Install its plugin (docs.docker.com/go/buildx) or Docker Desktop;');
  });

  it('a folder that is not there, or has no commit, is wrong use, with what to give', async () => {
    const nowhere = await run(place, ['deploy', '--context', join(folder, 'nowhere'), '--no-wait']);
    expect(nowhere).toMatchObject({ code: 2 });
    expect(nowhere.err).toContain('there is no such folder. Give the team');
    const unversioned = await run(place, ['deploy', '--context', join(folder, 'checkout'), '--no-wait']);
    expect(unversioned).toMatchObject({ code: 2 });
    expect(unversioned.err).toContain('has no commit to name the image by. Give it its tag with --tag');
  });

  it('a checkout without a Dockerfile is wrong use', async () => {
    rmSync(join(folder, 'checkout', 'Dockerfile'));
    expect(await deploy()).toMatchObject({ code: 2 });
  });
});
