// What keeps data: secrets, databases, caches, tables, buckets, files, image repositories, and the parameters with released images.
import { CfnOutput } from 'aws-cdk-lib/core';
import { CfnParameter as CfnSsmParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { referencesOf } from '../shared/domain/references.ts';
import type { Attributes } from './attributes.ts';
import { backupPlan } from './constructs/backup-plan.ts';
import { buckets } from './constructs/buckets.ts';
import { caches } from './constructs/caches.ts';
import { databases } from './constructs/databases.ts';
import { fileSystems } from './constructs/file-systems.ts';
import { repositories } from './constructs/repositories.ts';
import { composedSecrets, ownSecrets } from './constructs/secrets.ts';
import { tables } from './constructs/tables.ts';
import { asleepParameter, type Deployment, imageParameter, pascal } from './names.ts';
import type { NetworkStack } from './network-stack.ts';
import { PlatformStack } from './platform-stack.ts';
import { backupsOf } from './stage.ts';

/** Reference roots whose outputs belong to this stack. */
export const dataRoots: ReadonlySet<string> = new Set([
  'databases',
  'caches',
  'tables',
  'buckets',
  'fileSystems',
  'secrets',
  'repositories',
  'platform',
]);

export class DataStack extends PlatformStack {
  constructor(scope: Construct, deployment: Deployment, network: NetworkStack, attributes: Attributes) {
    super(scope, 'data', deployment, `Data of ${deployment.platform.title} (${deployment.stage})`);
    repositories(this, deployment, attributes);
    ownSecrets(this, deployment, attributes);
    databases(this, deployment, network, attributes);
    caches(this, deployment, network, attributes);
    tables(this, deployment, attributes);
    buckets(this, deployment, attributes);
    fileSystems(this, deployment, network, attributes);
    composedSecrets(this, deployment, attributes);
    this.parameters(deployment);
    const backups = backupsOf(deployment.stage, deployment.platform);
    if (backups !== null) backupPlan(this, deployment, backups);
    this.outputs(deployment, attributes);
  }

  /** The automation writes these; the template only says how they begin, and never touches them again (decision 001). */
  private parameters(deployment: Deployment): void {
    for (const [service, { containers }] of Object.entries(deployment.platform.services)) {
      for (const [container, { image }] of Object.entries(containers)) {
        if (image.kind === 'fixed') continue;
        new CfnSsmParameter(this, `${pascal(service)}${pascal(container)}Image`, {
          name: imageParameter(deployment, service, container),
          type: 'String',
          value: 'none',
          description: `Released image of ${service}/${container}, written by the automation; none before the first release`,
        });
      }
    }
    new CfnSsmParameter(this, 'Asleep', {
      name: asleepParameter(deployment),
      type: 'String',
      value: 'no',
      description: 'Whether the platform is asleep, written by the automation',
    });
  }

  private outputs(deployment: Deployment, attributes: Attributes): void {
    for (const [name, text] of Object.entries(deployment.platform.outputs)) {
      if (referencesOf(text).every((reference) => dataRoots.has(reference.root)))
        new CfnOutput(this, name, { value: attributes.fill(text) });
    }
  }
}
