// The simulated Systems Manager Parameter Store: parameters with versions.
import { AwsError, type Operation, type ResourceType, type SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { page } from './paging.ts';

type ParameterType = 'String' | 'StringList' | 'SecureString';

export interface Parameter {
  readonly name: string;
  readonly arn: string;
  readonly type: ParameterType;
  readonly value: string;
  readonly version: number;
  readonly changedAt: number;
  readonly description: string | undefined;
  /** Earlier values by version. */
  readonly history: ReadonlyMap<number, string>;
}

export interface Ssm extends SimulatedService {
  /** The parameter's value, by name (`/a/b`), name and version (`/a/b:3`) or ARN; throws ParameterNotFound, ParameterVersionNotFound. */
  value(nameOrArn: string): string;
  /** Writes a parameter (creating it as `String`) and says in the trail who did. Answers the new version. */
  put(name: string, value: string, by: string): number;
}

const notFound = (name: string): AwsError => new AwsError('ParameterNotFound', `Parameter ${name} not found.`);

/** A parameter store on its own: all state of the service. */
const makeStore = (world: World) => {
  const parameters = new Map<string, Parameter>();
  const arn = (name: string): string => `arn:aws:ssm:${world.region}:${world.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  const nameOf = (nameOrArn: string): string => {
    if (!nameOrArn.startsWith('arn:')) return nameOrArn;
    const tail = nameOrArn.slice(nameOrArn.indexOf(':parameter') + 10);
    return parameters.has(tail) ? tail : tail.slice(1);
  };
  const find = (nameOrArn: string): Parameter | undefined => parameters.get(nameOf(nameOrArn));
  return {
    arn,
    find,
    all: () => [...parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    remove: (name: string) => parameters.delete(name),
    write: (name: string, value: string, type: ParameterType, description?: string): Parameter => {
      const before = parameters.get(name);
      if (value === '')
        throw new AwsError(
          'ValidationException',
          "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
        );
      if (Buffer.byteLength(value) > 4096)
        throw new AwsError('ValidationException', 'Standard tier parameters support a maximum parameter value of 4096 characters.');
      const written: Parameter = {
        name,
        arn: arn(name),
        type,
        value,
        version: (before?.version ?? 0) + 1,
        changedAt: world.clock.now,
        description: description ?? before?.description,
        history: new Map([...(before?.history ?? []), ...(before === undefined ? [] : [[before.version, before.value] as const])]),
      };
      parameters.set(name, written);
      return written;
    },
  };
};
type Store = ReturnType<typeof makeStore>;

const shown = (parameter: Parameter, decrypt: boolean) => ({
  Name: parameter.name,
  ARN: parameter.arn,
  Type: parameter.type,
  Value: parameter.type === 'SecureString' && !decrypt ? Buffer.from(`encrypted ${parameter.version}`).toString('base64') : parameter.value,
  Version: parameter.version,
  LastModifiedDate: new Date(parameter.changedAt),
  DataType: 'text',
});

const putParameter = (store: Store, input: any): object => {
  const before = store.find(input.Name);
  if (before !== undefined && input.Overwrite !== true) {
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  const type = input.Type ?? before?.type;
  if (type === undefined) throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
  return { Version: store.write(input.Name, input.Value, type, input.Description).version, Tier: 'Standard' };
};

const byPath = (store: Store, input: any): object => {
  const prefix = input.Path.endsWith('/') ? input.Path : `${input.Path}/`;
  const below = store
    .all()
    .filter(({ name }) => name.startsWith(prefix) && (input.Recursive === true || !name.slice(prefix.length).includes('/')));
  const { items, nextToken } = page(below, input.MaxResults ?? 10, input.NextToken, 'InvalidNextToken');
  return {
    Parameters: items.map((one) => shown(one, input.WithDecryption === true)),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
};

const operations = (store: Store): Readonly<Record<string, Operation>> => {
  const one = (action: string, run: (input: any) => unknown): Operation => ({
    needs: (input) => [{ action: `ssm:${action}`, resource: store.arn(input.Name) }],
    run,
  });
  const several = (action: string, run: (input: any) => unknown): Operation => ({
    needs: (input) => input.Names.map((name: string) => ({ action: `ssm:${action}`, resource: store.arn(name) })),
    run,
  });
  return {
    GetParameter: one('GetParameter', (input) => {
      const found = store.find(input.Name) ?? store.find(input.Name.replace(/:\d+$/, ''));
      if (found === undefined) throw notFound(input.Name);
      const version = /:(\d+)$/.exec(input.Name)?.[1];
      return {
        Parameter: shown(
          { ...found, value: valueOf(store, input.Name), version: Number(version ?? found.version) },
          input.WithDecryption === true,
        ),
      };
    }),
    PutParameter: one('PutParameter', (input) => putParameter(store, input)),
    DeleteParameter: one('DeleteParameter', (input) => {
      if (!store.remove(input.Name)) throw notFound(input.Name);
      return {};
    }),
    GetParameters: several('GetParameters', (input) => ({
      Parameters: input.Names.flatMap((name: string) =>
        [store.find(name)].filter((one) => one !== undefined).map((one) => shown(one, input.WithDecryption === true)),
      ),
      InvalidParameters: input.Names.filter((name: string) => store.find(name) === undefined),
    })),
    DeleteParameters: several('DeleteParameters', (input) => {
      const deleted = input.Names.filter((name: string) => store.remove(name));
      return { DeletedParameters: deleted, InvalidParameters: input.Names.filter((name: string) => !deleted.includes(name)) };
    }),
    GetParametersByPath: {
      needs: (input) => [{ action: 'ssm:GetParametersByPath', resource: store.arn(input.Path) }],
      run: (input) => byPath(store, input),
    },
  };
};

const resources = (store: Store): Readonly<Record<string, ResourceType>> => ({
  'AWS::SSM::Parameter': {
    create: (properties, context) => {
      const name = properties.Name ?? context.generatedName();
      if (store.find(name) !== undefined) throw new AwsError('AlreadyExistsException', `${name} already exists`);
      const written = store.write(name, properties.Value, properties.Type, properties.Description);
      return { ref: name, attributes: { Type: written.type, Value: written.value } };
    },
    update: (before, properties) => {
      const written = store.write(before.ref, properties.Value, properties.Type, properties.Description);
      return { ref: before.ref, attributes: { Type: written.type, Value: written.value } };
    },
    remove: (before) => void store.remove(before.ref),
    replaceOn: ['Name'],
  },
});

const valueOf = (store: Store, given: string): string => {
  const [, name = given, version] = /^(.+):(\d+)$/.exec(given) ?? [];
  const found = store.find(given) ?? store.find(name);
  if (found === undefined) throw notFound(given);
  if (version === undefined || found.version === Number(version)) return found.value;
  const old = found.history.get(Number(version));
  if (old === undefined) throw new AwsError('ParameterVersionNotFound', `Systems Manager could not find version ${version} of ${name}.`);
  return old;
};

export const makeSsm = (world: World): Ssm => {
  const store = makeStore(world);
  return {
    signingName: 'ssm',
    operations: operations(store),
    resources: resources(store),
    value: (given) => valueOf(store, given),
    put: (name, value, by) => {
      const { version } = store.write(name, value, store.find(name)?.type ?? 'String');
      world.trail.add({ kind: 'happening', who: by, what: `wrote parameter ${name}`, detail: { version } });
      return version;
    },
    support: {
      does: [
        'Parameter Store: GetParameter(s), ByPath, Put with Overwrite, Delete, versions, SecureString',
        'CloudFormation: AWS::SSM::Parameter',
      ],
      doesNot: ['Labels, policies, history, the advanced tier', 'Everything of Systems Manager beyond parameters'],
    },
  };
};
