// The simulated S3: buckets and objects, as far as publishing assets and looking at them needs.
import type { SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { bucketType } from './s3/resources.ts';
import { emptyStorage, storedObject } from './s3/storage.ts';
import { bucketOperations } from './s3/bucket-operations.ts';
import { objectOperations } from './s3/object-operations.ts';

export interface S3 extends SimulatedService {
  /** The bytes of an object; undefined when there is no such bucket or key. */
  object(bucket: string, key: string): Uint8Array | undefined;
  /** Calls back for every object that is put, until the world ends. */
  onPut(listener: (put: { readonly bucket: string; readonly key: string; readonly body: Uint8Array }) => void): void;
}

const support = {
  does: [
    'Buckets: create, head, location, encryption, versioning status, public access block, list, delete when empty (BucketNotEmpty)',
    'Objects: put, get, head, copy, delete (one and many), ListObjects and ListObjectsV2 with prefix, delimiter and pages; ETag is the MD5 of the body',
    'Path-style and presigned addresses, aws-chunked bodies; CloudFormation: AWS::S3::Bucket',
  ],
  doesNot: [
    'Bucket policies, ACLs, versions, lifecycle rules, notifications, multipart uploads, ranges',
    'Checksums are answered to nobody; signatures are not verified',
  ],
} as const;

export const makeS3 = (world: World): S3 => {
  const storage = emptyStorage();
  return {
    signingName: 's3',
    operations: { ...bucketOperations(world, storage), ...objectOperations(world, storage) },
    resources: { 'AWS::S3::Bucket': bucketType(storage) },
    support,
    object: (bucket, key) => storedObject(storage, bucket, key)?.body,
    onPut: (listener) => void storage.listeners.push(listener),
  };
};
