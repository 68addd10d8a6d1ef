// What simulated S3 holds: buckets by name, objects by key.
import { createHash } from 'node:crypto';
import { AwsError } from '../../simulated.ts';

export interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modifiedAt: number;
  /** With the quotes that belong to it. */
  readonly etag: string;
}

export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  readonly objects: Map<string, StoredObject>;
}

export interface Storage {
  readonly buckets: Map<string, Bucket>;
  readonly listeners: ((put: { readonly bucket: string; readonly key: string; readonly body: Uint8Array }) => void)[];
}

export const emptyStorage = (): Storage => ({ buckets: new Map(), listeners: [] });

/** Throws NoSuchBucket. */
export const bucketNamed = ({ buckets }: Storage, name: string): Bucket => {
  const found = buckets.get(name);
  if (found === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
  return found;
};

export const storedObject = ({ buckets }: Storage, bucket: string, key: string): StoredObject | undefined => buckets.get(bucket)?.objects.get(key);

/** Throws NoSuchBucket, NoSuchKey. */
export const objectNamed = (storage: Storage, bucket: string, key: string): StoredObject => {
  const found = bucketNamed(storage, bucket).objects.get(key);
  if (found === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
  return found;
};

/** Makes a bucket. Throws BucketAlreadyOwnedByYou. */
export const addBucket = (storage: Storage, name: string, now: number): Bucket => {
  if (storage.buckets.has(name)) {
    throw new AwsError('BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.', 409, { BucketName: name });
  }
  const bucket: Bucket = { name, createdAt: now, objects: new Map() };
  storage.buckets.set(name, bucket);
  return bucket;
};

/** Throws NoSuchBucket, BucketNotEmpty. */
export const removeBucket = (storage: Storage, name: string): void => {
  if (bucketNamed(storage, name).objects.size > 0) throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, { BucketName: name });
  storage.buckets.delete(name);
};

export const etagOf = (body: Uint8Array): string => `"${createHash('md5').update(body).digest('hex')}"`;
