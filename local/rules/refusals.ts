// Calls that AWS refused for good because the day says so: which function or machine was refused, when and with which error. What they explain is exact in subject and time.
import type { Message } from '../services/sqs/queue.ts';
import type { Ended } from './check.ts';

/** What AWS answers when the request can never succeed as it is: wrong, not allowed, or about something that is not there. */
export const REFUSAL =
  /^(AccessDenied|AuthorizationError|ClientException|Invalid|KmsAccessDenied|KmsInvalidState|MissingParameter|PlatformTaskDefinitionIncompatibility|ServiceNot(Active|Found)|StateMachineDoesNotExist|Unsupported|Validation)/;

export interface Refusal {
  /** Virtual ms. */
  readonly at: number;
  /** `role/session`: the function's name, or the execution's. */
  readonly who: string;
  readonly code: string;
}

/** Every refusal that a fault of the day brought about; what IAM denies by itself is none. */
export const refusals = ({ world }: Ended): readonly Refusal[] =>
  world.trail.of('fault').flatMap(({ at, who, what }) => {
    const [, code = ''] = / fails with (\w+), /.exec(what) ?? [];
    return REFUSAL.test(code) ? [{ at, who, code }] : [];
  });

interface Execution {
  readonly machine: { readonly name: string };
  readonly startDate: number;
  readonly stopDate: number | undefined;
  readonly outcome: unknown;
}

/** Whether an execution failed with the very error with which one of its own doors, or it itself, was refused while it ran. */
export const gaveUp = (refused: readonly Refusal[], { machine, startDate, stopDate = Infinity, outcome }: Execution): boolean => {
  const { error } = (outcome ?? {}) as { readonly error?: string };
  return refused.some(({ at, who, code }) => at >= startDate && at <= stopDate && who.startsWith(`${machine.name}-`) && error === code);
};

/** Three attempts of an asynchronous invocation take some minutes. */
const KEPT_WITHIN = 10 * 60_000;

/** Whether a dead letter was kept because of a refusal: it came soon after one and carries its error. */
export const keptFor = (refused: readonly Refusal[], { sentAt = 0, body = '', attributes = {} }: Partial<Message>): boolean => {
  const text = `${body} ${JSON.stringify(attributes)}`;
  return refused.some(({ at, code }) => sentAt >= at && sentAt <= at + KEPT_WITHIN && text.includes(code));
};

/** Dead letters of the platform. */
export const deadLetters = ({ world, manifest }: Ended): readonly { readonly name: string; readonly messages: readonly Message[] }[] =>
  world.services.sqs
    .all()
    .filter(({ name }) => name.startsWith(manifest.id) && /dead|dlq|parked/i.test(name))
    .map(({ name, messages }) => ({ name, messages: [...messages.values()] }));

/** Whether the event about a subject waits for people because its target was refused. */
export const keptWords = (ended: Ended, subject: string): boolean => {
  const refused = refusals(ended);
  return deadLetters(ended).some(({ messages }) => messages.some((message) => message.body.includes(`"${subject}"`) && keptFor(refused, message)));
};
