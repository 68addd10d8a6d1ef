// Stories end well: no execution fails, no function dies unnoticed, nothing is left in a dead-letter queue, nothing asked for is missing in the simulator.
import type { Check } from './check.ts';

export const machineRules: readonly Check[] = [
  {
    id: 'X1',
    words: 'every story ends, and ends well',
    violations: ({ world }) =>
      world.services.states
        .machines()
        .flatMap(({ arn }) => world.services.states.executions(arn))
        .filter(({ status }) => ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status))
        .map(({ name, status, machine, outcome }) => `${machine.name} ${name} ended ${status}: ${JSON.stringify(outcome)?.slice(0, 300) ?? ''}`),
  },
  {
    id: 'X1',
    words: 'nothing is left in a dead-letter queue',
    violations: ({ world, manifest }) =>
      world.services.sqs
        .all()
        .filter(({ name, messages }) => name.startsWith(manifest.id) && /dead|dlq|parked/i.test(name) && messages.length > 0)
        .map(({ name, messages }) => `${messages.length} messages in ${name}`),
  },
  {
    id: 'X1',
    words: 'the automation asks AWS for nothing the rehearsal does not simulate',
    violations: ({ world }) => world.trail.of('fault').filter(({ what }) => what.includes('is not simulated')).map(({ who, what }) => `${who}: ${what}`),
  },
];
