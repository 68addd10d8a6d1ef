// A function's log: its own lines and Lambda's START, END and REPORT, written only if the function's role may write logs.
import type { Caller } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { Configuration } from './functions.ts';

export interface Report {
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly initMs: number;
  readonly answer: { readonly ok: true } | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };
}

export interface FunctionLog {
  line(stream: string, line: string): void;
  start(stream: string, requestId: string, version: string): void;
  end(stream: string, requestId: string, report: Report): void;
}

export const makeFunctionLog = (world: World, { functionName, logGroup, logFormat, platformLogs }: Configuration, caller: Caller): FunctionLog => {
  const group = `arn:aws:logs:${world.region}:${world.account}:log-group:${logGroup}`;
  const open = new Set<string>();
  let refused = false;
  const may = (action: string, stream: string): boolean => world.services.iam.allows(caller, { action, resource: `${group}:log-stream:${stream}` }).allowed;
  /** Without permission the lines are lost, as on AWS; the trail says so once. */
  const lost = (): void => {
    if (!refused) world.trail.add({ kind: 'fault', who: functionName, what: 'its role may not write logs', detail: { logGroup } });
    refused = true;
  };
  const line = (stream: string, text: string): void => {
    if (!open.has(stream)) {
      if (!may('logs:CreateLogStream', stream)) return lost();
      open.add(stream);
    }
    if (!may('logs:PutLogEvents', stream)) return lost();
    world.services.logs.write(logGroup, stream, text);
  };
  const platform = (stream: string, text: string, json: () => object): void => {
    if (!platformLogs) return;
    line(stream, logFormat === 'Text' ? text : JSON.stringify({ time: new Date(world.clock.now).toISOString(), ...json() }));
  };
  return {
    line,
    start: (stream, requestId, version) =>
      platform(stream, `START RequestId: ${requestId} Version: ${version}`, () => ({ type: 'platform.start', record: { requestId, version } })),
    end: (stream, requestId, { billedMs, memoryMb, initMs, answer }) => {
      if (!answer.ok && answer.errorType === 'Sandbox.Timedout') line(stream, `${new Date(world.clock.now).toISOString()} ${requestId} Task timed out`);
      else if (!answer.ok) line(stream, `${new Date(world.clock.now).toISOString()}\t${requestId}\tERROR\tInvoke Error \t${JSON.stringify({ errorType: answer.errorType, errorMessage: answer.errorMessage })}`);
      const init = initMs > 0 ? `\tInit Duration: ${initMs}.00 ms` : '';
      platform(
        stream,
        `REPORT RequestId: ${requestId}\tDuration: ${billedMs - initMs}.00 ms\tBilled Duration: ${billedMs} ms\tMemory Size: ${memoryMb} MB${init}`,
        () => ({ type: 'platform.report', record: { requestId, metrics: { durationMs: billedMs - initMs, billedDurationMs: billedMs, memorySizeMB: memoryMb } } }),
      );
    },
  };
};
