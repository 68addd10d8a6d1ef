// A function's log: its own lines and Lambda's START and REPORT, written only if the function's role may write logs.
import type { Caller, Permission } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { LogText } from '../logs/group.ts';
import type { Configuration } from './functions.ts';
import type { InvokeOutcome } from './outcome.ts';

export interface Report {
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly initMs: number;
  readonly answer: InvokeOutcome;
}

export interface FunctionLog {
  line(stream: string, line: LogText): void;
  start(stream: string, requestId: string, version: string): void;
  end(stream: string, requestId: string, report: Report): void;
}

/** Writes lines as the role; without permission they are lost, as on AWS, and the trail says so once. */
const makeWriter = (world: World, { functionName, logGroup }: Configuration, caller: Caller): FunctionLog['line'] => {
  const group = `arn:aws:logs:${world.region}:${world.account}:log-group:${logGroup}`;
  /** The question each line of a stream raises, by stream. */
  const open = new Map<string, Permission>();
  let refused = false;
  const may = (permission: Permission): boolean => world.services.iam.allows(caller, permission).allowed;
  const opened = (stream: string): Permission | undefined => {
    const resource = `${group}:log-stream:${stream}`;
    if (!may({ action: 'logs:CreateLogStream', resource })) return undefined;
    const permission = { action: 'logs:PutLogEvents', resource };
    open.set(stream, permission);
    return permission;
  };
  const lost = (): void => {
    if (refused) return;
    refused = true;
    world.trail.add({ kind: 'fault', who: functionName, what: 'its role may not write logs', detail: { logGroup } });
  };
  return (stream, text) => {
    const permission = open.get(stream) ?? opened(stream);
    if (permission === undefined || !may(permission)) return lost();
    world.services.logs.write(logGroup, stream, text);
  };
};

const reportText = (requestId: string, { billedMs, memoryMb, initMs }: Report): string => {
  const init = initMs > 0 ? [`Init Duration: ${initMs}.00 ms`] : [];
  const parts = [`Duration: ${billedMs - initMs}.00 ms`, `Billed Duration: ${billedMs} ms`, `Memory Size: ${memoryMb} MB`, ...init];
  return [`REPORT RequestId: ${requestId}`, ...parts].join('\t');
};

const reportRecord = (requestId: string, { billedMs, memoryMb, initMs }: Report): object => {
  const metrics = { durationMs: billedMs - initMs, billedDurationMs: billedMs, memorySizeMB: memoryMb };
  return { type: 'platform.report', record: { requestId, metrics } };
};

export const makeFunctionLog = (world: World, configuration: Configuration, caller: Caller): FunctionLog => {
  const { logFormat, platformLogs } = configuration;
  const line = makeWriter(world, configuration, caller);
  const instant = (at: number): string => new Date(at).toISOString();
  const platform = (stream: string, text: () => string, record: () => object): void => {
    if (!platformLogs) return;
    const at = world.clock.now;
    line(stream, logFormat === 'Text' ? text : () => JSON.stringify({ time: instant(at), ...record() }));
  };
  return {
    line,
    start: (stream, requestId, version) => {
      const record = (): object => ({ type: 'platform.start', record: { requestId, version } });
      platform(stream, () => `START RequestId: ${requestId} Version: ${version}`, record);
    },
    end: (stream, requestId, report) => {
      const { answer } = report;
      if (!answer.ok) {
        const { errorType, errorMessage } = answer;
        line(stream, `${instant(world.clock.now)}\t${requestId}\tERROR\tInvoke Error \t${JSON.stringify({ errorType, errorMessage })}`);
      }
      platform(stream, () => reportText(requestId, report), () => reportRecord(requestId, report));
    },
  };
};
