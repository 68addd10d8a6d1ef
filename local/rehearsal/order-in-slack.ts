// A person's order given in Slack: the button of the newest message that has it, or the slash command, signed and posted as Slack does (L6).
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { World } from '../world.ts';
import type { GivenOrder } from './orders.ts';

interface Place {
  readonly world: World;
  readonly manifest: Manifest;
}

const failed = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** Where the app posts presses: an output of the operations stack. Throws when nobody may press anything. */
export const requestUrl = async ({ world, manifest }: Place): Promise<string> => {
  const input = { StackName: `${manifest.id}-operations` };
  const { Stacks } = (await world.call({ service: 'cloudformation', operation: 'DescribeStacks', input, caller: { kind: 'operator' } })) as {
    readonly Stacks?: readonly { readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[] }[];
  };
  const url = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'SlackRequestUrl')?.OutputValue;
  if (url === undefined) throw failed('NobodyMayPress', 'the platform file names nobody in notices.allow, so there is no Slack app');
  return url;
};

/** Whether a message has a button of that action. */
export const hasButton = (blocks: readonly unknown[], action: string): boolean => JSON.stringify(blocks).includes(`"action_id":"${action}"`);

/** Presses or types, and notes the answer. Throws when no message has the button. */
export const orderInSlack = async ({ verb, service, by, how }: GivenOrder & { readonly how: 'button' | 'command' }, place: Place): Promise<void> => {
  const { world, manifest } = place;
  const { slack } = world.services.outside;
  const url = await requestUrl(place);
  const app = slack.app(manifest.id);
  const message = slack.messages.findLast(({ blocks }) => hasButton(blocks, verb));
  if (how === 'button' && message === undefined) throw failed('NoSuchButton', `no message in Slack has a button ${verb}`);
  const request = how === 'button' && message !== undefined ? slack.press(app, message.ts, verb, by, url) : slack.type(app, '/dayshift', `${verb} ${service}`, by, url);
  const answer = await world.services.lambda.visit({ method: 'POST', url, headers: request.headers ?? {}, body: typeof request.body === 'string' ? request.body : '' });
  world.trail.add({ kind: 'happening', who: 'person', what: `${by} ${how === 'button' ? `pressed ${verb}` : `typed /dayshift ${verb} ${service}`} -> ${answer.status}`, detail: { answer: answer.body } });
};
