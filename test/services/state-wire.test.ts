// What the SDK clients read over the wire is what the simulators of state, messages and signals answered, errors included.
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as elasticache from '@aws-sdk/client-elasticache';
import * as rds from '@aws-sdk/client-rds';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { openEndpoint } from '../../local/endpoint.ts';
import type { World } from '../../local/world.ts';

let world: World;
let wire: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };
const operate = (service: string, operation: string, input: object): Promise<any> =>
  world.call({ service, operation, input, caller: { kind: 'operator' } });

beforeAll(async () => {
  world = createWorld({ start: '2026-11-23T08:00:00Z', seed: 3 });
  const endpoint = await openEndpoint(world);
  wire = { region: 'us-east-1', endpoint: endpoint.url, credentials: endpoint.credentials };
});
afterAll(() => world.close());

const plain = (value: any): any => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined && !(Array.isArray(inner) && inner.length === 0));
  return Object.fromEntries(entries.map(([name, inner]) => [name, plain(inner)]));
};

/** Reads through the client and directly: both must say the same. */
const expectSame = async (service: string, operation: string, client: { send(command: any): Promise<any> }, command: { input: object }) => {
  const direct = await operate(service, operation, command.input);
  const { $metadata: _metadata, ...read } = await client.send(command);
  expect(plain(read)).toEqual(plain(direct));
};

