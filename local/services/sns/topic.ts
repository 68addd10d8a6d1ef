// Topics and subscriptions: what they hold, and the policy a new topic starts with.
import type { PolicyDocument } from '../../simulated.ts';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

export interface Publication {
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  /** `json`: the message is an object of texts by protocol with a `default`. */
  readonly messageStructure?: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly groupId?: string;
  readonly dedupId?: string;
}

export type Protocol = 'email' | 'email-json' | 'sqs' | 'lambda' | 'https' | 'http';

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** E-mail and HTTP endpoints must confirm before anything is delivered. */
  confirmed: boolean;
  filterPolicy: unknown;
  filterScope: 'MessageAttributes' | 'MessageBody';
  raw: boolean;
  deadLetterArn: string | undefined;
}

export interface Topic {
  readonly name: string;
  readonly arn: string;
  readonly fifo: boolean;
  contentDeduplication: boolean;
  displayName: string;
  policy: PolicyDocument;
  kmsKey: string | undefined;
  tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly subscriptions: Map<string, Subscription>;
  /** Deduplication ids of the last five minutes (FIFO). */
  readonly recent: Map<string, { readonly at: number; readonly messageId: string }>;
}

/** What SNS gives a new topic: everything for the owning account, and for services that act for it and say so (alarms). A topic policy replaces it. */
export const ownerPolicy = (arn: string, account: string): PolicyDocument => ({
  Version: '2008-10-17',
  Statement: [
    {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: '*',
      Action: [
        'SNS:GetTopicAttributes',
        'SNS:SetTopicAttributes',
        'SNS:AddPermission',
        'SNS:RemovePermission',
        'SNS:DeleteTopic',
        'SNS:Subscribe',
        'SNS:ListSubscriptionsByTopic',
        'SNS:Publish',
      ],
      Resource: arn,
      Condition: { StringEquals: { 'AWS:SourceOwner': account } },
    },
  ],
});
