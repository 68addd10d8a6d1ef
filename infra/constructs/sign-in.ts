// Cognito: user pool, its OAuth client and hosted pages, and an identity pool where asked (O3).
import { Aws, CfnDeletionPolicy } from 'aws-cdk-lib/core';
import {
  CfnIdentityPool,
  CfnUserPool,
  CfnUserPoolClient,
  CfnUserPoolDomain,
  CfnUserPoolRiskConfigurationAttachment,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { SignIn } from '../../shared/domain/platform.ts';
import type { Attributes } from '../attributes.ts';
import type { Deployment } from '../names.ts';
import { accept } from '../platform-stack.ts';
import { keepsData } from '../stage.ts';

const secondFactors = { off: 'OFF', optional: 'OPTIONAL', required: 'ON' } as const;

const userPool = (scope: Construct, { id, stage }: Deployment, signIn: SignIn): CfnUserPool => {
  const kept = keepsData(stage);
  const pool = new CfnUserPool(scope, 'Users', {
    userPoolName: id,
    userPoolTier: signIn.threatProtection ? 'PLUS' : 'ESSENTIALS',
    ...(signIn.threatProtection ? { userPoolAddOns: { advancedSecurityMode: 'ENFORCED' } } : {}),
    usernameAttributes: ['email'],
    autoVerifiedAttributes: ['email'],
    adminCreateUserConfig: { allowAdminCreateUserOnly: !signIn.selfSignUp },
    accountRecoverySetting: { recoveryMechanisms: [{ name: 'verified_email', priority: 1 }] },
    policies: {
      passwordPolicy: {
        minimumLength: signIn.minimumLength,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: true,
        temporaryPasswordValidityDays: signIn.temporaryDays,
      },
    },
    mfaConfiguration: secondFactors[signIn.secondFactor],
    ...(signIn.secondFactor === 'off' ? {} : { enabledMfas: ['SOFTWARE_TOKEN_MFA'] }),
    deletionProtection: kept ? 'ACTIVE' : 'INACTIVE',
  });
  const policy = kept ? CfnDeletionPolicy.RETAIN : CfnDeletionPolicy.DELETE;
  pool.cfnOptions.deletionPolicy = policy;
  pool.cfnOptions.updateReplacePolicy = policy;
  if (!signIn.threatProtection) accept(pool, 'AwsSolutions-COG3', 'Threat protection is a paid plan that the platform file switches off.');
  if (signIn.secondFactor !== 'required')
    accept(
      pool,
      'AwsSolutions-COG2',
      signIn.secondFactor === 'off'
        ? 'The second factor is a switch of the platform file, which has it off.'
        : 'The second factor is offered; whether it is required is the decision of the platform file.',
    );
  return pool;
};

const client = (scope: Construct, { id }: Deployment, signIn: SignIn, pool: CfnUserPool, attributes: Attributes): CfnUserPoolClient =>
  new CfnUserPoolClient(scope, 'UsersClient', {
    userPoolId: pool.ref,
    clientName: id,
    generateSecret: false,
    preventUserExistenceErrors: 'ENABLED',
    enableTokenRevocation: true,
    explicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    supportedIdentityProviders: ['COGNITO'],
    ...(signIn.callbacks.length === 0
      ? {}
      : {
          allowedOAuthFlowsUserPoolClient: true,
          allowedOAuthFlows: ['code'],
          allowedOAuthScopes: ['openid', 'email', 'profile'],
          callbackUrLs: signIn.callbacks.map((text) => attributes.fill(text)),
        }),
  });

/** Leaked passwords are refused, risky sign-ins asked for a second factor, very risky ones refused. */
const riskRules = (scope: Construct, pool: CfnUserPool): void => {
  new CfnUserPoolRiskConfigurationAttachment(scope, 'UsersRisk', {
    userPoolId: pool.ref,
    clientId: 'ALL',
    compromisedCredentialsRiskConfiguration: { actions: { eventAction: 'BLOCK' }, eventFilter: ['SIGN_IN', 'PASSWORD_CHANGE', 'SIGN_UP'] },
    accountTakeoverRiskConfiguration: {
      actions: {
        lowAction: { eventAction: 'NO_ACTION', notify: false },
        mediumAction: { eventAction: 'MFA_IF_CONFIGURED', notify: false },
        highAction: { eventAction: 'BLOCK', notify: false },
      },
    },
  });
};

/** Everything of signing in, and what consumers may say about it. */
export const signInPool = (scope: Construct, deployment: Deployment, signIn: SignIn, attributes: Attributes): void => {
  const pool = userPool(scope, deployment, signIn);
  const app = client(scope, deployment, signIn, pool, attributes);
  new CfnUserPoolDomain(scope, 'UsersDomain', { userPoolId: pool.ref, domain: `${deployment.id}-${Aws.ACCOUNT_ID}` });
  if (signIn.threatProtection) riskRules(scope, pool);
  attributes.define('signIn.poolId', pool.ref);
  attributes.define('signIn.clientId', app.ref);
  attributes.define('signIn.issuer', pool.attrProviderUrl);
  if (!signIn.identityPool) return;
  const identities = new CfnIdentityPool(scope, 'Identities', {
    identityPoolName: deployment.id,
    allowUnauthenticatedIdentities: false,
    cognitoIdentityProviders: [{ clientId: app.ref, providerName: pool.attrProviderName, serverSideTokenCheck: true }],
  });
  attributes.define('signIn.identityPoolId', identities.ref);
};
