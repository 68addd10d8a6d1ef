// Stories end well: no execution fails, no function dies unnoticed, nothing is left in a dead-letter queue, nothing asked for is missing in the simulator.
import type { Check } from './judge.ts';

export const machineRules: readonly Check[] = [
  {
    id: 'X1',
    words: 'every story ends, and ends well',
    violations: ({ world }) =>
      world.services.states
        .executions()
        .filter(({ status }) => ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status))
        .map(({ name, status, machine, error, cause }) => `${machine} ${name} ended ${status}: ${error ?? ''} ${cause ?? ''}`.trim()),
  },
  {
    id: 'X1',
    words: 'nothing is left in a dead-letter queue',
    violations: ({ world, manifest }) =>
      world.services.sqs
        .queues()
        .filter(({ name, waiting }) => name.startsWith(manifest.id) && /dead|dlq/i.test(name) && waiting > 0)
        .map(({ name, waiting }) => `${waiting} messages in ${name}`),
  },
  {
    id: 'X1',
    words: 'the automation asks AWS for nothing the rehearsal does not simulate',
    violations: ({ world }) => world.trail.of('fault').filter(({ what }) => what.includes('is not simulated')).map(({ who, what }) => `${who}: ${what}`),
  },
];
