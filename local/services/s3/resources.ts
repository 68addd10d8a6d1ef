// CloudFormation's AWS::S3::Bucket.
import type { Made, ResourceContext, ResourceType } from '../../simulated.ts';
import { addBucket, removeBucket, type Storage } from './storage.ts';

const described = (ref: string, { world }: ResourceContext): Made => ({
  ref,
  attributes: {
    Arn: `arn:${world.partition}:s3:::${ref}`,
    DomainName: `${ref}.s3.amazonaws.com`,
    RegionalDomainName: `${ref}.s3.${world.region}.amazonaws.com`,
    WebsiteURL: `http://${ref}.s3-website-${world.region}.amazonaws.com`,
  },
});

export const bucketType = (storage: Storage): ResourceType => ({
  replaceOn: ['BucketName'],
  create: (properties, context) => {
    const name: string = properties.BucketName ?? context.generatedName(63).toLowerCase();
    addBucket(storage, name, context.world.clock.now);
    return described(name, context);
  },
  update: (made) => made,
  remove: (made) => removeBucket(storage, made.ref),
});
