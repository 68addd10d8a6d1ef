// What Amazon SES says of the sender of our mails: who is verified, and whether the account may write to strangers (N2).
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { SenderState } from '../domain/mail-sender.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt, nameOf } from './failure.ts';

/** Whether an identity is verified for sending; one SES has never heard of is not. */
const verified = async (host: ClientHost, identity: string): Promise<boolean> => {
  const ask = (): Promise<boolean> =>
    client(SESv2Client, host)
      .send(new GetEmailIdentityCommand({ EmailIdentity: identity }))
      .then(({ VerifiedForSendingStatus }) => VerifiedForSendingStatus === true);
  const [answer] = await Promise.allSettled([attempt('ses:GetEmailIdentity', identity, ask)]);
  if (answer.status === 'fulfilled') return answer.value;
  if (nameOf(answer.reason) === 'NotFoundException') return false;
  throw answer.reason;
};

/** In the sandbox a recipient is verified itself or by its domain. */
const mayReceive = async (host: ClientHost, address: string): Promise<boolean> =>
  (await verified(host, address)) || verified(host, address.split('@')[1] ?? address);

/** The sender's state; in the sandbox also which recipients SES refuses. */
export const mailSender =
  (host: ClientHost) =>
  async (identity: string, recipients: readonly string[]): Promise<SenderState> => {
    const account = await attempt('ses:GetAccount', 'the account', () => client(SESv2Client, host).send(new GetAccountCommand({})));
    const production = account.ProductionAccessEnabled === true;
    const strangers = production ? [] : recipients;
    const [sender, ...known] = await Promise.all([verified(host, identity), ...strangers.map((address) => mayReceive(host, address))]);
    return {
      identity,
      verified: sender === true,
      production,
      sending: account.SendingEnabled !== false,
      refused: strangers.filter((_, index) => known[index] !== true),
    };
  };
