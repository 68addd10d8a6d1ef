// What the operations stack hands to each story: the platform's manifest and the few things all stories share.
import type { aws_dynamodb as dynamodb, aws_sns as sns, aws_sqs as sqs } from 'aws-cdk-lib';
import type { Manifest } from '../shared/domain/manifest.ts';

export interface OperationsContext {
  readonly manifest: Manifest;
  /** Directory of the bundled doors. */
  readonly bundles: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly ledger: dynamodb.ITable;
  readonly topic: sns.ITopic;
  /** Where events land that no story could take. */
  readonly deadLetters: sqs.IQueue;
  /** Name (and so the ARN) of a story's machine, known before the machine exists: `<id>-<story>`. */
  readonly machineArn: (story: string) => string;
}
