// The wake link: a public address whose door checks the platform's own signature first, and the secret that signs (S10).
import { CfnOutput, RemovalPolicy, aws_lambda as lambda, aws_secretsmanager as secretsmanager, type aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { wakeEnvironment, wakeLinkSecret } from '../../shared/contracts/wake.ts';
import { ledgerReadGrants } from '../grants/ledger.ts';
import { machinesEnvironment, startGrants } from '../grants/machines.ts';
import { secretGrants } from '../grants/notices.ts';
import type { OperationsContext } from '../operations-context.ts';
import { accept } from '../platform-stack.ts';
import { Door } from './door.ts';

export class WakeLink extends Construct {
  /** What the door that writes the link into a notice needs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly iam.PolicyStatement[];

  constructor(scope: Construct, id: string, context: OperationsContext) {
    super(scope, id);
    const secretName = wakeLinkSecret(context.manifest.id);
    const secret = new secretsmanager.Secret(this, 'Secret', {
      secretName,
      description: `Signs the links that wake ${context.manifest.id}; a new value ends all links sent before`,
      generateSecretString: { excludePunctuation: true, passwordLength: 40 },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    accept(secret, 'AwsSolutions-SMG4', 'Nobody holds a copy, and every link expires with its night: changing the value early would only break links people hold.');
    this.grants = secretGrants(context, secretName);
    const door = new Door(this, 'Door', {
      context,
      name: 'wake/link',
      grants: [...ledgerReadGrants(context), ...startGrants(context, ['wake']), ...this.grants],
      environment: machinesEnvironment(context),
      timeoutSeconds: 10,
    });
    const { url } = door.function.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    this.environment = { [wakeEnvironment.link]: url };
    new CfnOutput(this, 'Url', { value: url, description: 'Address of the wake links in notices; without a signature it answers 403' }).overrideLogicalId('WakeLinkUrl');
  }
}
