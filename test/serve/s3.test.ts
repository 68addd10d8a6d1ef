// S3 as the SDK for JavaScript speaks it: buckets, objects, lists, errors, and an asset that becomes a function's code.
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectsCommand, GetBucketEncryptionCommand, GetBucketLocationCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { deflateRawSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipEntries } from '../../local/serve/unzip.ts';
import type { Served } from '../../local/serve/serve.ts';
import { clientConfig, running } from './running.ts';

let world: Served;
let s3: S3Client;
beforeAll(async () => {
  world = await running('starter', { given: 'empty' });
  s3 = new S3Client(clientConfig(world));
  await s3.send(new CreateBucketCommand({ Bucket: 'notes', CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
});
afterAll(async () => {
  s3.destroy();
  await world.close();
});

describe('objects', () => {
  it('come back as they were put, with type, metadata and the MD5 of their bytes', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'notes', Key: 'a b/ü&.txt', Body: 'hello', ContentType: 'text/plain', Metadata: { author: 'mara' } }));
    const found = await s3.send(new GetObjectCommand({ Bucket: 'notes', Key: 'a b/ü&.txt' }));
    expect(await found.Body?.transformToString()).toBe('hello');
    expect(found).toMatchObject({ ContentType: 'text/plain', ContentLength: 5, ETag: '"5d41402abc4b2a76b9719d911017c592"', Metadata: { author: 'mara' } });
  });

  it('arrive whole when they are streamed in pieces', async () => {
    const body = Buffer.alloc(300_000, 'x');
    await s3.send(new PutObjectCommand({ Bucket: 'notes', Key: 'big', Body: Readable.from([body.subarray(0, 100_000), body.subarray(100_000)]), ContentLength: body.length }));
    const found = await s3.send(new GetObjectCommand({ Bucket: 'notes', Key: 'big' }));
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  });

  it('that are not there are NoSuchKey, and NotFound when only asked for by HEAD', async () => {
    await expect(s3.send(new GetObjectCommand({ Bucket: 'notes', Key: 'nope' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'notes', Key: 'nope' }))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(s3.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' }))).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('are listed in pages, by prefix and by the part before a delimiter', async () => {
    for (const Key of ['list/a', 'list/b', 'list/sub/c', 'list/sub/d', 'list/z']) await s3.send(new PutObjectCommand({ Bucket: 'notes', Key, Body: Key }));
    const first = await s3.send(new ListObjectsV2Command({ Bucket: 'notes', Prefix: 'list/', Delimiter: '/', MaxKeys: 3 }));
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['list/a', 'list/b']);
    expect(first.CommonPrefixes).toEqual([{ Prefix: 'list/sub/' }]);
    const second = await s3.send(new ListObjectsV2Command({ Bucket: 'notes', Prefix: 'list/', Delimiter: '/', ContinuationToken: first.NextContinuationToken }));
    expect(second).toMatchObject({ IsTruncated: false, KeyCount: 1, Contents: [{ Key: 'list/z', Size: 6 }] });
  });
});

describe('buckets', () => {
  it('say where they are and that they are encrypted', async () => {
    expect((await s3.send(new GetBucketLocationCommand({ Bucket: 'notes' }))).LocationConstraint).toBe('eu-central-1');
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket: 'notes' }));
    expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe('AES256');
  });

  it('go only when they are empty', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'short-lived' }));
    await s3.send(new PutObjectCommand({ Bucket: 'short-lived', Key: 'x', Body: 'x' }));
    await expect(s3.send(new DeleteBucketCommand({ Bucket: 'short-lived' }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await s3.send(new DeleteObjectsCommand({ Bucket: 'short-lived', Delete: { Objects: [{ Key: 'x' }] } }));
    await s3.send(new DeleteBucketCommand({ Bucket: 'short-lived' }));
    await expect(s3.send(new GetBucketLocationCommand({ Bucket: 'short-lived' }))).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});

/** A zip archive of one deflated file, as zip tools write it. */
const archiveOf = (name: string, text: string): Buffer => {
  const packed = deflateRawSync(text);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(text.length, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end]);
};

describe('archives', () => {
  it('are taken apart into their files', () => {
    expect(zipEntries(archiveOf('index.mjs', 'export {}')).map(({ name, content }) => [name, content.toString()])).toEqual([['index.mjs', 'export {}']]);
  });

  it('that are none are refused', () => {
    expect(() => zipEntries(Buffer.from('PK nothing'))).toThrow('not a zip archive that can be read');
  });

  it('with the name of an asset become the code of functions; a broken one harms nobody', async () => {
    const Bucket = 'cdk-hnb659fds-assets-111122223333-eu-central-1';
    const Key = `${'a'.repeat(64)}.zip`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: archiveOf('index.mjs', 'export const handler = async () => 7;') }));
    expect(world.world.assets.get('a'.repeat(64))).toMatch(/a{64}$/);
    await s3.send(new PutObjectCommand({ Bucket, Key: `${'b'.repeat(64)}.zip`, Body: 'no zip' }));
    expect(world.world.assets.has('b'.repeat(64))).toBe(false);
    expect(world.world.trail.of('fault').at(-1)?.what).toContain('cannot be used: not a zip archive');
  });
});
