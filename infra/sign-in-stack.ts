// Who may sign in: a stack of its own, because users outlive every other part of a platform (O1).
import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { SignIn } from '../shared/domain/platform.ts';
import type { Attributes } from './attributes.ts';
import { signInPool } from './constructs/sign-in.ts';
import type { Deployment } from './names.ts';
import { PlatformStack } from './platform-stack.ts';

export class SignInStack extends PlatformStack {
  constructor(scope: Construct, deployment: Deployment, signIn: SignIn, attributes: Attributes) {
    super(scope, 'sign-in', deployment, `Sign-in of ${deployment.platform.title} (${deployment.stage})`);
    signInPool(this, deployment, signIn, attributes);
    new CfnOutput(this, 'UserPoolId', { value: attributes.get('signIn.poolId') });
    new CfnOutput(this, 'UserPoolClientId', { value: attributes.get('signIn.clientId') });
    if (signIn.identityPool) new CfnOutput(this, 'IdentityPoolId', { value: attributes.get('signIn.identityPoolId') });
  }
}
