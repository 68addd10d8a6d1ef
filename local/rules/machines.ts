// Stories end well: no execution fails, no function dies unnoticed, nothing is left in a dead-letter queue, nothing asked for is missing in the simulator.
import type { World } from '../world.ts';
import type { Message } from '../services/sqs/queue.ts';
import type { Check } from './check.ts';

/** What a dead-letter queue is for: a schedule fired later than its ask may be old, and the day's own fault refused the one attempt that was left. */
const cameTooLate = ({ trail }: World, { attributes = {} }: Partial<Message>): boolean => {
  const said = (name: string): string | undefined => attributes[name]?.StringValue;
  if (said('EXHAUSTED_RETRY_CONDITION') !== 'MaximumEventAgeInSeconds' || said('RETRY_ATTEMPTS') !== '0') return false;
  return trail.of('fault').some(({ who, what }) => who.endsWith(`/${said('EXECUTION_ID')}`) && what.endsWith(', before-effect'));
};

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
        .filter(({ name }) => name.startsWith(manifest.id) && /dead|dlq|parked/i.test(name))
        .map(({ name, messages }) => ({ name, messages: messages.filter((message) => !cameTooLate(world, message)) }))
        .filter(({ messages }) => messages.length > 0)
        .map(({ name, messages }) => `${messages.length} messages in ${name}`),
  },
  {
    id: 'X1',
    words: 'the automation asks AWS for nothing the rehearsal does not simulate',
    violations: ({ world }) => world.trail.of('fault').filter(({ what }) => what.includes('is not simulated')).map(({ who, what }) => `${who}: ${what}`),
  },
];
