// Keeps a stopped task with its last words, before AWS forgets it after about an hour (R10, L2).
import { door } from '../door.ts';
import { StoppedEvent } from '../../shared/contracts/alarm.ts';
import { failedContainers, taskKey, taskRecordOf } from '../../shared/domain/captured-task.ts';
import { lastWords } from '../../shared/aws/last-words.ts';
import { ledger } from '../../shared/aws/ledger.ts';

/** Lines kept of each container that failed. */
const LINES = 40;

export const { make, handler } = door(
  {
    name: 'alarm/capture',
    input: StoppedEvent,
    needs: { lastWords, ledger },
  },
  async ({ detail, time }, { lastWords, ledger, manifest }) => {
    const [, owner] = /^(?:service|migration|proof):(.+)$/.exec(detail.group ?? '') ?? [];
    const service = manifest.services.find(({ serviceName }) => serviceName === owner);
    if (service === undefined) return { action: 'ignored' as const };
    const logs = await Promise.all(
      failedContainers(detail.containers).map((container) => lastWords.lines(service.logGroup, detail.taskArn, container, LINES)),
    );
    const record = taskRecordOf(detail, service.name, logs.flat(), time);
    await ledger.remember('task', taskKey(record), record, { expect: 'any', at: record.stoppedAt });
    return { action: 'kept' as const, key: taskKey(record) };
  },
);
