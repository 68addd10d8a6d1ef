// What SES tells of identities and of the account (API v2): GetEmailIdentity, GetAccount.
import { AwsError, type Operation } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { PostOffice } from './state.ts';

/** Known is what was verified; the simulation has no pending identities. */
export const getEmailIdentity = (office: PostOffice): Operation => ({
  needs: ({ EmailIdentity }: { readonly EmailIdentity: string }, world: World) => [
    { action: 'ses:GetEmailIdentity', resource: `arn:${world.partition}:ses:${world.region}:${world.account}:identity/${EmailIdentity}` },
  ],
  run: ({ EmailIdentity }: { readonly EmailIdentity: string }) => {
    if (!office.verified.has(EmailIdentity))
      throw new AwsError('NotFoundException', `Email identity ${EmailIdentity} does not exist.`, 404);
    return {
      IdentityType: EmailIdentity.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
      FeedbackForwardingStatus: true,
      VerifiedForSendingStatus: true,
      VerificationStatus: 'SUCCESS',
    };
  },
});

export const getAccount = (office: PostOffice): Operation => ({
  needs: () => [{ action: 'ses:GetAccount', resource: '*' }],
  run: () => ({
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: 'HEALTHY',
    ProductionAccessEnabled: !office.sandbox,
    SendingEnabled: true,
    SendQuota: { Max24HourSend: office.sandbox ? 200 : 50_000, MaxSendRate: office.sandbox ? 1 : 14, SentLast24Hours: office.sent.length },
  }),
});
