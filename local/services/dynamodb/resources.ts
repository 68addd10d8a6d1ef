// CloudFormation's AWS::DynamoDB::Table and AWS::DynamoDB::GlobalTable.
import type { Made, ResourceType } from '../../simulated.ts';
import { setTimeToLive } from './expiry.ts';
import { indexSchema, settingsOf, type TableDefinition } from './definition.ts';
import { createTable, deleteTable } from './table-operations.ts';
import type { Tables } from './tables.ts';
import { addIndex, type Table } from './table.ts';

interface TableProperties extends TableDefinition {
  readonly TimeToLiveSpecification?: { readonly AttributeName: string; readonly Enabled: boolean };
  /** Only AWS::DynamoDB::GlobalTable: settings per Region. */
  readonly Replicas?: readonly (Partial<TableDefinition> & { readonly Region: string })[];
}

/** A global table's settings of its own Region count here; replicas elsewhere are outside this rehearsal's one Region. */
const flattened = (properties: TableProperties): TableProperties => {
  const [replica] = properties.Replicas ?? [];
  if (replica === undefined) return properties;
  return {
    ...properties,
    PointInTimeRecoverySpecification: replica.PointInTimeRecoverySpecification,
    DeletionProtectionEnabled: replica.DeletionProtectionEnabled,
    TableClass: replica.TableClass,
    Tags: replica.Tags,
  };
};

const made = (table: Table): Made => ({
  ref: table.name,
  attributes: { Arn: table.arn, StreamArn: undefined, TableId: table.name },
});

const timeToLive = (table: Table, properties: TableProperties): void => {
  const wanted = properties.TimeToLiveSpecification;
  if (wanted !== undefined) setTimeToLive(table, wanted.AttributeName, wanted.Enabled);
  else table.ttl = undefined;
};

const updateIndexes = (table: Table, properties: TableProperties): void => {
  const wanted = properties.GlobalSecondaryIndexes ?? [];
  for (const definition of properties.AttributeDefinitions) {
    table.schema = { ...table.schema, types: { ...table.schema.types, [definition.AttributeName]: definition.AttributeType } };
  }
  for (const index of wanted) if (!table.indexes.has(index.IndexName)) addIndex(table, indexSchema('global', index));
  for (const { schema } of table.indexes.values()) {
    if (schema.kind === 'global' && !wanted.some((index) => index.IndexName === schema.name)) table.indexes.delete(schema.name);
  }
};

export const tableResources = (tables: Tables): Readonly<Record<string, ResourceType>> => {
  const type: ResourceType = {
    create: (given: TableProperties, context) => {
      const properties = flattened(given);
      const table = createTable(tables, properties.TableName ?? context.generatedName(255), properties);
      timeToLive(table, properties);
      return made(table);
    },
    update: (before, given: TableProperties) => {
      const properties = flattened(given);
      const table = tables.existing(before.ref);
      Object.assign(table.settings, settingsOf(properties));
      updateIndexes(table, properties);
      timeToLive(table, properties);
      return made(table);
    },
    remove: (before) => {
      if (tables.get(before.ref) !== undefined) deleteTable(tables, before.ref);
    },
    replaceOn: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  };
  return { 'AWS::DynamoDB::Table': type, 'AWS::DynamoDB::GlobalTable': type };
};
