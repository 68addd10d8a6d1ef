// The operations about tables rather than items: create, describe, update, delete, time to live, continuous backups, tags.
import { AwsError, type Operation } from '../../simulated.ts';
import { describe, indexSchema, schemaOf, settingsOf, type TableDefinition } from './definition.ts';
import { setTimeToLive } from './expiry.ts';
import { invalid, notSimulated, requestedNotFound } from './failures.ts';
import type { Tables } from './tables.ts';
import { addIndex, type Table } from './table.ts';

const inUse = (message: string): AwsError => new AwsError('ResourceInUseException', message);

/** Creates a table from a definition; throws ResourceInUseException when the name is taken. */
export const createTable = (tables: Tables, name: string, definition: TableDefinition): Table => {
  if (tables.get(name) !== undefined) throw inUse(`Table already exists: ${name}`);
  return tables.add(name, schemaOf(definition), settingsOf(definition));
};

/** Deletes a table; refuses while deletion protection is on. */
export const deleteTable = (tables: Tables, name: string): Table => {
  const table = tables.existing(name);
  if (table.settings.deletionProtection) {
    throw invalid(
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. (Table: ${name})`,
    );
  }
  tables.drop(name);
  return table;
};

const backups = (table: Table) => ({
  ContinuousBackupsStatus: 'ENABLED',
  PointInTimeRecoveryDescription: {
    PointInTimeRecoveryStatus: table.settings.pointInTimeRecovery ? 'ENABLED' : 'DISABLED',
    ...(table.settings.pointInTimeRecovery ? { RecoveryPeriodInDays: table.settings.recoveryDays } : {}),
  },
});

const updateTable = (table: Table, input: Record<string, any>): void => {
  if (input.ReplicaUpdates !== undefined) throw notSimulated('UpdateTable with ReplicaUpdates');
  if (input.StreamSpecification !== undefined) throw notSimulated('a table stream (StreamSpecification)');
  if (input.BillingMode !== undefined) table.settings.billingMode = input.BillingMode;
  if (input.DeletionProtectionEnabled !== undefined) table.settings.deletionProtection = input.DeletionProtectionEnabled;
  if (input.TableClass !== undefined) table.settings.tableClass = input.TableClass;
  for (const definition of input.AttributeDefinitions ?? []) {
    table.schema = { ...table.schema, types: { ...table.schema.types, [definition.AttributeName]: definition.AttributeType } };
  }
  for (const update of input.GlobalSecondaryIndexUpdates ?? []) {
    if (update.Create !== undefined) addIndex(table, indexSchema('global', update.Create));
    if (update.Delete !== undefined) table.indexes.delete(update.Delete.IndexName);
  }
};

const timeToLive = (table: Table) =>
  table.ttl === undefined || !table.ttl.enabled
    ? { TimeToLiveStatus: 'DISABLED' }
    : { TimeToLiveStatus: 'ENABLED', AttributeName: table.ttl.attribute };

const updateTimeToLive = (table: Table, specification: { readonly AttributeName: string; readonly Enabled: boolean }) => {
  const enabled = table.ttl?.enabled === true;
  if (specification.Enabled && enabled) throw invalid('TimeToLive is already enabled');
  if (!specification.Enabled && !enabled) throw invalid('TimeToLive is already disabled');
  setTimeToLive(table, specification.AttributeName, specification.Enabled);
  return { TimeToLiveSpecification: specification };
};

/** The operations; `needs` is the plain table permission of the operation's own name. */
export const tableOperations = (tables: Tables): Readonly<Record<string, Operation>> => {
  const on = (action: string, run: (table: Table, input: any) => unknown): Operation => ({
    needs: (input) => [{ action: `dynamodb:${action}`, resource: tables.arn(input.TableName) }],
    run: (input) => run(tables.existing(input.TableName), input),
  });
  const byArn = (action: string, run: (table: Table, input: any) => unknown): Operation => ({
    needs: (input) => [{ action: `dynamodb:${action}`, resource: input.ResourceArn }],
    run: (input) => {
      const table = tables.get(input.ResourceArn);
      if (table === undefined) throw requestedNotFound();
      return run(table, input);
    },
  });
  return {
    CreateTable: {
      needs: (input) => [{ action: 'dynamodb:CreateTable', resource: tables.arn(input.TableName) }],
      run: (input) => ({ TableDescription: describe(createTable(tables, input.TableName, input)) }),
    },
    DeleteTable: {
      needs: (input) => [{ action: 'dynamodb:DeleteTable', resource: tables.arn(input.TableName) }],
      run: (input) => ({ TableDescription: { ...describe(deleteTable(tables, input.TableName)), TableStatus: 'DELETING' } }),
    },
    ListTables: { needs: () => [{ action: 'dynamodb:ListTables', resource: '*' }], run: () => ({ TableNames: tables.names() }) },
    DescribeTable: on('DescribeTable', (table) => ({ Table: describe(table) })),
    UpdateTable: on('UpdateTable', (table, input) => {
      updateTable(table, input);
      return { TableDescription: describe(table) };
    }),
    DescribeTimeToLive: on('DescribeTimeToLive', (table) => ({ TimeToLiveDescription: timeToLive(table) })),
    UpdateTimeToLive: on('UpdateTimeToLive', (table, input) => updateTimeToLive(table, input.TimeToLiveSpecification)),
    DescribeContinuousBackups: on('DescribeContinuousBackups', (table) => ({ ContinuousBackupsDescription: backups(table) })),
    UpdateContinuousBackups: on('UpdateContinuousBackups', (table, input) => {
      table.settings.pointInTimeRecovery = input.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled;
      return { ContinuousBackupsDescription: backups(table) };
    }),
    TagResource: byArn('TagResource', (table, input) => {
      const keys = new Set(input.Tags.map((tag: { readonly Key: string }) => tag.Key));
      table.settings.tags = [...table.settings.tags.filter((tag) => !keys.has(tag.Key)), ...input.Tags];
      return {};
    }),
    ListTagsOfResource: byArn('ListTagsOfResource', (table) => ({ Tags: table.settings.tags })),
  };
};
