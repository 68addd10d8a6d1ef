// DynamoDB tables: on demand, with expiry and recovery to any second.
import { CfnDeletionPolicy, CfnOutput } from 'aws-cdk-lib/core';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Attributes } from '../attributes.ts';
import { type Deployment, pascal, tableName } from '../names.ts';
import { accept } from '../platform-stack.ts';
import { keepsData } from '../stage.ts';

/** Every table of the platform. */
export const tables = (scope: Construct, deployment: Deployment, attributes: Attributes): void => {
  for (const [name, table] of Object.entries(deployment.platform.tables)) {
    const keys = [table.partition, ...(table.sort === null ? [] : [table.sort])];
    const kept = keepsData(deployment.stage);
    const resource = new CfnTable(scope, `${pascal(name)}Table`, {
      tableName: tableName(deployment, name, table),
      billingMode: 'PAY_PER_REQUEST',
      attributeDefinitions: keys.map((attributeName) => ({ attributeName, attributeType: 'S' })),
      keySchema: keys.map((attributeName, index) => ({ attributeName, keyType: index === 0 ? 'HASH' : 'RANGE' })),
      ...(table.expires === null ? {} : { timeToLiveSpecification: { attributeName: table.expires, enabled: true } }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: table.pointInTimeRecovery },
      deletionProtectionEnabled: kept,
    });
    const policy = kept ? CfnDeletionPolicy.RETAIN : CfnDeletionPolicy.DELETE;
    resource.cfnOptions.deletionPolicy = policy;
    resource.cfnOptions.updateReplacePolicy = policy;
    if (!table.pointInTimeRecovery) accept(resource, 'AwsSolutions-DDB3', 'The file says that this table can be lost.');
    attributes.define(`tables.${name}.name`, resource.ref);
    attributes.define(`tables.${name}.arn`, resource.attrArn);
    new CfnOutput(scope, `${pascal(name)}TableName`, { value: resource.ref });
  }
};