describe('over the wire', () => {
  it('DynamoDB items, conditions and cancellation reasons', async () => {
    const client = new dynamodb.DynamoDBClient(wire);
    await client.send(
      new dynamodb.CreateTableCommand({
        TableName: 'ledger',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
    const Item = {
      pk: { S: 'a' },
      n: { N: '1.5' },
      b: { B: Uint8Array.of(1, 2) },
      m: { M: { l: { L: [{ BOOL: true }, { NULL: true as const }] } } },
      s: { SS: ['x'] },
    };
    await client.send(new dynamodb.PutItemCommand({ TableName: 'ledger', Item }));
    await expectSame('dynamodb', 'GetItem', client, new dynamodb.GetItemCommand({ TableName: 'ledger', Key: { pk: { S: 'a' } } }));
    await expectSame('dynamodb', 'DescribeTable', client, new dynamodb.DescribeTableCommand({ TableName: 'ledger' }));
    const again = {
      TableName: 'ledger',
      Item,
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    await expect(client.send(new dynamodb.PutItemCommand(again))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { pk: { S: 'a' } },
    });
    await expect(client.send(new dynamodb.TransactWriteItemsCommand({ TransactItems: [{ Put: again }] }))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: { pk: { S: 'a' } } }],
    });
  });

  it('SQS messages and SNS topics', async () => {
    const queue = new sqs.SQSClient(wire);
    const { QueueUrl } = await queue.send(new sqs.CreateQueueCommand({ QueueName: 'q' }));
    await queue.send(
      new sqs.SendMessageCommand({ QueueUrl, MessageBody: 'hello', MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } }),
    );
    const { Messages } = await queue.send(
      new sqs.ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], AttributeNames: ['All'] }),
    );
    expect(Messages).toMatchObject([
      { Body: 'hello', MessageAttributes: { kind: { StringValue: 'x' } }, Attributes: { ApproximateReceiveCount: '1' } },
    ]);
    await expectSame('sqs', 'GetQueueAttributes', queue, new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    await expect(queue.send(new sqs.ReceiveMessageCommand({ QueueUrl: `${QueueUrl}x` }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    const topics = new sns.SNSClient(wire);
    const { TopicArn } = await topics.send(new sns.CreateTopicCommand({ Name: 'ops' }));
    await topics.send(new sns.SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ops@example.com' }));
    await expectSame('sns', 'ListSubscriptionsByTopic', topics, new sns.ListSubscriptionsByTopicCommand({ TopicArn }));
    await expect(topics.send(new sns.PublishCommand({ TopicArn, Message: '' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(topics.send(new sns.PublishCommand({ TopicArn: `${TopicArn}x`, Message: 'x' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });

  it('CloudWatch alarms, metric data and pictures', async () => {
    const client = new cloudwatch.CloudWatchClient(wire);
    await client.send(
      new cloudwatch.PutMetricAlarmCommand({
        AlarmName: 'cpu',
        Namespace: 'App',
        MetricName: 'cpu',
        Statistic: 'Average',
        Period: 60,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        Threshold: 80.5,
        ComparisonOperator: 'GreaterThanThreshold',
        Dimensions: [{ Name: 'Service', Value: 'web' }],
        AlarmActions: ['arn:aws:sns:us-east-1:111122223333:ops'],
      }),
    );
    await client.send(
      new cloudwatch.PutMetricDataCommand({
        Namespace: 'App',
        MetricData: [{ MetricName: 'cpu', Value: 50, Dimensions: [{ Name: 'Service', Value: 'web' }] }],
      }),
    );
    await world.clock.run(world.clock.now + 120_000);
    await expectSame('monitoring', 'DescribeAlarms', client, new cloudwatch.DescribeAlarmsCommand({}));
    await expectSame('monitoring', 'DescribeAlarmHistory', client, new cloudwatch.DescribeAlarmHistoryCommand({ AlarmName: 'cpu' }));
    const Metric = { Namespace: 'App', MetricName: 'cpu', Dimensions: [{ Name: 'Service', Value: 'web' }] };
    const span = { StartTime: new Date('2026-11-23T08:00:00Z'), EndTime: new Date('2026-11-23T08:02:00Z') };
    await expectSame(
      'monitoring',
      'GetMetricData',
      client,
      new cloudwatch.GetMetricDataCommand({
        ...span,
        MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'Average' } }],
      }),
    );
    const { MetricWidgetImage } = await client.send(
      new cloudwatch.GetMetricWidgetImageCommand({ MetricWidget: '{"metrics":[["App","cpu","Service","web"]]}' }),
    );
    expect(Buffer.from(MetricWidgetImage!).subarray(1, 4).toString()).toBe('PNG');
    await expect(
      client.send(new cloudwatch.SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'x' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  it('logs, secrets and parameters', async () => {
    world.services.logs.write('/ecs/web', 'web/app/1', 'ERROR no', world.clock.now);
    const reader = new logs.CloudWatchLogsClient(wire);
    await expectSame(
      'logs',
      'GetLogEvents',
      reader,
      new logs.GetLogEventsCommand({ logGroupName: '/ecs/web', logStreamName: 'web/app/1' }),
    );
    await expectSame('logs', 'DescribeLogStreams', reader, new logs.DescribeLogStreamsCommand({ logGroupName: '/ecs/web' }));
    await expect(reader.send(new logs.FilterLogEventsCommand({ logGroupName: '/none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const vault = new secrets.SecretsManagerClient(wire);
    await vault.send(new secrets.CreateSecretCommand({ Name: 'app', SecretString: '{"a":1}' }));
    await expectSame('secretsmanager', 'GetSecretValue', vault, new secrets.GetSecretValueCommand({ SecretId: 'app' }));
    await expectSame('secretsmanager', 'DescribeSecret', vault, new secrets.DescribeSecretCommand({ SecretId: 'app' }));
    const parameters = new ssm.SSMClient(wire);
    await parameters.send(new ssm.PutParameterCommand({ Name: '/a/b', Value: 'none', Type: 'String' }));
    await expectSame('ssm', 'GetParameter', parameters, new ssm.GetParameterCommand({ Name: '/a/b' }));
    await expect(parameters.send(new ssm.GetParameterCommand({ Name: '/none' }))).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it('databases and caches', async () => {
    world.services.rds.createInstance('db', {
      Engine: 'postgres',
      DBInstanceClass: 'db.t3.micro',
      AllocatedStorage: 20,
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    world.services.rds.createCluster('aurora', {
      Engine: 'aurora-postgresql',
      ServerlessV2ScalingConfiguration: { MinCapacity: 0, MaxCapacity: 4 },
    });
    const client = new rds.RDSClient(wire);
    await expectSame('rds', 'DescribeDBInstances', client, new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier: 'db' }));
    await expectSame('rds', 'DescribeDBClusters', client, new rds.DescribeDBClustersCommand({}));
    await client.send(new rds.StopDBInstanceCommand({ DBInstanceIdentifier: 'db' }));
    await expect(client.send(new rds.StopDBInstanceCommand({ DBInstanceIdentifier: 'db' }))).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
    });
    await expect(client.send(new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier: 'none' }))).rejects.toMatchObject({
      name: 'DBInstanceNotFoundFault',
    });
    world.services.elasticache.createReplicationGroup('cache', { Engine: 'redis', CacheNodeType: 'cache.t3.micro' });
    const caches = new elasticache.ElastiCacheClient(wire);
    await expectSame('elasticache', 'DescribeReplicationGroups', caches, new elasticache.DescribeReplicationGroupsCommand({}));
    await expectSame(
      'elasticache',
      'DescribeCacheClusters',
      caches,
      new elasticache.DescribeCacheClustersCommand({ ShowCacheNodeInfo: true }),
    );
    await expect(caches.send(new elasticache.DescribeReplicationGroupsCommand({ ReplicationGroupId: 'none' }))).rejects.toMatchObject({
      name: 'ReplicationGroupNotFoundFault',
    });
  });
});
