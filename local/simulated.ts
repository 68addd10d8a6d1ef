// The shapes every simulated service is written in: operations with their permissions, CloudFormation resource types, and what a caller is.
import type { World } from './world.ts';

/** Who makes a call: a role of the template, an AWS service acting on its own, or the operator (everything allowed). */
export type Caller =
  | { readonly kind: 'role'; readonly roleArn: string; readonly session: string }
  | { readonly kind: 'service'; readonly principal: string }
  | { readonly kind: 'operator' };

export interface CallContext {
  readonly world: World;
  readonly caller: Caller;
  readonly requestId: string;
}

/** One IAM question a call raises: may the caller do this action on this resource, with these condition keys? */
export interface Permission {
  /** e.g. `ecs:UpdateService`. */
  readonly action: string;
  /** Full ARN, or `*` for actions without resource types. */
  readonly resource: string;
  /** Condition keys, e.g. `{'ecs:cluster': arn}`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** Resource policy that may allow the call as well (topics, queues, functions, secrets). */
  readonly resourcePolicy?: PolicyDocument;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[];
}
export type PolicyStatement = Readonly<Record<string, unknown>>;

/** One API operation: what it needs, and what it does. Input and output are the SDK's own shapes (Dates are Date). */
export interface Operation {
  readonly needs: (input: any, world: World) => readonly Permission[];
  readonly run: (input: any, call: CallContext) => unknown;
  /** Input members whose values the trail never keeps (N3). */
  readonly secret?: readonly string[];
}

/** What CloudFormation gets back for a resource: what `Ref` answers and what `Fn::GetAtt` answers. */
export interface Made {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface ResourceContext {
  readonly world: World;
  readonly stackName: string;
  readonly logicalId: string;
  /** A physical name as CloudFormation would generate it: `<stack>-<logical>-<suffix>`, deterministic. */
  readonly generatedName: (maximumLength?: number) => string;
}

/** A CloudFormation resource type: property changes named in `replaceOn` make a new resource, all others update in place. */
export interface ResourceType {
  readonly create: (properties: any, context: ResourceContext) => Made | Promise<Made>;
  readonly update?: (made: Made, properties: any, before: any, context: ResourceContext) => Made | Promise<Made>;
  readonly remove?: (made: Made, properties: any, context: ResourceContext) => void | Promise<void>;
  readonly replaceOn?: readonly string[];
}

/** One simulated service, keyed by the name in the request signature (`ecs`, `states`, `elasticloadbalancing`, …). */
export interface SimulatedService {
  readonly signingName: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resources?: Readonly<Record<string, ResourceType>>;
  /** What is simulated and from which fact, and what is not: one line each, for `local/support.md`. */
  readonly support: { readonly does: readonly string[]; readonly doesNot: readonly string[] };
}

/** An error as AWS answers it: `code` is the error name the SDK client sees. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly extra: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, status = 400, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.extra = extra;
  }
}
