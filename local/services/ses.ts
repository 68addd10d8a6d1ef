// Simulated Amazon SES (API v2): verified identities, the sandbox, sending rate, the suppression list, and bounces as events.
import type { SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { getAccount, getEmailIdentity } from './ses/account.ts';
import { sendMail } from './ses/delivery.ts';
import { configurationSetType, eventDestinationType } from './ses/resources.ts';
import { sendEmail } from './ses/send-email.ts';
import { emptyPostOffice, type Trouble } from './ses/state.ts';

export interface Ses extends SimulatedService {
  /** An operator proves a domain or an address, or takes the proof back. */
  verify(identity: string, verified?: boolean): void;
  /** AWS grants production access, or the account is in the sandbox again. */
  production(granted: boolean): void;
  /** What becomes of mails to this address from now on; null: they are taken. */
  answers(address: string, answer: Trouble | null): void;
}

export const makeSes = (world: World): Ses => {
  const office = emptyPostOffice();
  return {
    signingName: 'ses',
    operations: {
      SendEmail: sendEmail(world, office, (mail) => sendMail(world, office, mail)),
      GetEmailIdentity: getEmailIdentity(office),
      GetAccount: getAccount(office),
    },
    resources: {
      'AWS::SES::ConfigurationSet': configurationSetType(office),
      'AWS::SES::ConfigurationSetEventDestination': eventDestinationType(office),
    },
    verify: (identity, verified = true) => void (verified ? office.verified.add(identity) : office.verified.delete(identity)),
    production: (granted) => {
      office.sandbox = !granted;
    },
    answers: (address, answer) => void (answer === null ? office.troubles.delete(address) : office.troubles.set(address, answer)),
    support: {
      does: [
        'SendEmail with simple content: text, HTML, headers, inline attachments; from verified addresses and domains only (MessageRejected)',
        'The sandbox: verified recipients only, one mail a second, 200 a day (TooManyRequestsException); production access: 14 a second',
        'Hard and soft bounces, complaints, rejected content, the account suppression list, events to the default bus through a configuration set',
        'GetEmailIdentity of verified identities, GetAccount',
        'CloudFormation: AWS::SES::ConfigurationSet, AWS::SES::ConfigurationSetEventDestination',
      ],
      doesNot: ['Raw and templated content', 'Identities as resources, DKIM, MAIL FROM domains', 'Opens, clicks, deliveries; destinations other than EventBridge'],
    },
  };
};
