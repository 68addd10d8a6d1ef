// The event Step Functions puts on the default bus when an execution starts or closes.
import type { World } from '../../world.ts';
import type { ExecutionRecord } from './executions.ts';

/** Standard executions only; Express ones send no events (Step Functions guide, "EventBridge for execution status"). */
export const announce = (world: World, record: ExecutionRecord): void => {
  if (record.machine.type === 'EXPRESS') return;
  const { outcome } = record;
  world.services.events.emit({
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [record.arn],
    detail: {
      executionArn: record.arn,
      stateMachineArn: record.machine.arn,
      name: record.name,
      status: record.status,
      startDate: record.startDate,
      stopDate: record.stopDate ?? null,
      input: JSON.stringify(record.input),
      inputDetails: { included: true },
      output: outcome?.status === 'SUCCEEDED' ? JSON.stringify(outcome.output) : null,
      outputDetails: outcome?.status === 'SUCCEEDED' ? { included: true } : null,
      error: outcome !== undefined && outcome.status !== 'SUCCEEDED' ? (outcome.error ?? null) : null,
      cause: outcome !== undefined && outcome.status !== 'SUCCEEDED' ? (outcome.cause ?? null) : null,
      redriveCount: record.redriveCount,
      redriveDate: record.redriveDate ?? null,
    },
  });
};
