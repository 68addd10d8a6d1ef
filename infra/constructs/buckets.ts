// S3 buckets: private, encrypted, TLS only; emptied with their stack outside prod so that nothing is left behind (O13).
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Attributes } from '../attributes.ts';
import { type Deployment, pascal } from '../names.ts';
import { accept } from '../platform-stack.ts';
import { keepsData } from '../stage.ts';

/** Every bucket of the platform; names are left to CloudFormation because they are unique over all accounts. */
export const buckets = (scope: Construct, deployment: Deployment, attributes: Attributes): void => {
  const kept = keepsData(deployment.stage);
  for (const [name, bucket] of Object.entries(deployment.platform.buckets)) {
    const resource = new Bucket(scope, `${pascal(name)}Bucket`, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: bucket.versioned ?? kept,
      removalPolicy: kept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !kept,
    });
    accept(
      resource,
      'AwsSolutions-S1',
      'Only the tasks of this platform read and write it; who did what is in CloudTrail data events where an account keeps them.',
    );
    attributes.define(`buckets.${name}.name`, resource.bucketName);
    attributes.define(`buckets.${name}.arn`, resource.bucketArn);
  }
};
