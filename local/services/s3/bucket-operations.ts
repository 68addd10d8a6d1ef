// S3's bucket operations.
import type { Operation, Permission } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { addBucket, bucketNamed, removeBucket, type Storage } from './storage.ts';

const needs =
  (action: string) =>
  ({ Bucket }: { readonly Bucket?: string }): readonly Permission[] => [{ action: `s3:${action}`, resource: Bucket === undefined ? '*' : `arn:aws:s3:::${Bucket}` }];

export const bucketOperations = (world: World, storage: Storage): Readonly<Record<string, Operation>> => {
  const one = (action: string, run: (input: any) => unknown): Operation => ({
    needs: needs(action),
    run: (input) => {
      bucketNamed(storage, input.Bucket);
      return run(input);
    },
  });
  return {
    CreateBucket: {
      needs: needs('CreateBucket'),
      run: (input) => {
        addBucket(storage, input.Bucket, world.clock.now);
        return { Location: `/${input.Bucket}` };
      },
    },
    DeleteBucket: one('DeleteBucket', (input) => removeBucket(storage, input.Bucket)),
    HeadBucket: one('ListBucket', () => ({ BucketRegion: world.region })),
    ListBuckets: {
      needs: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
      run: () => ({
        Buckets: [...storage.buckets.values()].map(({ name, createdAt }) => ({ Name: name, CreationDate: new Date(createdAt), BucketRegion: world.region })),
        Owner: { ID: world.account },
      }),
    },
    // The oldest region answers with an empty location.
    GetBucketLocation: one('GetBucketLocation', () => (world.region === 'us-east-1' ? {} : { LocationConstraint: world.region })),
    GetBucketEncryption: one('GetEncryptionConfiguration', () => ({
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }] },
    })),
    GetBucketVersioning: one('GetBucketVersioning', () => ({})),
    GetPublicAccessBlock: one('GetBucketPublicAccessBlock', () => ({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    })),
  };
};
