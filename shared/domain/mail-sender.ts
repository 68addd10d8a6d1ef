// Whether mails through Amazon SES can arrive: the sender's identity, the sandbox, and what to do about either (N2).

export interface SenderState {
  /** Domain or address that vouches for the sender. */
  readonly identity: string;
  readonly verified: boolean;
  /** Out of the sandbox: may write to anybody. */
  readonly production: boolean;
  /** False while AWS has paused the account's sending. */
  readonly sending: boolean;
  /** Recipients that the sandbox refuses. */
  readonly refused: readonly string[];
}

export interface SenderTrouble {
  readonly says: string;
  readonly remedy: string;
}

const notVerified = ({ identity, verified }: SenderState): SenderTrouble | null =>
  verified
    ? null
    : {
        says: `${identity} is not verified in Amazon SES, so no mail is sent`,
        remedy: identity.includes('@')
          ? `aws sesv2 create-email-identity --email-identity ${identity}, then follow the link in the mail that comes.`
          : `aws sesv2 create-email-identity --email-identity ${identity}, then create the three CNAME records it answers with.`,
      };

const paused = ({ sending }: SenderState): SenderTrouble | null =>
  sending ? null : { says: 'AWS has paused sending mail in this account', remedy: 'See the account dashboard in the console of Amazon SES: bounces or complaints were too many.' };

const sandboxed = ({ production, refused }: SenderState): SenderTrouble | null =>
  production || refused.length === 0
    ? null
    : {
        says: `the account is in the sandbox of Amazon SES, which refuses ${refused.join(', ')}`,
        remedy: 'Ask for production access in the console of Amazon SES (it takes a day), or verify each recipient; mails wait up to 14 days.',
      };

/** Everything that keeps mails from arriving, the first cause first. */
export const senderTroubles = (state: SenderState): readonly SenderTrouble[] =>
  [notVerified, paused, sandboxed].flatMap((trouble) => trouble(state) ?? []);

/** The first cause; null when nothing keeps mails from arriving. */
export const senderTrouble = (state: SenderState): SenderTrouble | null => senderTroubles(state)[0] ?? null;
