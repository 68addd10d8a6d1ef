// Simulated Amazon SES (API v2): verified identities, the sandbox, sending rate, the suppression list, and bounces as events.
import type { SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { sendMail } from './ses/delivery.ts';
import { configurationSetType, eventDestinationType } from './ses/resources.ts';
import { sendEmail } from './ses/send-email.ts';
import { emptyPostOffice } from './ses/state.ts';

export interface Ses extends SimulatedService {
  /** An operator proves a domain or an address, or takes the proof back. */
  verify(identity: string, verified?: boolean): void;
  /** AWS grants production access, or the account is in the sandbox again. */
  production(granted: boolean): void;
  /** The receiving server turns this address down from now on (`Permanent`), or accepts it again (`null`). */
  refuses(address: string, bounceType: 'Permanent' | 'Transient' | null): void;
}

export const makeSes = (world: World): Ses => {
  const office = emptyPostOffice();
  return {
    signingName: 'ses',
    operations: { SendEmail: sendEmail(world, office, (mail) => sendMail(world, office, mail)) },
    resources: {
      'AWS::SES::ConfigurationSet': configurationSetType(office),
      'AWS::SES::ConfigurationSetEventDestination': eventDestinationType(office),
    },
    verify: (identity, verified = true) => void (verified ? office.verified.add(identity) : office.verified.delete(identity)),
    production: (granted) => {
      office.sandbox = !granted;
    },
    refuses: (address, bounceType) => void (bounceType === null ? office.refusing.delete(address) : office.refusing.set(address, bounceType)),
    support: {
      does: [
        'SendEmail with simple content: text, HTML, headers, inline attachments; from verified addresses and domains only (MessageRejected)',
        'The sandbox: verified recipients only, one mail a second, 200 a day (TooManyRequestsException); production access: 14 a second',
        'Hard and soft bounces, the account suppression list, events to the default bus through a configuration set',
        'CloudFormation: AWS::SES::ConfigurationSet, AWS::SES::ConfigurationSetEventDestination',
      ],
      doesNot: ['Raw and templated content', 'Identities as resources, DKIM, MAIL FROM domains', 'Opens, clicks, complaints; destinations other than EventBridge'],
    },
  };
};
