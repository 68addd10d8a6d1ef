// Executions: started under AWS's name rules, run by the interpreter as the machine's role, closed with event and metrics, redriven.
import { execute, type Execution, type Outcome } from '../../asl/interpret.ts';
import type { Host } from '../../asl/walk.ts';
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { StateMachine } from './machines.ts';
import { stateMetrics, type StateMetrics } from './metrics.ts';
import { announce } from './status-event.ts';
import { makeTokens, type Tokens } from './tokens.ts';
import { performTask, type WaitTools } from './waiting.ts';

export interface ExecutionRecord {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  readonly input: unknown;
  readonly startDate: number;
  stopDate: number | undefined;
  status: 'RUNNING' | Outcome['status'];
  outcome: Outcome | undefined;
  execution: Execution;
  /** Resolves when the execution closes. */
  closed: Promise<Outcome>;
  redriveCount: number;
  redriveDate: number | undefined;
}

export interface StartInput {
  readonly machine: StateMachine;
  /** JSON text. */
  readonly input: string;
  readonly name?: string;
  /** Who started it, for the trail. */
  readonly by: string;
}

export interface Executions {
  readonly start: (input: StartInput) => ExecutionRecord;
  readonly get: (arn: string) => ExecutionRecord;
  readonly of: (machineArn: string) => readonly ExecutionRecord[];
  readonly stop: (arn: string, error?: string, cause?: string) => ExecutionRecord;
  readonly redrive: (arn: string) => ExecutionRecord;
  readonly tokens: Tokens;
  /** States entered and retries so far, by machine name: what is billed (aws-facts I). */
  readonly transitions: ReadonlyMap<string, number>;
}

/** Milliseconds before the first state: whoever starts an execution has the answer before anything happens. */
const startLatency = 20;
const day = 86_400_000;
const illegalName = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;
const inputLimit = 262_144;

