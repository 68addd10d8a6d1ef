// What a client's schemas say about its service: the wire protocol, and for each operation its input, output and HTTP binding.
import { NormalizedSchema } from '@smithy/core/schema';
import { CLIENTS, loadClient } from './clients.ts';

export type Shape = NormalizedSchema;

export interface OperationModel {
  readonly name: string;
  /** undefined when the operation has no input. */
  readonly input: Shape | undefined;
  readonly output: Shape | undefined;
  /** Method, URI pattern and status, for REST services. */
  readonly http: readonly [method: string, uri: string, status: number] | undefined;
}

export interface ServiceModel {
  readonly signingName: string;
  readonly protocol: 'json' | 'query' | 'ec2' | 'rest' | 'rest-xml';
  /** `application/x-amz-json-1.1` and the like, for JSON services. */
  readonly contentType: string;
  /** The part of `x-amz-target` before the dot. */
  readonly target: string | undefined;
  readonly version: string | undefined;
  readonly xmlNamespace: string;
  /** A JSON service that once spoke the query protocol keeps its old error codes in a header. */
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** The query-protocol code of a modelled error where it differs from its name. */
  readonly queryErrorCodes: ReadonlyMap<string, string>;
}

const OPERATION = 9;
const ERROR = -3;

/** A schema, or a function that answers it: the packages break their cycles with functions. */
type Lazy = unknown;
type OperationSchema = readonly [typeof OPERATION, string, string, unknown, Lazy, Lazy];
type ErrorSchema = readonly [typeof ERROR, string, string, unknown];

const isSchema = (value: unknown, kind: number): boolean => Array.isArray(value) && value[0] === kind;

const shape = (reference: Lazy): Shape | undefined => {
  const schema = NormalizedSchema.of((typeof reference === 'function' ? (reference as () => unknown)() : reference) as never);
  return schema.isUnitSchema() ? undefined : schema;
};

const lazily = <T>(compute: () => T): (() => T) => {
  let value: { readonly of: T } | undefined;
  return () => (value ??= { of: compute() }).of;
};

const operationModel = ([, , name, traits, input, output]: OperationSchema): OperationModel => {
  const inputShape = lazily(() => shape(input));
  const outputShape = lazily(() => shape(output));
  const http = (traits as { readonly http?: OperationModel['http'] } | number | undefined);
  return {
    name,
    get input() { return inputShape(); },
    get output() { return outputShape(); },
    http: typeof http === 'object' ? http.http : undefined,
  };
};

/** Code in XML and in the compatibility header, e.g. `InvalidDBInstanceState` for `InvalidDBInstanceStateFault`. */
const queryErrorCode = ([, , name, traits]: ErrorSchema): readonly [string, string] => {
  const query = (traits as { readonly awsQueryError?: readonly [string, number] } | undefined)?.awsQueryError;
  return [name, query?.[0] ?? name];
};

const protocolOf = (shapeId: string): ServiceModel['protocol'] => {
  if (shapeId.includes('awsJson')) return 'json';
  if (shapeId.includes('awsQuery')) return 'query';
  if (shapeId.includes('ec2Query')) return 'ec2';
  if (shapeId.includes('restJson')) return 'rest';
  if (shapeId.includes('restXml')) return 'rest-xml';
  throw new Error(`the rehearsal does not speak ${shapeId}`);
};

const read = (signingName: string): ServiceModel | undefined => {
  const loaded = loadClient(signingName);
  if (loaded === undefined) return undefined;
  const { exports, config } = loaded;
  const schemas = Object.entries(exports).flatMap(([name, value]) => (name.endsWith('$') ? [value] : []));
  const operations = schemas.filter((value) => isSchema(value, OPERATION)) as OperationSchema[];
  const errors = schemas.filter((value) => isSchema(value, ERROR)) as ErrorSchema[];
  const shapeId = config.protocol.getShapeId();
  return {
    signingName,
    protocol: protocolOf(shapeId),
    contentType: shapeId.endsWith('awsJson1_0') ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1',
    target: config.protocolSettings.serviceTarget,
    version: config.protocolSettings.version,
    xmlNamespace: config.protocolSettings.xmlNamespace ?? '',
    queryCompatible: (config.protocol as { readonly awsQueryCompatible?: boolean }).awsQueryCompatible === true,
    operations: new Map(operations.map((schema) => [schema[2], operationModel(schema)])),
    queryErrorCodes: new Map(errors.map(queryErrorCode)),
  };
};

const known = new Map<string, ServiceModel | undefined>();

/** The model of the service with that signing name, read from its client package on first use; undefined when the house does not use it. */
export const serviceModel = (signingName: string): ServiceModel | undefined => {
  if (!known.has(signingName)) known.set(signingName, read(signingName));
  return known.get(signingName);
};

/** Signing names of every service whose client the house uses. */
export const signingNames: readonly string[] = Object.keys(CLIENTS);
