// From the shapes of CreateTable and CloudFormation to a table, and back to what DescribeTable answers.
import { invalid, notSimulated } from './failures.ts';
import type { IndexSchema, KeySchema, Table, TableSchema, TableSettings } from './table.ts';

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}
interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}
export interface TableDefinition {
  readonly TableName?: string;
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[];
  readonly KeySchema: readonly KeyElement[];
  readonly GlobalSecondaryIndexes?: readonly IndexDefinition[];
  readonly LocalSecondaryIndexes?: readonly IndexDefinition[];
  readonly BillingMode?: string;
  readonly ProvisionedThroughput?: { readonly ReadCapacityUnits: number; readonly WriteCapacityUnits: number };
  readonly DeletionProtectionEnabled?: boolean;
  readonly TableClass?: string;
  readonly SSESpecification?: { readonly SSEEnabled?: boolean; readonly Enabled?: boolean };
  readonly StreamSpecification?: unknown;
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: boolean; readonly RecoveryPeriodInDays?: number };
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

const keySchema = (elements: readonly KeyElement[]): KeySchema => {
  const hash = elements.find((element) => element.KeyType === 'HASH')?.AttributeName;
  const range = elements.find((element) => element.KeyType === 'RANGE')?.AttributeName;
  if (hash === undefined) throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  return range === undefined ? { hash } : { hash, range };
};

export const indexSchema = (kind: 'global' | 'local', index: IndexDefinition): IndexSchema => ({
  ...keySchema(index.KeySchema),
  name: index.IndexName,
  kind,
  projection: (index.Projection.ProjectionType ?? 'ALL') as IndexSchema['projection'],
  include: index.Projection.NonKeyAttributes ?? [],
});

/** The schema of a definition; refuses attributes that are defined but no key, and keys that are not defined. */
export const schemaOf = (definition: TableDefinition): TableSchema => {
  const indexes = [
    ...(definition.GlobalSecondaryIndexes ?? []).map((index) => indexSchema('global', index)),
    ...(definition.LocalSecondaryIndexes ?? []).map((index) => indexSchema('local', index)),
  ];
  const key = keySchema(definition.KeySchema);
  const types = Object.fromEntries(definition.AttributeDefinitions.map((one) => [one.AttributeName, one.AttributeType]));
  const used = new Set([key, ...indexes].flatMap((one) => (one.range === undefined ? [one.hash] : [one.hash, one.range])));
  const defined = Object.keys(types);
  if ([...used].some((name) => types[name] === undefined)) {
    throw invalid('One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions.');
  }
  if (defined.length !== used.size) {
    throw invalid(
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  if (definition.StreamSpecification !== undefined) throw notSimulated('a table stream (StreamSpecification)');
  return { key, types, indexes };
};

export const settingsOf = (definition: TableDefinition): TableSettings => ({
  billingMode: definition.BillingMode ?? 'PROVISIONED',
  deletionProtection: definition.DeletionProtectionEnabled === true,
  pointInTimeRecovery: definition.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true,
  recoveryDays: definition.PointInTimeRecoverySpecification?.RecoveryPeriodInDays ?? 35,
  tableClass: definition.TableClass ?? 'STANDARD',
  throughput: {
    read: definition.ProvisionedThroughput?.ReadCapacityUnits ?? 0,
    write: definition.ProvisionedThroughput?.WriteCapacityUnits ?? 0,
  },
  tags: definition.Tags ?? [],
  encrypted: (definition.SSESpecification?.SSEEnabled ?? definition.SSESpecification?.Enabled) === true,
});

const keyElements = (key: KeySchema): readonly KeyElement[] => [
  { AttributeName: key.hash, KeyType: 'HASH' },
  ...(key.range === undefined ? [] : [{ AttributeName: key.range, KeyType: 'RANGE' }]),
];

/** What DescribeTable answers (`TableDescription`). */
export const describe = (table: Table): Readonly<Record<string, unknown>> => {
  const list = [...table.indexes.values()].map(({ schema }) => ({
    kind: schema.kind,
    description: {
      IndexName: schema.name,
      IndexArn: `${table.arn}/index/${schema.name}`,
      KeySchema: keyElements(schema),
      Projection: { ProjectionType: schema.projection, ...(schema.projection === 'INCLUDE' ? { NonKeyAttributes: schema.include } : {}) },
      ...(schema.kind === 'global' ? { IndexStatus: 'ACTIVE' } : {}),
      ItemCount: table.size.items,
      IndexSizeBytes: table.size.bytes,
    },
  }));
  const of = (kind: string) => list.filter((index) => index.kind === kind).map((index) => index.description);
  const { settings } = table;
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableStatus: 'ACTIVE',
    CreationDateTime: new Date(table.createdAt),
    AttributeDefinitions: Object.entries(table.schema.types).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: keyElements(table.schema.key),
    ItemCount: table.size.items,
    TableSizeBytes: table.size.bytes,
    DeletionProtectionEnabled: settings.deletionProtection,
    ProvisionedThroughput: {
      ReadCapacityUnits: settings.throughput.read,
      WriteCapacityUnits: settings.throughput.write,
      NumberOfDecreasesToday: 0,
    },
    ...(settings.billingMode === 'PAY_PER_REQUEST' ? { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } } : {}),
    ...(of('global').length === 0 ? {} : { GlobalSecondaryIndexes: of('global') }),
    ...(of('local').length === 0 ? {} : { LocalSecondaryIndexes: of('local') }),
    ...(settings.encrypted ? { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS' } } : {}),
  };
};
