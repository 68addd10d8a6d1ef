// Stories end well: no execution fails, no function dies unnoticed, nothing is left in a dead-letter queue, nothing asked for is missing in the simulator.
import type { World } from '../world.ts';
import type { Message } from '../services/sqs/queue.ts';
import type { Check } from './check.ts';
import { deadLetters, gaveUp, keptFor, refusals } from './refusals.ts';

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
    violations: (ended) => {
      const { states } = ended.world.services;
      const refused = refusals(ended);
      return states
        .machines()
        .flatMap(({ arn }) => states.executions(arn))
        .filter((one) => ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(one.status) && !gaveUp(refused, one))
        .map(({ name, status, machine, outcome }) => `${machine.name} ${name} ended ${status}: ${JSON.stringify(outcome)?.slice(0, 300) ?? ''}`);
    },
  },
  {
    id: 'X1',
    words: 'nothing is left in a dead-letter queue',
    violations: (ended) => {
      const refused = refusals(ended);
      return deadLetters(ended)
        .map(({ name, messages }) => ({ name, messages: messages.filter((message) => !cameTooLate(ended.world, message) && !keptFor(refused, message)) }))
        .filter(({ messages }) => messages.length > 0)
        .map(({ name, messages }) => `${messages.length} messages in ${name}`);
    },
  },
  {
    id: 'X1',
    words: 'the automation asks AWS for nothing the rehearsal does not simulate',
    violations: ({ world }) => world.trail.of('fault').filter(({ what }) => what.includes('is not simulated')).map(({ who, what }) => `${who}: ${what}`),
  },
];
