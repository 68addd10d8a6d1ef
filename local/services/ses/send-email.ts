// SendEmail of SES: who may send to whom, how fast, and what a message must have.
import { AwsError, type Operation, type Permission } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { addressOf, isVerified, type Message, type PostOffice } from './state.ts';

interface Attachment {
  readonly FileName: string;
  readonly RawContent: Uint8Array;
  readonly ContentId?: string;
}

interface SendEmailInput {
  readonly FromEmailAddress?: string;
  readonly FromEmailAddressIdentityArn?: string;
  readonly Destination?: { readonly ToAddresses?: readonly string[]; readonly CcAddresses?: readonly string[]; readonly BccAddresses?: readonly string[] };
  readonly Content?: {
    readonly Simple?: {
      readonly Subject: { readonly Data: string };
      readonly Body: { readonly Text?: { readonly Data: string }; readonly Html?: { readonly Data: string } };
      readonly Headers?: readonly { readonly Name: string; readonly Value: string }[];
      readonly Attachments?: readonly Attachment[];
    };
  };
  readonly ConfigurationSetName?: string;
}

const MOST_RECIPIENTS = 50;
const RATE = { sandbox: 1, production: 14 } as const;
const DAILY = { sandbox: 200, production: 50_000 } as const;
const DAY = 24 * 3_600_000;

const recipientsOf = ({ Destination }: SendEmailInput): readonly string[] => [
  ...(Destination?.ToAddresses ?? []),
  ...(Destination?.CcAddresses ?? []),
  ...(Destination?.BccAddresses ?? []),
];

/** The identity that vouches for the sender: its address when that was verified itself, else its domain. */
const needs = (office: PostOffice) => (input: SendEmailInput, world: World): readonly Permission[] => {
  const address = addressOf(input.FromEmailAddress ?? '');
  const arn = (kind: string, name: string): string => `arn:${world.partition}:ses:${world.region}:${world.account}:${kind}/${name}`;
  const identity = input.FromEmailAddressIdentityArn ?? arn('identity', office.verified.has(address) ? address : (address.split('@')[1] ?? ''));
  const set = input.ConfigurationSetName === undefined ? [] : [{ action: 'ses:SendEmail', resource: arn('configuration-set', input.ConfigurationSetName) }];
  return [{ action: 'ses:SendEmail', resource: identity }, ...set];
};

const check = (world: World, office: PostOffice, input: SendEmailInput): void => {
  const recipients = recipientsOf(input);
  if (input.Content?.Simple === undefined) throw new AwsError('BadRequestException', 'Only simple content is simulated.');
  if (recipients.length === 0 || recipients.length > MOST_RECIPIENTS) throw new AwsError('BadRequestException', `Recipient count must be between 1 and ${MOST_RECIPIENTS}.`);
  if (input.ConfigurationSetName !== undefined && !office.sets.has(input.ConfigurationSetName))
    throw new AwsError('NotFoundException', `Configuration set <${input.ConfigurationSetName}> does not exist.`, 404);
  const proven = [input.FromEmailAddress ?? '', ...(office.sandbox ? recipients : [])];
  const failing = [...new Set(proven.filter((mailbox) => !isVerified(office, mailbox)))];
  if (failing.length > 0)
    throw new AwsError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${world.region.toUpperCase()}: ${failing.join(', ')}`,
    );
  throttle(world, office, recipients.length);
};

const throttle = (world: World, office: PostOffice, count: number): void => {
  const { now } = world.clock;
  office.sent.splice(0, office.sent.findLastIndex((at) => now - at >= DAY) + 1);
  const kind = office.sandbox ? 'sandbox' : 'production';
  if (office.sent.length + count > DAILY[kind]) throw new AwsError('TooManyRequestsException', 'Daily message quota exceeded.', 429);
  if (office.sent.filter((at) => now - at < 1_000).length + 1 > RATE[kind]) throw new AwsError('TooManyRequestsException', 'Maximum sending rate exceeded.', 429);
  for (let index = 0; index < count; index += 1) office.sent.push(now);
};

export const sendEmail = (world: World, office: PostOffice, send: (message: Message) => void): Operation => ({
  needs: needs(office),
  run: (input: SendEmailInput) => {
    check(world, office, input);
    const content = input.Content!.Simple!;
    const messageId = world.random.stream('ses').uuid();
    for (const to of recipientsOf(input)) {
      send({
        messageId,
        from: input.FromEmailAddress!,
        to: addressOf(to),
        subject: content.Subject.Data,
        text: content.Body.Text?.Data ?? '',
        html: content.Body.Html?.Data,
        headers: (content.Headers ?? []).map(({ Name, Value }) => ({ name: Name, value: Value })),
        pictures: (content.Attachments ?? []).map(({ FileName, ContentId, RawContent }) => ({ name: FileName, contentId: ContentId ?? '', bytes: RawContent })),
        set: input.ConfigurationSetName,
      });
    }
    return { MessageId: messageId };
  },
});
