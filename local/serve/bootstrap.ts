// What `cdk bootstrap` leaves in an account: the CDKToolkit stack with its roles, its bucket, its repository and its version.
import type { Template } from '../services/cloudformation/template.ts';
import type { World } from '../world.ts';

const QUALIFIER = 'hnb659fds';
/** Newer than any feature the pinned command line asks for. */
const VERSION = '30';

const allow = (Action: readonly string[], Resource: unknown = '*'): object => ({ Effect: 'Allow', Action, Resource });

const role = (account: string, region: string, name: string, trusted: object, statements: readonly object[], managed: readonly string[] = []): Template['Resources'] => ({
  [`${name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Role`]: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: `cdk-${QUALIFIER}-${name}-role-${account}-${region}`,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: trusted }] },
      ...(statements.length === 0 ? {} : { Policies: [{ PolicyName: 'default', PolicyDocument: { Version: '2012-10-17', Statement: statements } }] }),
      ManagedPolicyArns: managed,
    },
  },
});

/** The bootstrap template's resources as far as deployments use them. */
export const bootstrapTemplate = (account: string, region: string): Template => {
  const own = { AWS: `arn:aws:iam::${account}:root` };
  const bucket = `cdk-${QUALIFIER}-assets-${account}-${region}`;
  const bucketArns = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  const executionRole = `arn:aws:iam::${account}:role/cdk-${QUALIFIER}-cfn-exec-role-${account}-${region}`;
  const versionArn = `arn:aws:ssm:${region}:${account}:parameter/cdk-bootstrap/${QUALIFIER}/version`;
  const deploy = [
    allow(['cloudformation:*']),
    allow(['iam:PassRole'], executionRole),
    allow(['s3:GetObject*', 's3:GetBucket*', 's3:List*'], bucketArns),
    allow(['sts:GetCallerIdentity']),
    allow(['ssm:GetParameter', 'ssm:GetParameters'], versionArn),
  ];
  const publishFiles = [allow(['s3:GetObject*', 's3:GetBucket*', 's3:GetEncryptionConfiguration', 's3:List*', 's3:DeleteObject*', 's3:PutObject*', 's3:Abort*'], bucketArns)];
  const publishImages = [allow(['ecr:*'], `arn:aws:ecr:${region}:${account}:repository/cdk-${QUALIFIER}-container-assets-${account}-${region}`), allow(['ecr:GetAuthorizationToken'])];
  // AWS attaches ReadOnlyAccess here; these are its parts that look-ups and diffs use.
  const lookUp = [allow(['cloudformation:Describe*', 'cloudformation:Get*', 'cloudformation:List*', 'ec2:Describe*', 's3:Get*', 's3:List*', 'ssm:Get*'])];
  return {
    Description: 'This stack includes resources needed to deploy AWS CDK apps into this environment',
    Resources: {
      StagingBucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucket }, DeletionPolicy: 'Retain' },
      ContainerAssetsRepository: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: `cdk-${QUALIFIER}-container-assets-${account}-${region}` } },
      CdkBootstrapVersion: { Type: 'AWS::SSM::Parameter', Properties: { Name: `/cdk-bootstrap/${QUALIFIER}/version`, Type: 'String', Value: VERSION } },
      ...role(account, region, 'deploy', own, deploy),
      ...role(account, region, 'file-publishing', own, publishFiles),
      ...role(account, region, 'image-publishing', own, publishImages),
      ...role(account, region, 'lookup', own, lookUp),
      ...role(account, region, 'cfn-exec', { Service: 'cloudformation.amazonaws.com' }, [], ['arn:aws:iam::aws:policy/AdministratorAccess']),
    },
    Outputs: {
      BucketName: { Value: bucket },
      BucketDomainName: { Value: `${bucket}.s3.${region}.amazonaws.com` },
      ImageRepositoryName: { Value: `cdk-${QUALIFIER}-container-assets-${account}-${region}` },
      BootstrapVersion: { Value: VERSION },
    },
  };
};

/** Bootstraps the account. Throws when the stack cannot be made. */
export const bootstrap = async (world: World): Promise<void> => {
  const template = bootstrapTemplate(world.account, world.region);
  const { status, reason } = await world.services.cloudformation.deploy({ stackName: 'CDKToolkit', template });
  if (status !== 'CREATE_COMPLETE') throw new Error(`the account cannot be bootstrapped: ${reason ?? status}`);
};
