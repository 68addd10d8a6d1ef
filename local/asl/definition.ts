// The parts of the Amazon States Language that the rehearsal runs (JSONata query language only), as types.

export interface Machine extends Branch {
  readonly Comment?: string;
  readonly QueryLanguage?: 'JSONata';
  readonly Version?: string;
  /** Seconds the whole execution may take. */
  readonly TimeoutSeconds?: number;
}

export interface Branch {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** Any JSON value in which strings of the form `{% … %}` are JSONata expressions. */
export type Template = unknown;

interface Common {
  readonly Comment?: string;
  readonly QueryLanguage?: 'JSONata';
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Output?: Template;
}
interface Onward extends Common {
  readonly Next?: string;
  readonly End?: boolean;
}
interface Recovering extends Onward {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}
export interface Catcher extends Common {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}
export interface ChoiceRule extends Common {
  readonly Condition: Template;
  readonly Next: string;
}

export interface PassState extends Onward {
  readonly Type: 'Pass';
}
export interface TaskState extends Recovering {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: Template;
  readonly TimeoutSeconds?: Template;
  readonly HeartbeatSeconds?: Template;
}
export interface ChoiceState extends Common {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}
export interface WaitState extends Onward {
  readonly Type: 'Wait';
  readonly Seconds?: Template;
  readonly Timestamp?: Template;
}
export interface SucceedState extends Common {
  readonly Type: 'Succeed';
}
export interface FailState extends Common {
  readonly Type: 'Fail';
  readonly Error?: Template;
  readonly Cause?: Template;
}
export interface ParallelState extends Recovering {
  readonly Type: 'Parallel';
  readonly Branches: readonly Branch[];
  readonly Arguments?: Template;
}
export interface MapState extends Recovering {
  readonly Type: 'Map';
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly ItemBatcher?: { readonly MaxItemsPerBatch?: Template; readonly BatchInput?: Template };
  readonly ItemProcessor: ItemProcessor;
  readonly MaxConcurrency?: Template;
  readonly ToleratedFailureCount?: Template;
  readonly ToleratedFailurePercentage?: Template;
  readonly Label?: string;
}
export interface ItemProcessor extends Branch {
  readonly ProcessorConfig?: { readonly Mode?: 'INLINE' | 'DISTRIBUTED'; readonly ExecutionType?: 'STANDARD' | 'EXPRESS' };
}

export type State = PassState | TaskState | ChoiceState | WaitState | SucceedState | FailState | ParallelState | MapState;

/** True for a string AWS evaluates: it starts with `{%` and ends with `%}`, nothing before or after. */
export const isExpression = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}');

/** The JSONata text inside the markers. */
export const expressionText = (value: string): string => value.slice(2, -2).trim();
