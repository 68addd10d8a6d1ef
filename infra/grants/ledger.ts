// What the ledger adapter calls, on this platform's table only.
import { aws_iam as iam } from 'aws-cdk-lib';
import type { OperationsContext } from '../operations-context.ts';

/** Reads of the ledger: recall and list. */
export const ledgerReadGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [context.ledger.tableArn] }),
];

/** Writes of records and history: remember and note. */
export const ledgerWriteGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [context.ledger.tableArn] }),
];

/** Leases and writes under a fence: a transaction needs the permissions of its parts. */
export const ledgerLeaseGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'], resources: [context.ledger.tableArn] }),
];