export const makeExecutions = (world: World): Executions => {
  const byArn = new Map<string, ExecutionRecord>();
  const byMachine = new Map<string, ExecutionRecord[]>();
  const transitions = new Map<string, number>();
  const tokens = makeTokens(world);
  const metrics = stateMetrics(world);
  const random = world.random.stream('states');

  const get = (arn: string): ExecutionRecord => {
    const found = byArn.get(arn);
    if (found === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return found;
  };
  const stop = (arn: string, error?: string, cause?: string): ExecutionRecord => {
    const record = get(arn);
    record.execution.stop(error, cause);
    return record;
  };
  const run = makeRun({ world, tokens, metrics, transitions, get, stop });
  const start = ({ machine, input, name = random.uuid(), by }: StartInput): ExecutionRecord => {
    const parsed = readInput(input);
    checkName(name);
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = byArn.get(arn);
    if (existing !== undefined && isNameTaken(existing, world.clock.now)) {
      if (existing.status === 'RUNNING' && JSON.stringify(existing.input) === JSON.stringify(parsed)) return existing;
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    metrics.started(machine);
    world.trail.add({ kind: 'state', who: `${machine.name}/${name}`, what: 'execution started', detail: { by, input: parsed } });
    const record = run(newRecord(arn, name, machine, parsed, world.clock.now));
    byArn.set(arn, record);
    byMachine.set(machine.arn, [...(byMachine.get(machine.arn) ?? []), record]);
    return record;
  };
  const redrive = (arn: string): ExecutionRecord => {
    const record = get(arn);
    const reason = notRedrivable(record, world.clock.now);
    if (reason !== undefined) throw new AwsError('ExecutionNotRedrivable', reason);
    const earlier = record.execution;
    const redriven = {
      status: 'RUNNING',
      outcome: undefined,
      stopDate: undefined,
      redriveCount: record.redriveCount + 1,
      redriveDate: world.clock.now,
    };
    return run(Object.assign(record, redriven), earlier);
  };
  return { start, get, of: (machineArn) => byMachine.get(machineArn) ?? [], stop, redrive, tokens, transitions };
};

/** Names of closed executions are free again after 90 days (aws-facts F). */
const isNameTaken = ({ stopDate }: ExecutionRecord, now: number): boolean => stopDate === undefined || now - stopDate < 90 * day;

type NewRecord = Omit<ExecutionRecord, 'execution' | 'closed'>;

const newRecord = (arn: string, name: string, machine: StateMachine, input: unknown, startDate: number): NewRecord => ({
  arn,
  name,
  machine,
  input,
  startDate,
  stopDate: undefined,
  status: 'RUNNING',
  outcome: undefined,
  redriveCount: 0,
  redriveDate: undefined,
});

interface RunTools {
  readonly world: World;
  readonly tokens: Tokens;
  readonly metrics: StateMetrics;
  readonly transitions: Map<string, number>;
  readonly get: Executions['get'];
  readonly stop: Executions['stop'];
}

/** Runs a record from its first state, or from where its earlier execution stood. */
const makeRun = (tools: RunTools) => {
  const { world, tokens, metrics } = tools;
  const random = world.random.stream('states');
  return (record: NewRecord, earlier?: Execution): ExecutionRecord => {
    const { machine } = record;
    const full = record as ExecutionRecord;
    const host: Host = {
      now: () => world.clock.now,
      chance: () => random.next(),
      at: (instant, callback, label) => world.clock.at(instant, callback, label),
      task: (call) => performTask(waitTools(tools, record), call),
      newToken: tokens.create,
      transition: countTransition(world, tools.transitions, record),
    };
    const redrive =
      earlier === undefined ? {} : { redrive: { from: earlier.standing(), events: earlier.history.events, count: record.redriveCount } };
    full.execution = execute({
      machine: machine.machine,
      input: record.input,
      context: contextOf(record),
      roleArn: machine.roleArn,
      startLatency,
      host,
      ...redrive,
    });
    full.closed = full.execution.outcome.then((outcome) => close(world, full, outcome, metrics));
    // A broken interpreter must stop the rehearsal, not vanish as an unobserved rejection.
    world.clock.at(world.clock.now, () => full.closed, 'execution');
    announce(world, full);
    return full;
  };
};

const waitTools = ({ world, tokens, get, stop }: RunTools, { machine, name }: NewRecord): WaitTools => ({
  world,
  caller: { kind: 'role', roleArn: machine.roleArn, session: sessionName(name) },
  tokens,
  machineArn: machine.arn,
  execution: get,
  stopExecution: stop,
});

/** Why an execution cannot be redriven, or undefined when it can (aws-facts F: 14 days, Standard, unsuccessful). */
export const notRedrivable = (record: ExecutionRecord, now: number): string | undefined => {
  if (record.machine.type === 'EXPRESS') return 'Express executions cannot be redriven.';
  if (record.status === 'RUNNING' || record.status === 'SUCCEEDED') return `Execution is ${record.status} and cannot be redriven.`;
  if (now - (record.stopDate ?? now) > 14 * day)
    return 'Execution history event limit or the redrivable period of 14 days has been exceeded.';
  return undefined;
};

const sessionName = (executionName: string): string => executionName.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);

const readInput = (input: string): unknown => {
  if (Buffer.byteLength(input) > inputLimit)
    throw new AwsError('ValidationException', `Value at 'input' failed to satisfy constraint: at most ${inputLimit} bytes`);
  try {
    return JSON.parse(input);
  } catch (problem) {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${(problem as Error).message}'`);
  }
};

const checkName = (name: string): void => {
  if (name.length === 0 || name.length > 80 || illegalName.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
};

const contextOf = (
  record: Pick<ExecutionRecord, 'arn' | 'input' | 'name' | 'machine' | 'startDate' | 'redriveCount'>,
): Record<string, unknown> => ({
  Execution: {
    Id: record.arn,
    Input: record.input,
    Name: record.name,
    RoleArn: record.machine.roleArn,
    StartTime: new Date(record.startDate).toISOString(),
    RedriveCount: record.redriveCount,
  },
  StateMachine: { Id: record.machine.arn, Name: record.machine.name },
});

const countTransition = (
  world: World,
  transitions: Map<string, number>,
  record: Pick<ExecutionRecord, 'machine' | 'name'>,
): Host['transition'] => {
  const { name: machine } = record.machine;
  const who = `${machine}/${record.name}`;
  return (kind, name, type) => {
    transitions.set(machine, (transitions.get(machine) ?? 0) + 1);
    world.trail.add({ kind: 'state', who, what: name, detail: { type, retried: kind === 'retried' } });
  };
};

const close = (world: World, record: ExecutionRecord, outcome: Outcome, metrics: StateMetrics): Outcome => {
  record.outcome = outcome;
  record.status = outcome.status;
  record.stopDate = world.clock.now;
  metrics.closed(record.machine, outcome.status, record.stopDate - record.startDate);
  const detail = outcome.status === 'SUCCEEDED' ? { output: outcome.output } : { error: outcome.error, cause: outcome.cause };
  world.trail.add({
    kind: 'state',
    who: `${record.machine.name}/${record.name}`,
    what: `execution ${outcome.status.toLowerCase()}`,
    detail,
  });
  announce(world, record);
  return outcome;
};
