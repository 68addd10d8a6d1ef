// The role that workflows on one branch of one GitHub repository may take on: push images, roll these services, nothing else (W8).
import { Aws, CfnOutput } from 'aws-cdk-lib/core';
import { CfnOIDCProvider, Effect, PolicyDocument, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Github } from '../../shared/domain/platform.ts';
import { repositoriesOf } from '../../shared/domain/wiring.ts';
import { clusterName, type Deployment, repositoryName, serviceName } from '../names.ts';
import { acceptWildcards, arn } from '../platform-stack.ts';

const issuer = 'token.actions.githubusercontent.com';

/** An account has one provider per issuer, always under the same ARN: no look-up is needed to use one that exists. */
const providerArn = (scope: Construct, github: Github): string => {
  if (github.provider === 'existing') return `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:oidc-provider/${issuer}`;
  return new CfnOIDCProvider(scope, 'GithubProvider', { url: `https://${issuer}`, clientIdList: ['sts.amazonaws.com'] }).attrArn;
};

const pushActions = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:CompleteLayerUpload',
  'ecr:GetDownloadUrlForLayer',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

const allow = (actions: readonly string[], resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [...resources] });

/** Identity provider (or the account's own) and the role. */
export const githubRole = (scope: Construct, deployment: Deployment, github: Github): void => {
  const { platform } = deployment;
  const repositories = repositoriesOf(platform).map((name) => arn('ecr', `repository/${repositoryName(deployment, name)}`));
  const services = Object.entries(platform.services).map(([name, service]) =>
    arn('ecs', `service/${clusterName(deployment)}/${serviceName(deployment, name, service)}`),
  );
  const statements = [
    ...(repositories.length === 0 ? [] : [allow(['ecr:GetAuthorizationToken'], ['*']), allow(pushActions, repositories)]),
    allow(['ecs:DescribeServices', 'ecs:UpdateService'], services),
  ];
  const role = new Role(scope, 'GithubRole', {
    roleName: `${deployment.id}-github-actions`,
    description: `Workflows of ${github.repository} on ${github.branch}: push images, roll services`,
    assumedBy: new WebIdentityPrincipal(providerArn(scope, github), {
      StringEquals: {
        [`${issuer}:aud`]: 'sts.amazonaws.com',
        [`${issuer}:sub`]: `repo:${github.repository}:ref:refs/heads/${github.branch}`,
      },
    }),
    inlinePolicies: { Deploy: new PolicyDocument({ statements }) },
  });
  acceptWildcards(role, ['*'], 'ecr:GetAuthorizationToken knows no resource; everything else names its repositories and services.');
  new CfnOutput(scope, 'GithubActionsRoleArn', { value: role.roleArn, description: 'Role for the GitHub workflow' });
};
